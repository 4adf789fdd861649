#include "order/coverage.h"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

KeyBound At(int64_t timestamp, std::string_view id = "") { return KeyBound::At({timestamp, id}); }
const KeyBound kOpen;

TEST_CASE("a range holds its begin and not its end") {
  const KeyRange range{At(10, "b"), At(20)};
  CHECK_FALSE(range.Contains({9, "z"}));
  CHECK_FALSE(range.Contains({10, "a"}));
  CHECK(range.IsAfter({10, "a"}));
  CHECK(range.Contains({10, "b"}));
  CHECK(range.Contains({19, "\xff"}));
  CHECK_FALSE(range.Contains({20, ""}));
  CHECK(range.IsBefore({20, ""}));
  CHECK(KeyRange().Contains({INT64_MIN, ""}));
  CHECK(KeyRange{At(1), kOpen}.Contains({INT64_MAX, "z"}));
  CHECK(KeyRange{kOpen, At(1)}.Contains({INT64_MIN, ""}));
}

TEST_CASE("the bound after a key is the smallest one after it") {
  const KeyBound after = KeyBound::After({5, "a"});
  CHECK(EventKey{5, "a"} < after.key());
  CHECK(after.key() == EventKey{5, std::string_view("a\0", 2)});
  CHECK(after.key() < EventKey{5, std::string_view("a\1", 2)});
}

TEST_CASE("a range is inverted where its end stands before its begin") {
  CHECK(KeyRange{At(2), At(1)}.IsInverted());
  CHECK(KeyRange{At(1, "b"), At(1, "a")}.IsInverted());
  CHECK_FALSE(KeyRange{At(1), At(1)}.IsInverted());
  CHECK_FALSE(KeyRange{kOpen, At(1)}.IsInverted());
  CHECK_FALSE(KeyRange{At(1), kOpen}.IsInverted());
}

TEST_CASE("an empty coverage holds nothing and touches everything") {
  const Coverage coverage;
  CHECK(coverage.empty());
  CHECK_FALSE(coverage.Contains({0, ""}));
  CHECK(coverage.Touches({At(1), At(2)}));
}

TEST_CASE("ranges touch where no key lies between them") {
  Coverage coverage;
  coverage.Add({At(10), At(20)});
  CHECK(coverage.Touches({At(20), At(30)}));
  CHECK(coverage.Touches({At(0), At(10)}));
  CHECK(coverage.Touches({At(12), At(13)}));
  CHECK(coverage.Touches({kOpen, kOpen}));
  CHECK(coverage.Touches({kOpen, At(10)}));
  CHECK_FALSE(coverage.Touches({At(20, "a"), At(30)}));
  CHECK_FALSE(coverage.Touches({At(0), At(9, "z")}));
  CHECK_FALSE(coverage.Touches({At(21), kOpen}));
  CHECK_FALSE(coverage.Touches({kOpen, At(9)}));
}

TEST_CASE("dropping a row leaves the coverage beside it") {
  Coverage coverage;
  coverage.Add({kOpen, kOpen});
  coverage.DropThrough({10, "a"});
  CHECK_FALSE(coverage.Contains({10, "a"}));
  CHECK(coverage.Contains({10, std::string_view("a\0", 2)}));
  coverage.DropFrom({20, "b"});
  CHECK_FALSE(coverage.Contains({20, "b"}));
  CHECK(coverage.Contains({20, "a"}));
  coverage.Clear();
  CHECK(coverage.empty());
}

// Keys numbered from 0; bound `i` stands before key `i`.
constexpr int kKeys = 12;
int64_t TimeOf(int key) { return key / 3; }
std::string IdOf(int key) { return std::string(static_cast<size_t>(key % 3), 'a'); }
EventKey KeyOf(int key) {
  static const std::string ids[] = {"", "a", "aa"};
  return {TimeOf(key), ids[key % 3]};
}
KeyBound BoundOf(std::optional<int> key) { return key ? At(TimeOf(*key), IdOf(*key)) : kOpen; }

TEST_CASE("random widening and dropping keep to what a set of keys says") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  for (int round = 0; round < 2'000; ++round) {
    Coverage coverage;
    int begin = 0;
    int end = -1;  // no coverage while end < begin
    for (int step = 0; step < 8; ++step) {
      const int a = static_cast<int>(random.Below(kKeys + 1));
      const int b = static_cast<int>(random.Below(kKeys + 1));
      const int low = std::min(a, b);
      const int high = std::max(a, b);
      // Bounds before the first key and after the last one may be open.
      const KeyRange range{
          BoundOf(low == 0 && random.OneIn(2) ? std::nullopt : std::optional(low)),
          BoundOf(high == kKeys && random.OneIn(2) ? std::nullopt : std::optional(high))};
      const bool touches = end < begin || (low <= end && begin <= high);
      CHECK(coverage.Touches(range) == touches);
      if (touches) {
        coverage.Add(range);
        begin = end < begin ? low : std::min(begin, low);
        end = std::max(end, high);
      }
      if (end > begin && random.OneIn(3)) {
        const int key = begin + static_cast<int>(random.Below(static_cast<uint64_t>(end - begin)));
        if (random.OneIn(2)) {
          // The bound after a key is the key with NUL, which sorts before the next id here.
          coverage.DropThrough(KeyOf(key));
          begin = key + 1;
        } else {
          coverage.DropFrom(KeyOf(key));
          end = key;
        }
        // No key lies between the bound after `key` and key + 1, but as bounds they differ: stop
        // comparing bounds here.
        for (int k = 0; k < kKeys; ++k)
          CHECK(coverage.Contains(KeyOf(k)) == (begin <= k && k < end));
        break;
      }
      for (int k = 0; k < kKeys; ++k) CHECK(coverage.Contains(KeyOf(k)) == (begin <= k && k < end));
    }
  }
}

}  // namespace
}  // namespace eventglass::test
