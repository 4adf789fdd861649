#include "order/time_order.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

struct NaiveRow {
  int64_t timestamp;
  std::string id;
  Slot slot;

  friend bool operator<(const NaiveRow& a, const NaiveRow& b) {
    return a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.id < b.id;
  }
};

// An order beside a sorted vector.
struct OrderAndModel {
  Schema schema = TestSchema();
  EventStore store{schema, {}};
  TimeOrder order{store};
  std::vector<NaiveRow> rows;

  void Insert(int64_t timestamp, const std::string& id) {
    const Slot slot = store.Insert({timestamp, id}, {}, 1);
    order.Insert(slot);
    const NaiveRow row{timestamp, id, slot};
    rows.insert(std::lower_bound(rows.begin(), rows.end(), row), row);
  }

  void Erase(size_t index) {
    order.Erase(rows[index].slot);
    store.Remove(rows[index].slot);
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(index));
  }

  void Move(size_t index, int64_t timestamp) {
    NaiveRow row = rows[index];
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(index));
    order.Erase(row.slot);
    store.Move(row.slot, timestamp);
    order.Insert(row.slot);
    row.timestamp = timestamp;
    rows.insert(std::lower_bound(rows.begin(), rows.end(), row), row);
  }

  uint32_t NaiveRank(int64_t timestamp, const std::string& id) const {
    return static_cast<uint32_t>(
        std::lower_bound(rows.begin(), rows.end(), NaiveRow{timestamp, id, {}}) - rows.begin());
  }

  void Compare() const {
    CHECK(order.IsConsistent());
    CHECK(order.size() == rows.size());
    std::vector<Slot> slots;
    order.CopyRange(0, order.size(), &slots);
    bool equal = slots.size() == rows.size();
    for (size_t i = 0; equal && i < rows.size(); ++i) equal = slots[i] == rows[i].slot;
    CHECK(equal);
  }
};

TEST_CASE("an empty order ranks everything first") {
  OrderAndModel both;
  CHECK(both.order.size() == 0);
  CHECK(both.order.Rank({0, ""}) == 0);
  CHECK(both.order.Rank({INT64_MAX, "z"}) == 0);
  std::vector<Slot> slots;
  both.order.CopyRange(0, 0, &slots);
  CHECK(slots.empty());
  both.Compare();
}

TEST_CASE("equal timestamps are ordered by the bytes of their ids") {
  OrderAndModel both;
  for (const char* const id : {"b", "a", "B", "\xc3\xa9", "~", "ab", "\xf0\x9f\x98\x80", "a0"})
    both.Insert(5, id);
  both.Insert(4, "z");
  both.Insert(6, "A");
  std::vector<std::string> ids;
  for (uint32_t i = 0; i < both.order.size(); ++i)
    ids.emplace_back(both.store.Id(both.order.Select(i)));
  CHECK(ids == std::vector<std::string>{"z", "B", "a", "a0", "ab", "b", "~", "\xc3\xa9",
                                        "\xf0\x9f\x98\x80", "A"});
  CHECK(both.order.Rank({5, ""}) == 1);
  CHECK(both.order.Rank({5, std::string_view("a\0", 2)}) == 3);
  CHECK(both.order.Rank({6, ""}) == 9);
  both.Compare();
}

