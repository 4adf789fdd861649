// The strings of rows: one record per row with its id and all its texts, in blocks that are
// reclaimed.
//
// A record, at a multiple of 4 bytes:
//
//   u32 slot | u32 length[fields] (kAbsentLength: no value) | bytes of each field in turn | padding
//   to 4
//
// Records are written one after another. What a row no longer uses is dead; when a fifth of the
// heap is dead, the blocks with most of it are emptied: their live records move to the end (the
// cleaner of a log-structured file system: Rosenblum and Ousterhout, 1992). A record names its
// slot, so the move updates the row's reference by itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "store/chunked_array.h"

namespace eventglass {

// What to write into one field of a record.
struct TextField {
  enum class Kind : uint8_t { kKeep, kAbsent, kValue };
  Kind kind = Kind::kAbsent;
  std::string_view value;
};

class TextHeap {
 public:
  // 256 KiB: moving one takes a fraction of a millisecond, and 65,536 of them are more than a
  // WebAssembly memory.
  static constexpr uint32_t kBlockBytes = 256 << 10;

  explicit TextHeap(uint32_t field_count) : field_count_(field_count) {}

  // Writes the row's record; kKeep takes a field from the record that the row has. Values must not
  // point into the heap. REQUIRES: fields.size() == field_count; a row without a record has no
  // kKeep
  void Write(uint32_t slot, std::span<const TextField> fields);

  // REQUIRES: the row has a record
  void Erase(uint32_t slot);

  // The view lives until the next Write. REQUIRES: the row has a record
  std::optional<std::string_view> Get(uint32_t slot, uint32_t field) const;

  // Bytes of records that rows use.
  uint64_t live_bytes() const { return live_bytes_; }
  // Bytes of all blocks.
  uint64_t allocated_bytes() const { return allocated_bytes_; }

 private:
  // [31:16] block  [15:0] offset within it, in units of 4 bytes
  using Ref = uint32_t;
  static constexpr Ref kNoRef = UINT32_MAX;
  static constexpr uint32_t kAbsentLength = UINT32_MAX;
  static constexpr uint32_t kMaxMovesPerWrite =
      4;  // blocks emptied before one is filled: bounds the pause to 1 MiB of copying
  static constexpr uint32_t kMaxEmptyBlocks =
      16;  // 4 MiB kept for what is written next; more is given back

  struct Block {
    std::unique_ptr<char[]> bytes;
    uint32_t size = 0;
    uint32_t used = 0;
    uint32_t live = 0;
  };

  const char* Record(Ref ref) const {
    return blocks_[ref >> 16].bytes.get() + size_t{ref & 0xFFFF} * 4;
  }
  uint32_t HeaderBytes() const { return 4 + 4 * field_count_; }
  uint32_t RecordBytes(const char* record) const;
  static uint32_t Load(const char* at);
  static void Store(char* at, uint32_t value);
  uint32_t Length(const char* record, uint32_t field) const {
    return Load(record + 4 + size_t{4} * field);
  }

  // Room for a record: in the block being filled, in one that has been emptied, or in a new one.
  Ref Allocate(uint32_t bytes);
  void StartBlock();
  uint32_t AddBlock(uint32_t bytes);
  // Moves the live records out of the block that has most dead bytes. False if there is none worth
  // it.
  bool EmptyWorstBlock();
  void Discard(Ref ref);

  uint32_t field_count_;

  ChunkedArray<Ref> refs_;  // by slot
  std::vector<Block> blocks_;
  std::vector<uint32_t> empty_blocks_;  // of kBlockBytes
  std::vector<uint32_t> free_numbers_;  // of blocks whose bytes were given back
  uint32_t current_ = UINT32_MAX;       // block being filled
  uint64_t live_bytes_ = 0;
  uint64_t dead_bytes_ = 0;
  uint64_t allocated_bytes_ = 0;
};

}  // namespace eventglass
