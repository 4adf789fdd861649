// Row ranges as bytes: the row block of docs/row_block.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decode/row_block_layout.h"
#include "store/event_store.h"

namespace eventglass {

struct RowBlockHeader {
  uint32_t begin = 0;           // row index of the first row
  uint32_t view_row_count = 0;  // rows in the view
  uint64_t version = 0;         // of the window
  uint64_t changed_since = 0;   // the version that changes are counted from, or 0
};

// Writes row blocks into one buffer that is used again and again: once it has grown to the size of
// the blocks asked for, writing allocates nothing.
class RowBlockWriter {
 public:
  // Text is cut to `max_cell_characters` code points.
  RowBlockWriter(const EventStore& store, uint32_t max_cell_characters);

  // Rows for a screen. `changes` has a mask a row, with a bit for each column whose cell has
  // changed since header.changed_since; bit 63 stands for column 63 and all after it. Left out,
  // every cell counts as changed.
  //
  // The bytes live until the next call; there are none where memory has no room for them, or where
  // u32 offsets do not reach. REQUIRES: changes.empty() or changes.size() == rows.size()
  std::span<const char> Write(const RowBlockHeader& header, std::span<const Slot> rows,
                              std::span<const uint64_t> changes = {});

  // Rows for another program: texts are whole, and there are no row ids and versions, which mean
  // nothing to it. Otherwise as Write().
  std::span<const char> WriteForTransport(const RowBlockHeader& header, std::span<const Slot> rows);

 private:
  // What of strings_ a column's string table holds.
  struct Table {
    uint32_t begin = 0;
    uint32_t count = 0;
    uint64_t byte_count = 0;
  };
  static constexpr size_t kWhole = SIZE_MAX;

  std::span<const char> WriteBlock(const RowBlockHeader& header, std::span<const Slot> rows,
                                   bool has_row_numbers, size_t max_characters,
                                   std::span<const uint64_t> changes);
  void WriteRowNumbers(const row_block_layout::Header& header, std::span<const Slot> rows);
  void WriteValues(uint32_t column, std::span<const Slot> rows, size_t max_characters);
  void WriteDictionary(uint32_t column, std::span<const Slot> rows, char* values);
  void WriteTexts(uint32_t column, std::span<const Slot> rows, size_t max_characters, char* values);
  void WriteTable(uint32_t column);
  void WriteChanges(uint32_t offset, std::span<const uint64_t> changes);

  // Where a section of `bytes` goes: after all that have been placed.
  uint32_t Place(uint64_t bytes);
  // Makes room for all that has been placed, keeping what is written. False where there is none.
  bool Grow();
  // A placed section, with the bytes up to the next one zeroed.
  char* Section(uint32_t offset, uint64_t bytes);
  // The strings since `begin` are the table of `column`.
  void EndTable(uint32_t column, size_t begin);

  const EventStore& store_;
  const size_t max_cell_characters_;
  std::string names_;  // the string table of the columns' names, the same in every block

  std::unique_ptr<char[]> bytes_;  // capacity_ bytes
  size_t capacity_ = 0;
  uint64_t end_ = 0;  // of what has been placed

  std::vector<row_block_layout::Column> directory_;  // scratch
  std::vector<Table> tables_;                        // scratch: by column
  std::vector<std::string_view> strings_;            // scratch: of all tables
  std::vector<uint32_t> block_codes_;  // scratch: by dictionary code, its index in the block
  std::vector<DictionaryCode> codes_;  // scratch: those that have one
};

// The first `max_characters` code points of `text`, which is UTF-8.
std::string_view CutText(std::string_view text, size_t max_characters);

}  // namespace eventglass
