#include "order/rank_tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
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

// The order of time beside a sorted vector.
struct OrderAndModel {
  Schema schema = TestSchema();
  EventStore store{schema, {}};
  RankTree order{RowOrder(store, kTimeColumn)};
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
  CHECK(both.order.RankOfKey({0, ""}) == 0);
  CHECK(both.order.RankOfKey({INT64_MAX, "z"}) == 0);
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
  CHECK(both.order.RankOfKey({5, ""}) == 1);
  CHECK(both.order.RankOfKey({5, std::string_view("a\0", 2)}) == 3);
  CHECK(both.order.RankOfKey({6, ""}) == 9);
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
      CHECK(both.order.RankOfKey({both.rows[i].timestamp, both.rows[i].id}) == i);
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

// Leaves that rows would fill if each were full.
uint32_t FullLeaves(int64_t rows) {
  return static_cast<uint32_t>(rows) / RankTree::kLeafCapacity + 1;
}

TEST_CASE("leaves are full after ascending rows and half full after descending ones") {
  constexpr int64_t kRows = 20'000;
  OrderAndModel ascending;
  for (int64_t t = 0; t < kRows; ++t) ascending.Insert(t, "a");
  CHECK(ascending.order.LeafCount() <= FullLeaves(kRows));

  // Between a full leaf and a later row.
  constexpr int64_t kLeaf = RankTree::kLeafCapacity;
  OrderAndModel descending;
  for (int64_t t = 0; t < kLeaf; ++t) descending.Insert(t, "a");
  descending.Insert(10 * kRows, "a");
  for (int64_t t = kRows; t > kLeaf; --t) descending.Insert(t, "a");
  CHECK(descending.order.LeafCount() <= 2 * FullLeaves(kRows) + 3);
  descending.Compare();
}

TEST_CASE("leaves are nearly full after rows that are nearly in order, from either end") {
  constexpr int64_t kRows = 20'000;
  for (const int64_t direction : {1, -1}) {
    CAPTURE(direction);
    Random random(TestSeed());
    OrderAndModel both;
    for (int64_t i = 0; i < kRows; ++i) {
      both.Insert(direction * 10 * i + random.Between(-150, 150), "id" + std::to_string(i));
    }
    CHECK(both.order.LeafCount() <= FullLeaves(kRows) * 5 / 4);
    both.Compare();
  }
}

TEST_CASE("a tree that is built holds its rows, and can be changed") {
  for (const int rows : {0, 1, 111, 112, 113, 7'167, 7'168, 7'169, 30'000}) {
    CAPTURE(rows);
    OrderAndModel both;
    for (int i = 0; i < rows; ++i) both.Insert(i, "a" + std::to_string(i));
    std::vector<Slot> slots;
    for (const NaiveRow& row : both.rows) slots.push_back(row.slot);
    both.order.Build(slots);
    both.Compare();
    for (int64_t i = 0; i < 300; ++i) both.Insert(i * 7, "b" + std::to_string(i));
    for (size_t i = both.rows.size(); i > 0; i -= i < 7 ? i : 7) both.Erase(i - 1);
    both.Compare();
  }
}

TEST_CASE("the last leaf can lose its first rows until it is joined with the one before it") {
  OrderAndModel both;
  for (int i = 0; i < 150; ++i) both.Insert(i, "a");
  std::vector<Slot> slots;
  for (const NaiveRow& row : both.rows) slots.push_back(row.slot);
  both.order.Build(slots);
  REQUIRE(both.order.LeafCount() == 2);
  for (int i = 0; i < 48; ++i) both.Erase(0);
  // The last leaf begins with row 64 now.
  while (both.rows.size() > 65) {
    both.Erase(64);
    both.Compare();
  }
  CHECK(both.order.LeafCount() == 1);
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
      CHECK(both.order.RankOfKey({both.rows[index].timestamp, both.rows[index].id}) == index);
      const std::string id = random.Letters(random.Below(3));
      CHECK(both.order.RankOfKey({timestamp, id}) == both.NaiveRank(timestamp, id));
    }
    while (!both.rows.empty()) both.Erase(random.Below(both.rows.size()));
    both.Compare();
  }
}

