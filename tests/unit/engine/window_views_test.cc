// Views of a window beside a map of its rows: filters by the naive evaluator, orders by sorting.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/open_views.h"
#include "engine/window.h"
#include "unit/engine/naive_rows.h"
#include "unit/filter/naive_filter.h"
#include "unit/support/list.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

// Before, equal or after, absent values last in either direction.
int Compare(const NaiveRow& a, const NaiveRow& b, uint32_t column, bool descending) {
  const auto by = [&](const auto& x, const auto& y) {
    if (x.has_value() != y.has_value()) return x.has_value() ? -1 : 1;
    if (!x.has_value() || *x == *y) return 0;
    return (*x < *y) != descending ? -1 : 1;
  };
  const auto text = [&](const NaiveRow& row) -> std::optional<std::string> {
    if (column == kIdColumn) return row.id;
    const auto found = row.strings.find(column);
    return found == row.strings.end() ? std::nullopt : std::optional(found->second);
  };
  if (column == kTimeColumn) return by(std::optional(a.timestamp), std::optional(b.timestamp));
  if (column == kAmountColumn) return by(a.amount, b.amount);
  if (column == kDoneColumn) return by(a.done, b.done);
  return by(text(a), text(b));
}

bool HasValue(const NaiveRow& row, uint32_t column) {
  if (column == kIdColumn || column == kTimeColumn) return true;
  if (column == kAmountColumn) return row.amount.has_value();
  if (column == kDoneColumn) return row.done.has_value();
  return row.strings.contains(column);
}

struct NaiveView {
  ViewId id;
  NaiveFilter filter;
  uint32_t column;
  bool descending;

  std::vector<const NaiveRow*> Rows(const std::map<std::string, NaiveRow>& all) const {
    std::vector<const NaiveRow*> rows;
    for (const auto& [_, row] : all) {
      if (filter.Matches(row)) rows.push_back(&row);
    }
    std::sort(rows.begin(), rows.end(), [this](const NaiveRow* a, const NaiveRow* b) {
      if (const int order = Compare(*a, *b, column, descending)) return order < 0;
      const bool is_earlier = std::pair(a->timestamp, a->id) < std::pair(b->timestamp, b->id);
      return is_earlier != (descending && HasValue(*a, column));
    });
    return rows;
  }
};

class Both {
 public:
  explicit Both(uint64_t seed) : random_(seed) { window_.CoverAll(); }

  void ApplyBatch() {
    std::deque<std::string> texts;
    List list;
    for (uint32_t left = random_.Below(40); left > 0; --left) {
      rows_.Mutate(rows_.PickId(), &list, &texts);
    }
    ApplyCounts counts;
    window_.Apply(list.list, &counts);
  }

  void Clear() {
    window_.Clear();
    window_.CoverAll();
    rows_.Clear();
  }

  void OpenView() {
    NaiveView naive{0, NaiveFilter::Make(&random_, random_.Below(3)),
                    random_.Below(uint32_t{kNoteColumn} + 1), random_.OneIn(2)};
    const OpenReport report =
        views_.Open(naive.filter.Text(&random_), naive.column,
                    naive.descending ? Direction::kDescending : Direction::kAscending);
    REQUIRE(report.status == OpenStatus::kOpened);
    naive.id = report.view;
    naive_views_.push_back(std::move(naive));
  }

  void CloseView() {
    if (naive_views_.empty()) return;
    const auto view =
        naive_views_.begin() + static_cast<std::ptrdiff_t>(random_.Below(naive_views_.size()));
    views_.Close(view->id);
    naive_views_.erase(view);
  }

  void Check() {
    for (const NaiveView& naive : naive_views_) CheckView(naive);
  }

