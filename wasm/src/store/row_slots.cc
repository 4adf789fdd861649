#include "store/row_slots.h"

#include <bit>
#include <cassert>
#include <cstddef>

namespace eventglass {

uint32_t RowSlots::Take() {
  if (free_ == 0) {
    const uint32_t slot = size_++;
    if (slot / 64 >= free_words_.size()) free_words_.push_back(0);
    if (slot / 4096 >= summary_.size()) summary_.push_back(0);
    return slot;
  }
  const uint32_t slot = NextFree();
  const uint32_t word = slot / 64;
  free_words_[word] &= ~(1ULL << (slot % 64));
  if (free_words_[word] == 0) summary_[word / 64] &= ~(1ULL << (word % 64));
  --free_;
  hand_ = slot + 1 == size_ ? 0 : slot + 1;
  return slot;
}

void RowSlots::Release(uint32_t slot) {
  assert(slot < size_ && !IsFree(slot));
  const uint32_t word = slot / 64;
  free_words_[word] |= 1ULL << (slot % 64);
  summary_[word / 64] |= 1ULL << (word % 64);
  ++free_;
}

void RowSlots::MarkTaken(std::vector<uint64_t>* bits) const {
  bits->resize((size_ + 63) / 64);
  for (std::size_t word = 0; word < bits->size(); ++word) (*bits)[word] = ~free_words_[word];
  if (size_ % 64 != 0) bits->back() &= (1ULL << (size_ % 64)) - 1;
}

// REQUIRES: free_ > 0
uint32_t RowSlots::NextFree() const {
  const uint32_t hand_word = hand_ / 64;
  const uint64_t ahead = free_words_[hand_word] & (~0ULL << (hand_ % 64));
  if (ahead != 0) return hand_word * 64 + static_cast<uint32_t>(std::countr_zero(ahead));

  // The words after the hand's, by their summary, once round the ring.
  const auto summaries = static_cast<uint32_t>(summary_.size());
  const uint32_t first = (hand_word + 1) / 64 % summaries;
  uint64_t mask = (hand_word + 1) / 64 < summaries ? ~0ULL << ((hand_word + 1) % 64) : ~0ULL;
  for (uint32_t step = 0; step <= summaries; ++step) {
    const uint32_t at = (first + step) % summaries;
    const uint64_t words = summary_[at] & mask;
    mask = ~0ULL;
    if (words == 0) continue;
    const uint32_t word = at * 64 + static_cast<uint32_t>(std::countr_zero(words));
    return word * 64 + static_cast<uint32_t>(std::countr_zero(free_words_[word]));
  }
  assert(false);
  return 0;
}

}  // namespace eventglass
