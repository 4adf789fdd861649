// Where rows live: a ring of slots.
//
// A hand goes round the ring and takes the next free slot. While rows arrive at the live end and
// the oldest are evicted, that is a plain ring buffer: the hand follows the tail of the window.
// Events that are deleted or arrive late leave and fill holes anywhere, which the hand uses when it
// comes by (docs/decisions/0001-ring-with-holes.md).
#pragma once

#include <cstdint>
#include <vector>

namespace eventglass {

class RowSlots {
 public:
  // Slots that exist, used or free; slots are [0, size()).
  uint32_t size() const { return size_; }
  uint32_t used() const { return size_ - free_; }

  // A free slot. Prefers one that exists; otherwise the ring grows by one.
  uint32_t Take();

  // REQUIRES: `slot` was taken and not released since
  void Release(uint32_t slot);

  // Sets a bit for each slot that is taken: bit s % 64 of word s / 64.
  void MarkTaken(std::vector<uint64_t>* bits) const;

  bool IsFree(uint32_t slot) const { return (free_words_[slot / 64] >> (slot % 64) & 1) != 0; }

 private:
  uint32_t NextFree() const;

  uint32_t size_ = 0;
  uint32_t free_ = 0;
  uint32_t hand_ = 0;
  std::vector<uint64_t> free_words_;  // bit per slot: free
  std::vector<uint64_t> summary_;     // bit per word of free_words_: not zero
};

}  // namespace eventglass