 private:
  void CheckView(const NaiveView& naive) {
    View& view = views_[naive.id];
    const std::vector<const NaiveRow*> rows = naive.Rows(rows_.all());
    CAPTURE(naive.column);
    CAPTURE(naive.descending);
    REQUIRE(view.row_count() == rows.size());
    const uint32_t begin = random_.Below(view.row_count() + 1);
    const uint32_t end = begin + random_.Below(view.row_count() - begin + 1);
    std::vector<Slot> slots;
    view.CopyRange({begin, end}, &slots);
    for (uint32_t i = begin; i < end; ++i) {
      CHECK(window_.store().Id(slots[i - begin]) == rows[i]->id);
      CHECK(view.Select(i) == slots[i - begin]);
      CHECK(view.IndexOf(slots[i - begin]) == i);
      CHECK(view.RankOf(slots[i - begin]) == i);
    }
    for (const auto& [id, row] : rows_.all()) {
      if (!naive.filter.Matches(row)) CHECK(!view.IndexOf(*window_.store().Find(id)));
    }
    CheckRank(naive, rows);
    CheckFacet(naive.id, rows);
    CheckDensity(naive.id, rows);
    CheckSearch(naive, rows);
  }

  void CheckRank(const NaiveView& naive, const std::vector<const NaiveRow*>& rows) {
    if (naive.column != kTimeColumn) return;
    const int64_t timestamp = NaiveFilter::RandomTimestamp(&random_);
    const std::string id = random_.OneIn(2) ? "" : "id" + std::to_string(random_.Below(300));
    const std::pair key(timestamp, id);
    const auto before = std::count_if(rows.begin(), rows.end(), [&](const NaiveRow* row) {
      const std::pair own(row->timestamp, row->id);
      return naive.descending ? own > key : own < key;
    });
    CHECK(views_[naive.id].RankOfKey({timestamp, id}) == static_cast<uint32_t>(before));
  }

  void CheckFacet(ViewId id, const std::vector<const NaiveRow*>& rows) {
    std::map<std::string, uint32_t> counts;
    for (const NaiveRow* row : rows) {
      const auto source = row->strings.find(kSourceColumn);
      if (source != row->strings.end()) ++counts[source->second];
    }
    std::vector<std::pair<std::string, uint32_t>> expected(counts.begin(), counts.end());
    std::stable_sort(expected.begin(), expected.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    const uint32_t limit = random_.Below(uint32_t{8});
    const View::Facet facet = views_[id].CountValues(kSourceColumn, limit);
    CHECK(facet.distinct_count == expected.size());
    const auto missing = std::count_if(rows.begin(), rows.end(), [](const NaiveRow* row) {
      return !row->strings.contains(kSourceColumn);
    });
    CHECK(facet.missing_count == static_cast<uint32_t>(missing));
    if (expected.size() > limit) expected.resize(limit);
    std::vector<std::pair<std::string, uint32_t>> top;
    for (const View::ValueCount& counted : facet.values) {
      top.emplace_back(counted.value, counted.count);
    }
    CHECK(top == expected);
  }

  void CheckDensity(ViewId id, const std::vector<const NaiveRow*>& rows) {
    const auto a = static_cast<double>(NaiveFilter::RandomTimestamp(&random_));
    const auto b = static_cast<double>(NaiveFilter::RandomTimestamp(&random_));
    const double begin = std::min(a, b);
    const double end = std::max(a, b);
    std::vector<uint32_t> buckets(1 + random_.Below(uint32_t{9}));
    views_[id].CountBuckets(begin, end, buckets);
    const double width = (end - begin) / static_cast<double>(buckets.size());
    for (size_t i = 0; i < buckets.size(); ++i) {
      const double from = begin + static_cast<double>(i) * width;
      const double to = begin + static_cast<double>(i + 1) * width;
      const auto expected = std::count_if(rows.begin(), rows.end(), [&](const NaiveRow* row) {
        const auto time = static_cast<double>(row->timestamp);
        return time >= from && time < to;
      });
      CHECK(buckets[i] == static_cast<uint32_t>(expected));
    }
  }

  void CheckSearch(const NaiveView& naive, const std::vector<const NaiveRow*>& rows) {
    const NaiveFilter searched = NaiveFilter::Make(&random_, 1);
    const OpenReport report = views_.OpenSearch(naive.id, searched.Text(&random_));
    REQUIRE(report.status == OpenStatus::kOpened);
    const View& view = views_[naive.id];
    const View& matches = views_[report.view];
    const auto is_match = [&](uint32_t index) { return searched.Matches(*rows[index]); };
    const auto row_count = static_cast<uint32_t>(rows.size());
    uint32_t count = 0;
    for (uint32_t i = 0; i < row_count; ++i) count += is_match(i) ? 1 : 0;
    CHECK(matches.row_count() == count);
    const uint32_t from = random_.Below(row_count + 1);
    std::optional<uint32_t> next;
    for (uint32_t i = row_count; i > from; --i) next = is_match(i - 1) ? i - 1 : next;
    std::optional<uint32_t> previous;
    for (uint32_t i = 0; i < from; ++i) previous = is_match(i) ? i : previous;
    CHECK(MatchFrom(view, matches, from) == next);
    CHECK(MatchBefore(view, matches, from) == previous);
    views_.Close(report.view);
  }

  Random random_;
  Schema schema_ = TestSchema();
  Window window_{schema_, {5, 6}, {1'000'000, 1 << 30}};
  OpenViews views_{&window_};
  NaiveRows rows_{&random_};
  std::vector<NaiveView> naive_views_;
};

TEST_CASE("views follow random batches, in every order and under random filters") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  for (uint64_t round = 0; round < 6; ++round) {
    CAPTURE(round);
    Both both(seed + round);
    for (int batch = 0; batch < 60; ++batch) {
      CAPTURE(batch);
      if (batch % 7 == 0) both.OpenView();
      if (batch % 13 == 12) both.CloseView();
      if (batch == 40) both.Clear();
      both.ApplyBatch();
      both.Check();
    }
  }
}