// --- Orders by a column

// What RowOrder says, said in another way: absent values last, then by time and id.
bool NaiveIsBefore(const EventStore& store, uint32_t column, Slot a, Slot b) {
  const auto value = [&](Slot slot) -> std::optional<std::string_view> {
    if (store.schema()[column].type == ColumnType::kText) return store.Text(slot, column);
    const DictionaryCode code = store.Code(slot, column);
    if (code == kAbsentCode) return std::nullopt;
    return store.DictionaryOf(column).Value(code);
  };
  if (store.schema()[column].type == ColumnType::kNumber) {
    const double x = store.Number(a, column);
    const double y = store.Number(b, column);
    if (std::isnan(x) != std::isnan(y)) return std::isnan(y);
    if (!std::isnan(x) && x != y) return x < y;
  } else if (store.schema()[column].type == ColumnType::kBoolean) {
    if (store.Boolean(a, column) != store.Boolean(b, column)) {
      return store.Boolean(a, column) < store.Boolean(b, column);
    }
  } else {
    const auto x = value(a);
    const auto y = value(b);
    if (x.has_value() != y.has_value()) return x.has_value();
    if (x != y) return x < y;
  }
  return store.Key(a) < store.Key(b);
}

TEST_CASE("rows are in the order of any column, absent values last") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  for (const uint32_t column : {kSourceColumn, kMessageColumn, kAmountColumn, kDoneColumn}) {
    CAPTURE(column);
    Random random(seed);
    const Schema schema = TestSchema();
    EventStore store(schema, {});
    RankTree order(RowOrder(store, column));
    std::vector<Slot> rows;
    const auto random_cell = [&](std::string* text) {
      // Strings that are equal in their first 8 bytes, and prefixes of each other.
      *text = std::string(random.Below(10), 'x') + random.Letters(random.Below(2));
      if (random.OneIn(6)) return AbsentCell(column);
      if (column == kAmountColumn) {
        constexpr double kNumbers[] = {-1e308, -2.5, -0.0, 0.0, 5e-324, 1, 1.5, 1e17, 1e308};
        return NumberCell(kNumbers[random.Below(9)]);
      }
      return column == kDoneColumn ? BooleanCell(random.OneIn(2)) : TextCell(column, *text);
    };
    for (int step = 0; step < 6'000; ++step) {
      std::string text;
      const std::vector<Cell> cells = {random_cell(&text)};
      if (rows.empty() || random.Below(3) > 0) {
        rows.push_back(store.Insert(
            {static_cast<int64_t>(random.Below(50U)), "id" + std::to_string(step)}, cells, 1));
        order.Insert(rows.back());
      } else {
        const size_t index = random.Below(rows.size());
        order.Erase(rows[index]);
        if (random.OneIn(2)) {
          store.Patch(rows[index], cells, 2);
          order.Insert(rows[index]);
        } else {
          store.Remove(rows[index]);
          rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(index));
        }
      }
      if (step % 1'000 != 999) continue;
      std::sort(rows.begin(), rows.end(),
                [&](Slot a, Slot b) { return NaiveIsBefore(store, column, a, b); });
      std::vector<Slot> slots;
      order.CopyRange(0, order.size(), &slots);
      CHECK(slots == rows);
      CHECK(order.IsConsistent());
      for (uint32_t i = 0; i < rows.size(); i += 17) CHECK(order.RankOf(rows[i]) == i);
      const auto with_value = std::count_if(
          rows.begin(), rows.end(), [&](Slot slot) { return order.order().HasValue(slot); });
      CHECK(order.RankOfPrefix(RowOrder::kAbsentPrefix) == static_cast<uint32_t>(with_value));
    }
  }
}

}  // namespace
}  // namespace eventglass::test
