#include "store/row_slots.h"

#include <doctest/doctest.h>

#include <set>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

TEST_CASE("the ring grows by one slot where none is free") {
  RowSlots slots;
  CHECK(slots.size() == 0);
  for (uint32_t i = 0; i < 10'000; ++i) {
    CHECK(slots.Take() == i);
    CHECK(slots.used() == i + 1);
    CHECK(slots.size() == i + 1);
  }
}

TEST_CASE("a sliding window goes round the ring") {
  constexpr uint32_t kRows = 200;
  RowSlots slots;
  for (uint32_t i = 0; i < kRows; ++i) slots.Take();
  // The oldest leaves, the newest arrives: the hand follows the tail.
  for (uint32_t i = 0; i < 3 * kRows; ++i) {
    slots.Release(i % kRows);
    CHECK(slots.Take() == i % kRows);
  }
  CHECK(slots.size() == kRows);
}

TEST_CASE("the hand takes holes ahead of it before those behind") {
  RowSlots slots;
  for (uint32_t i = 0; i < 300; ++i) slots.Take();
  slots.Release(100);
  CHECK(slots.Take() == 100);
  slots.Release(5);
  slots.Release(299);
  slots.Release(101);
  CHECK(slots.Take() == 101);
  CHECK(slots.Take() == 299);
  CHECK(slots.Take() == 5);
  CHECK(slots.Take() == 300);
}

TEST_CASE("slots are found across words and summaries, at each position of the hand") {
  // 64 slots are a word, 4,096 a summary word.
  for (const uint32_t size : {1U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 9000U}) {
    RowSlots slots;
    for (uint32_t i = 0; i < size; ++i) slots.Take();
    for (const uint32_t hand : {0U, 1U, 62U, 63U, 64U, 4094U, 4095U, 4096U, 8191U, size - 1}) {
      if (hand >= size) continue;
      for (const uint32_t hole : {0U, 63U, 64U, 4095U, 4096U, size - 1}) {
        if (hole >= size) continue;
        slots.Release(hand);
        CHECK(slots.Take() == hand);
        slots.Release(hole);
        CHECK(slots.IsFree(hole));
        CHECK(slots.Take() == hole);
        CHECK_FALSE(slots.IsFree(hole));
      }
    }
    CHECK(slots.used() == size);
  }
}

TEST_CASE("random takes and releases keep to what a set says") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  RowSlots slots;
  std::set<uint32_t> used;
  std::set<uint32_t> free;
  uint32_t target = 0;
  for (int step = 0; step < 60'000; ++step) {
    if (step % 3'000 == 0) target = static_cast<uint32_t>(random.Below(12'000));
    const bool take = used.empty() || random.Below(100) < (used.size() < target ? 70U : 30U);
    if (take) {
      const uint32_t slot = slots.Take();
      CHECK(used.insert(slot).second);
      // A slot that exists comes before one that does not.
      const bool some_free = !free.empty();
      CHECK(free.erase(slot) == (some_free ? 1 : 0));
    } else {
      auto at = used.lower_bound(static_cast<uint32_t>(random.Below(slots.size())));
      if (at == used.end()) at = used.begin();
      slots.Release(*at);
      free.insert(*at);
      used.erase(at);
    }
    CHECK(slots.used() == used.size());
    CHECK(slots.size() == used.size() + free.size());
  }
  for (const uint32_t slot : used) CHECK_FALSE(slots.IsFree(slot));
  for (const uint32_t slot : free) CHECK(slots.IsFree(slot));
}

}  // namespace
}  // namespace eventglass::test
