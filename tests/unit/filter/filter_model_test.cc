// Random filters over random rows, against an evaluator that is naive.
#include <doctest/doctest.h>

#include <bit>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "filter/matcher.h"
#include "unit/filter/naive_filter.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

// A store, and what is in it.
class Rows {
 public:
  explicit Rows(Random* random) : random_(*random) {}

  const EventStore& store() const { return store_; }
  const std::map<uint32_t, NaiveRow>& naive() const { return rows_; }

  void Change() {
    const uint32_t kind = random_.Below(6);
    if (kind < 2 || rows_.empty()) return Insert();
    auto row = rows_.begin();
    std::advance(row, random_.Below(rows_.size()));
    const Slot slot{row->first};
    if (kind == 2 && rows_.size() > 20) {
      store_.Remove(slot);
      rows_.erase(row);
      return;
    }
    const bool is_patch = kind < 5;
    if (!is_patch) {
      row->second.strings.clear();
      row->second.amount.reset();
      row->second.done.reset();
    }
    const std::vector<Cell> cells = SetCells(&row->second);
    const uint64_t version = row->second.version += random_.Below(uint32_t{20});
    if (is_patch) store_.Patch(slot, cells, version);
    if (!is_patch) store_.Replace(slot, cells, version);
  }

  void Clear() {
    store_.Clear();
    rows_.clear();
  }

 private:
  void Insert() {
    NaiveRow row;
    row.id = NaiveFilter::RandomText(&random_, 2);
    row.timestamp = NaiveFilter::RandomTimestamp(&random_);
    if (row.id.empty() || store_.Find(row.id)) return;
    const std::vector<Cell> cells = SetCells(&row);
    const Slot slot = store_.Insert({row.timestamp, row.id}, cells, 1);
    rows_[static_cast<uint32_t>(slot)] = row;
  }

  // Sets some cells, and others absent.
  std::vector<Cell> SetCells(NaiveRow* row) {
    std::vector<Cell> cells;
    for (const uint32_t column :
         {kSourceColumn, kMessageColumn, kNoteColumn, kAmountColumn, kDoneColumn}) {
      if (random_.OneIn(2)) continue;
      if (random_.OneIn(5)) {
        row->strings.erase(column);
        if (column == kAmountColumn) row->amount.reset();
        if (column == kDoneColumn) row->done.reset();
        cells.push_back(AbsentCell(column));
      } else if (column == kAmountColumn) {
        row->amount = NaiveFilter::RandomAmount(&random_);
        cells.push_back(NumberCell(*row->amount));
      } else if (column == kDoneColumn) {
        row->done = random_.OneIn(2);
        cells.push_back(BooleanCell(*row->done));
      } else {
        // Of dictionary values there are few, so that they come and go.
        const uint32_t max_length = column == kSourceColumn ? 2 : random_.OneIn(2) ? 10 : 70;
        std::string& text = row->strings[column];
        text = NaiveFilter::RandomText(&random_, max_length);
        cells.push_back(TextCell(column, text));
      }
    }
    return cells;
  }

  Random& random_;
  Schema schema_ = TestSchema();
  EventStore store_{schema_, {3, 4}};
  std::map<uint32_t, NaiveRow> rows_;  // by slot
};

struct Pair {
  NaiveFilter naive;
  std::string text;
  Matcher matcher;
};

void CheckAgreement(const Rows& rows, Pair* pair) {
  INFO("filter: ", pair->text);
  std::vector<uint64_t> bits;
  rows.store().MarkRows(&bits);
  pair->matcher.Keep(bits);
  size_t kept = 0;
  for (const uint64_t word : bits) kept += static_cast<size_t>(std::popcount(word));
  size_t matching = 0;
  for (const auto& [slot, row] : rows.naive()) {
    const bool expected = pair->naive.Matches(row);
    matching += expected ? 1 : 0;
    if (pair->matcher.Matches(Slot{slot}) != expected) FAIL_CHECK("matches, row ", slot);
    if ((bits[slot / 64] >> slot % 64 & 1) != expected) FAIL_CHECK("kept, row ", slot);
  }
  CHECK(kept == matching);
}

TEST_CASE("random filters match the rows that a naive evaluator matches, while rows change") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  Rows rows(&random);
  for (int round = 0; round < 60; ++round) {
    if (random.OneIn(5)) rows.Clear();
    std::vector<Pair> pairs;
    for (int i = 0; i < 20; ++i) {
      NaiveFilter naive = NaiveFilter::Make(&random, random.Below(5));
      std::string text = naive.Text(&random);
      FilterError error;
      const auto filter = Filter::Parse(text, rows.store().schema(), &error);
      if (!filter) FAIL("'", text, "' at ", error.begin, ": ", error.expected);
      pairs.push_back({std::move(naive), std::move(text), Matcher(*filter, rows.store())});
    }
    for (int batch = 0; batch < 4; ++batch) {
      if (batch == 3) {
        rows.Clear();
        for (Pair& pair : pairs) pair.matcher.Reset();
      }
      for (int change = 0; change < 100; ++change) rows.Change();
      for (Pair& pair : pairs) CheckAgreement(rows, &pair);
    }
  }
}

}  // namespace
}  // namespace eventglass::test