TEST_CASE("a view does not take values for those that were there before the window was cleared") {
  const Schema schema = TestSchema();
  Window window(schema, {}, {100, 1 << 20});
  OpenViews views(&window);
  const OpenReport report = views.Open("source:apple", kTimeColumn, Direction::kAscending);
  REQUIRE(report.status == OpenStatus::kOpened);
  const auto put = [&](const char* id, const char* source) {
    ApplyCounts counts;
    window.Apply(List().Put(1, id, 1, {TextCell(kSourceColumn, source)}).list, &counts);
    return views[report.view].row_count();
  };
  window.CoverAll();
  CHECK(put("a", "apple") == 1);
  CHECK(put("b", "pear") == 1);
  window.Clear();
  window.CoverAll();
  CHECK(put("a", "pear") == 0);
  CHECK(put("b", "apple") == 1);
}

TEST_CASE("views that are one too many are refused, and numbers are used again") {
  const Schema schema = TestSchema();
  Window window(schema, {}, {100, 1 << 20});
  OpenViews views(&window);
  std::vector<ViewId> open;
  for (uint32_t i = 0; i < OpenViews::kMaxOpenViews; ++i) {
    const OpenReport report = views.Open("", kTimeColumn, Direction::kAscending);
    REQUIRE(report.status == OpenStatus::kOpened);
    open.push_back(report.view);
  }
  CHECK(views.Open("", kTimeColumn, Direction::kAscending).status == OpenStatus::kTooManyViews);
  CHECK(views.OpenSearch(open[0], "word").status == OpenStatus::kTooManyViews);
  views.Close(open[5]);
  const OpenReport report = views.OpenSearch(open[0], "word");
  CHECK(report.status == OpenStatus::kOpened);
  CHECK(report.view == open[5]);
  CHECK(views.IsOpen(kWindowView));
  CHECK(!views.IsOpen(1'000));
}

TEST_CASE("a filter that can't be read opens nothing and tells where it ends") {
  const Schema schema = TestSchema();
  Window window(schema, {}, {100, 1 << 20});
  OpenViews views(&window);
  const OpenReport report = views.Open("amount>=", kTimeColumn, Direction::kAscending);
  CHECK(report.status == OpenStatus::kFilterError);
  CHECK(report.error.begin == 8);
  CHECK(!report.error.expected.empty());
  CHECK(views.open_count() == 0);
}

}  // namespace
}  // namespace eventglass::test
