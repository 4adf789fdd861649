// The strings of rows: one record per row with its id and all its texts, in blocks that are
// reclaimed.
//
// A record:
//
//   u32 slot | length of each field | bytes of each field in turn
//
// A length is 1 + the bytes of the value, or 0 where there is none, in 7 bits a byte, lowest first,
// with the top bit set in all but the last (LEB128).
//
// Records are written one after another. What a row no longer uses is dead; when a fifth of the
// heap is dead, the blocks with most of it are emptied: their live records move to the end (the
// cleaner of a log-structured file system: Rosenblum and Ousterhout, 1992). A record names its
// slot, so the move updates the row's reference by itself.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "store/chunked_array.h"
#include "store/slot.h"

namespace eventglass {

// What to write into one field of a record.
struct TextField {
  enum class Kind : uint8_t { kKeep, kAbsent, kValue };
  Kind kind = Kind::kAbsent;
  std::string_view value;
};

class TextHeap {
 public:
  // 256 KiB: moving one takes a fraction of a millisecond.
  static constexpr uint32_t kBlockBytes = 256 << 10;
  // A block for each 256 KiB of a WebAssembly memory, less the one whose last reference is kNoRef.
  static constexpr uint32_t kMaxBlocks = (1U << 14) - 1;

  explicit TextHeap(uint32_t field_count) : field_count_(field_count) {}

  // Writes the row's record; kKeep takes a field from the record that the row has. Values must not
  // point into the heap. REQUIRES: fields.size() == field_count; a row without a record has no
  // kKeep
  void Write(uint32_t slot, std::span<const TextField> fields);

  // REQUIRES: the row has a record
  void Erase(uint32_t slot);

  // The view lives until the next Write. REQUIRES: the row has a record
  std::optional<std::string_view> Get(uint32_t slot, uint32_t field) const;

  // Reads from the records of these rows, so that reading them soon after finds them in the cache:
  // the memory answers many reads side by side where none waits for another. The sum of what was
  // read keeps the reads from being left out. REQUIRES: the rows have records
  uint32_t Touch(std::span<const Slot> slots) const;

  // Bytes of records that rows use.
  uint64_t live_bytes() const { return live_bytes_; }
  // Bytes of all blocks.
  uint64_t allocated_bytes() const { return allocated_bytes_; }

 private:
  // [31:18] block  [17:0] offset of the record within it, in bytes
  using Ref = uint32_t;
  static constexpr uint32_t kOffsetBits = 18;
  static constexpr Ref kNoRef = UINT32_MAX;
  static constexpr uint32_t kMaxMovesPerWrite =
      4;  // blocks emptied before one is filled: bounds the pause to 1 MiB of copying
  static constexpr uint32_t kMaxEmptyBlocks =
      16;  // 4 MiB kept for what is written next; more is given back

  static_assert(kBlockBytes <= 1U << kOffsetBits);

  struct Value {
    const char* bytes = nullptr;
    uint32_t length = 0;  // kAbsent: none
  };

  struct Block {
    std::unique_ptr<char[]> bytes;
    uint32_t size = 0;
    uint32_t used = 0;
    uint32_t live = 0;
  };

  // A length on its way out of a record or into it.
  static constexpr uint32_t kAbsent = UINT32_MAX;

  static Ref MakeRef(uint32_t block, uint32_t offset) { return block << kOffsetBits | offset; }
  const char* Record(Ref ref) const {
    return blocks_[ref >> kOffsetBits].bytes.get() + (ref & ((1U << kOffsetBits) - 1));
  }
  uint32_t RecordBytes(const char* record) const;
  uint32_t CollectValues(uint32_t slot, std::span<const TextField> fields);
  static uint32_t SlotOf(const char* record) {
    uint32_t slot;
    std::memcpy(&slot, record, sizeof(slot));
    return slot;
  }
  static uint32_t LengthBytes(uint32_t length);
  // Reads or writes one length, kAbsent for none, and moves `*at` behind it.
  static uint32_t ReadLength(const char** at);
  static void WriteLength(char** at, uint32_t length);

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
  uint64_t moves_ = 0;  // of records, by emptying blocks

  std::vector<Value> values_;  // scratch: of the record being written
};

}  // namespace eventglass