TEST_CASE("rows that come in ascending, descending and alternating order are held in order") {
  for (const int pattern : {0, 1, 2}) {
    CAPTURE(pattern);
    OrderAndModel both;
    constexpr int kRows = 20'000;  // three levels
    for (int i = 0; i < kRows; ++i) {
      const int at = pattern == 0 ? i : pattern == 1 ? -i : i % 2 == 0 ? i : -i;
      both.Insert(at, "id" + std::to_string(i));
    }
    both.Compare();
    for (uint32_t i = 0; i < both.order.size(); i += 61) {
      CHECK(both.order.Select(i) == both.rows[i].slot);
      CHECK(both.order.Rank({both.rows[i].timestamp, both.rows[i].id}) == i);
    }
    // And leave from the front, the back or both ends by turns.
    size_t begin = 0;
    size_t end = both.rows.size();
    while (begin < end) {
      const bool front = pattern == 0 || (pattern == 2 && (end - begin) % 2 == 0);
      const NaiveRow& row = both.rows[front ? begin++ : --end];
      both.order.Erase(row.slot);
      both.store.Remove(row.slot);
      CHECK(both.order.size() == end - begin);
      if (begin < end) CHECK(both.order.Select(0) == both.rows[begin].slot);
      if ((end - begin) % 2'500 == 0) CHECK(both.order.IsConsistent());
    }
  }
}

TEST_CASE("leaves are full after ascending rows and half full after descending ones") {
  constexpr int64_t kRows = 20'000;
  OrderAndModel ascending;
  for (int64_t t = 0; t < kRows; ++t) ascending.Insert(t, "a");
  CHECK(ascending.order.LeafCount() <= kRows / 256 + 1);

  // Between a full leaf and a later row.
  OrderAndModel descending;
  for (int64_t t = 0; t < 256; ++t) descending.Insert(t, "a");
  descending.Insert(10 * kRows, "a");
  for (int64_t t = kRows; t > 256; --t) descending.Insert(t, "a");
  CHECK(descending.order.LeafCount() <= kRows / 127 + 2);
  descending.Compare();
}

TEST_CASE("all ranges of a small order are copied") {
  OrderAndModel both;
  for (int i = 0; i < 600; ++i) both.Insert(i % 7, "id" + std::to_string(i));
  for (uint32_t begin = 0; begin <= 600; begin += 7) {
    for (uint32_t end = begin; end <= 600; end += 31) {
      std::vector<Slot> slots = {Slot{9999}};
      both.order.CopyRange(begin, end, &slots);
      REQUIRE(slots.size() == end - begin + 1);
      CHECK(slots[0] == Slot{9999});  // it appends
      for (uint32_t i = begin; i < end; ++i) CHECK(slots[i - begin + 1] == both.rows[i].slot);
    }
  }
}

TEST_CASE("a cleared order can be used again") {
  OrderAndModel both;
  for (int i = 0; i < 1'000; ++i) both.Insert(i, "id" + std::to_string(i));
  both.order.Clear();
  both.store.Clear();
  both.rows.clear();
  both.Compare();
  both.Insert(1, "id1");
  both.Compare();
}

TEST_CASE("random inserts, erases and moves keep to what a sorted vector says") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  // Few timestamps: long runs of equal ones over many leaves. One: the ids alone.
  for (const uint64_t timestamps : {uint64_t{1}, uint64_t{5}, uint64_t{100'000}}) {
    CAPTURE(timestamps);
    Random random(seed);
    OrderAndModel both;
    uint32_t target = 0;
    uint64_t next_id = 0;
    for (int step = 0; step < 12'000; ++step) {
      if (step % 2'000 == 0) target = random.Below(4'000);
      const auto timestamp = static_cast<int64_t>(random.Below(timestamps)) - 2;
      const bool insert =
          both.rows.empty() || random.Below(100) < (both.rows.size() < target ? 80U : 20U);
      if (insert) {
        both.Insert(timestamp, random.Letters(1 + random.Below(3)) + std::to_string(next_id++));
      } else if (random.OneIn(4)) {
        both.Move(random.Below(both.rows.size()), timestamp);
      } else {
        both.Erase(random.Below(both.rows.size()));
      }
      if (step % 500 == 0) both.Compare();
      if (both.rows.empty()) continue;
      const auto index = static_cast<uint32_t>(random.Below(both.rows.size()));
      CHECK(both.order.Select(index) == both.rows[index].slot);
      CHECK(both.order.Rank({both.rows[index].timestamp, both.rows[index].id}) == index);
      const std::string id = random.Letters(random.Below(3));
      CHECK(both.order.Rank({timestamp, id}) == both.NaiveRank(timestamp, id));
    }
    while (!both.rows.empty()) both.Erase(random.Below(both.rows.size()));
    both.Compare();
  }
}

}  // namespace
}  // namespace eventglass::test
