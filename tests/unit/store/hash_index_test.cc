#include "store/hash_index.h"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

// A table from numbers to themselves, with a hash that collides as much as it is told to.
class NumberIndex {
 public:
  explicit NumberIndex(uint32_t hashes, uint32_t segments_log2 = 0)
      : hashes_(hashes), index_(segments_log2) {}

  uint32_t Hash(uint32_t number) const { return (number % hashes_) * 0x9E3779B1U; }
  uint32_t Find(uint32_t number) const {
    return index_.Find(Hash(number), [&](uint32_t value) { return value == number; });
  }
  void Insert(uint32_t number) { index_.Insert(Hash(number), number); }
  void Erase(uint32_t number) { index_.Erase(Hash(number), number); }
  HashIndex& index() { return index_; }

 private:
  uint32_t hashes_;
  HashIndex index_;
};

TEST_CASE("an empty table finds nothing") {
  NumberIndex numbers(1);
  CHECK(numbers.Find(0) == HashIndex::kNotFound);
  CHECK(numbers.index().size() == 0);
}

TEST_CASE("keys with one hash are told apart") {
  NumberIndex numbers(1);
  for (uint32_t number = 0; number < 100; ++number) numbers.Insert(number);
  for (uint32_t number = 0; number < 100; ++number) CHECK(numbers.Find(number) == number);
  CHECK(numbers.Find(100) == HashIndex::kNotFound);
  for (uint32_t number = 0; number < 100; number += 2) numbers.Erase(number);
  for (uint32_t number = 0; number < 100; ++number) {
    CHECK(numbers.Find(number) == (number % 2 == 0 ? HashIndex::kNotFound : number));
  }
}

TEST_CASE("a cleared table is empty and can be used again") {
  NumberIndex numbers(1000);
  for (uint32_t number = 0; number < 50; ++number) numbers.Insert(number);
  numbers.index().Clear();
  CHECK(numbers.index().size() == 0);
  CHECK(numbers.Find(7) == HashIndex::kNotFound);
  numbers.Insert(7);
  CHECK(numbers.Find(7) == 7);
}

TEST_CASE("entries whose home is the last place are held") {
  for (const uint32_t segments_log2 : {0U, 6U}) {
    HashIndex index(segments_log2);
    const auto find = [&](uint32_t hash, uint32_t value) {
      return index.Find(hash, [&](uint32_t candidate) { return candidate == value; });
    };
    for (uint32_t value = 0; value < 1'000; ++value) index.Insert(UINT32_MAX - value % 3, value);
    for (uint32_t value = 0; value < 1'000; value += 2) index.Erase(UINT32_MAX - value % 3, value);
    for (uint32_t value = 0; value < 1'000; ++value) {
      CHECK(find(UINT32_MAX - value % 3, value) == (value % 2 == 0 ? HashIndex::kNotFound : value));
    }
    CHECK(index.size() == 500);
  }
}

TEST_CASE("random inserts and erases keep to what a map says, with few and many collisions") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  for (const uint32_t hashes : {1U, 3U, 17U, 1000U, 1U << 30}) {
    CAPTURE(hashes);
    Random random(seed);
    NumberIndex numbers(hashes, random.Below(7));
    std::map<uint32_t, bool> present;
    const uint32_t limit = hashes < 17 ? 60 : 2'000;
    for (int step = 0; step < 8'000; ++step) {
      const auto number = static_cast<uint32_t>(random.Below(limit));
      bool& is_present = present[number];
      CHECK(numbers.Find(number) == (is_present ? number : HashIndex::kNotFound));
      if (is_present) {
        numbers.Erase(number);
      } else {
        numbers.Insert(number);
      }
      is_present = !is_present;
    }
    uint32_t count = 0;
    for (const auto& [number, is_present] : present) {
      CHECK(numbers.Find(number) == (is_present ? number : HashIndex::kNotFound));
      count += is_present ? 1 : 0;
    }
    CHECK(numbers.index().size() == count);
  }
}

}  // namespace
}  // namespace eventglass::test
