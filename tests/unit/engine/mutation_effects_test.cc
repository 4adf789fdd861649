// What mutations do, told by effects, beside the rows and the filters of a plain map.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <string>
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

bool IsSameTime(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

class EffectsTest {
 public:
  explicit EffectsTest(uint64_t seed) : random_(seed) { window_.CoverAll(); }

  void OpenView() {
    const NaiveFilter filter = NaiveFilter::Make(&random_, random_.Below(2));
    const OpenReport report =
        views_.Open(filter.Text(&random_), random_.Below(uint32_t{kNoteColumn} + 1),
                    random_.OneIn(2) ? Direction::kDescending : Direction::kAscending);
    REQUIRE(report.status == OpenStatus::kOpened);
    filters_.insert_or_assign(report.view, filter);
  }

  // Its number is free for another view then.
  void CloseView() {
    auto view = filters_.begin();
    std::advance(view, random_.Below(filters_.size()));
    views_.Close(view->first);
    filters_.erase(view);
  }

  void ApplyBatch() {
    std::deque<std::string> texts;
    List list;
    std::vector<MutationEffect> expected;
    for (uint32_t left = random_.Below(20); left > 0; --left) {
      const std::string id = rows_.PickId();
      MutationEffect effect;
      Locate(id, &effect.before_ms, &effect.shown_before);
      rows_.Mutate(id, &list, &texts);
      Locate(id, &effect.after_ms, &effect.shown_after);
      expected.push_back(effect);
    }
    ApplyCounts counts;
    std::vector<MutationEffect> effects;
    window_.Apply(list.list, &counts, &effects);
    REQUIRE(effects.size() == expected.size());
    for (size_t i = 0; i < effects.size(); ++i) {
      CAPTURE(list.list.mutations[i].id);
      CHECK(IsSameTime(effects[i].before_ms, expected[i].before_ms));
      CHECK(IsSameTime(effects[i].after_ms, expected[i].after_ms));
      CHECK(effects[i].shown_before == expected[i].shown_before);
      CHECK(effects[i].shown_after == expected[i].shown_after);
    }
  }

 private:
  void Locate(const std::string& id, double* at_ms, uint64_t* shown) const {
    const auto row = rows_.all().find(id);
    if (row == rows_.all().end()) return;
    *at_ms = static_cast<double>(row->second.timestamp);
    for (const auto& [view, filter] : filters_) {
      if (filter.Matches(row->second)) *shown |= uint64_t{1} << (view - 1);
    }
  }

  Random random_;
  Schema schema_ = TestSchema();
  Window window_{schema_, {5, 6}, {1'000'000, 1 << 30}};
  OpenViews views_{&window_};
  NaiveRows rows_{&random_};
  std::map<ViewId, NaiveFilter> filters_;  // of views that are open
};

TEST_CASE("effects say where each mutation found its event and left it, and who showed it") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  for (uint64_t round = 0; round < 3; ++round) {
    CAPTURE(round);
    EffectsTest test(seed + round);
    // As many as can be open, so that every bit has its turn, and later for another filter.
    for (uint32_t open = 0; open < OpenViews::kMaxOpenViews; ++open) test.OpenView();
    for (int batch = 0; batch < 24; ++batch) {
      CAPTURE(batch);
      for (int view = 0; view < 12; ++view) {
        if (batch % 6 == 2) test.CloseView();
        if (batch % 6 == 5) test.OpenView();
      }
      test.ApplyBatch();
    }
  }
}

struct CoveredTest {
  std::vector<MutationEffect> Apply(const List& list) {
    std::vector<MutationEffect> effects;
    ApplyCounts counts;
    window.Apply(list.list, &counts, &effects);
    return effects;
  }

  Schema schema = TestSchema();
  Window window{schema, {}, {2, 1 << 20}};
};

TEST_CASE("an event that leaves the coverage, or never comes into it, is nowhere") {
  CoveredTest test;
  ApplyCounts counts;
  test.window.BeginPage(1, {KeyBound::At({0, ""}), KeyBound::At({10, ""})});
  test.window.AddToPage(List().Put(1, "a").list, false, &counts);
  test.window.EndPage(&counts);
  const std::vector<MutationEffect> effects =
      test.Apply(List().Put(20, "b", 2).Put(30, "a", 3).Put(5, "a", 4));
  REQUIRE(effects.size() == 3);
  CHECK(std::isnan(effects[0].before_ms));
  CHECK(std::isnan(effects[0].after_ms));
  CHECK(effects[1].before_ms == 1);
  CHECK(std::isnan(effects[1].after_ms));
  CHECK(std::isnan(effects[2].before_ms));
  CHECK(effects[2].after_ms == 5);
}

TEST_CASE("an event that is evicted by its own insert is nowhere, and so is one evicted before") {
  CoveredTest test;
  test.window.CoverAll();
  const std::vector<MutationEffect> effects =
      test.Apply(List().Put(2, "a", 1).Put(3, "b", 2).Put(1, "c", 3).Put(4, "d", 4).Delete("a", 5));
  REQUIRE(effects.size() == 5);
  CHECK(std::isnan(effects[2].after_ms));
  CHECK(effects[3].after_ms == 4);
  CHECK(std::isnan(effects[4].before_ms));
}

TEST_CASE("a mutation that comes too late leaves its event where it is") {
  CoveredTest test;
  test.window.CoverAll();
  const std::vector<MutationEffect> effects =
      test.Apply(List().Put(2, "a", 5).Put(9, "a", 4).Delete("a", 3));
  REQUIRE(effects.size() == 3);
  for (const size_t late : {size_t{1}, size_t{2}}) {
    CHECK(effects[late].before_ms == 2);
    CHECK(effects[late].after_ms == 2);
  }
}

}  // namespace
}  // namespace eventglass::test
