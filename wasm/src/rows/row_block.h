// Row ranges as bytes: the row block of docs/row_block.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/event_store.h"

namespace eventglass {

struct RowBlockHeader {
  uint32_t begin = 0;           // row index of the first row
  uint32_t view_row_count = 0;  // rows in the view
  uint64_t version = 0;         // of the window
};

// Writes row blocks into one buffer that is used again and again.
class RowBlockWriter {
 public:
  static constexpr uint32_t kMagic = 0x42524745;  // "EGRB", little-endian
  static constexpr uint32_t kLayoutVersion = 1;

  // Text is cut to `max_cell_bytes` of UTF-8, at a character's boundary.
  RowBlockWriter(const EventStore& store, uint32_t max_cell_bytes)
      : store_(store), max_cell_bytes_(max_cell_bytes) {}

  // The bytes live until the next call.
  std::span<const char> Write(const RowBlockHeader& header, std::span<const Slot> rows);

 private:
  void WriteColumn(uint32_t column, std::span<const Slot> rows);
  void WriteDictionary(uint32_t column, std::span<const Slot> rows);
  void WriteTexts(uint32_t column, std::span<const Slot> rows);
  uint32_t WriteStrings(std::span<const std::string_view> strings);

  // Appends zeros and returns their offset, a multiple of 8.
  uint32_t Reserve(size_t bytes);
  template <typename T>
  void Put(size_t offset, T value);

  const EventStore& store_;
  const uint32_t max_cell_bytes_;
  std::vector<char> bytes_;

  std::vector<std::string_view> strings_;  // scratch
  std::vector<uint32_t> block_codes_;      // scratch: by dictionary code, its index in the block
};

// `text` cut to at most `max_bytes`, between two characters.
std::string_view CutText(std::string_view text, size_t max_bytes);

}  // namespace eventglass
