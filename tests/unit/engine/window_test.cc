#include "engine/window.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/support/list.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

KeyBound At(int64_t timestamp) { return KeyBound::At({timestamp, ""}); }

struct WindowTest {
  explicit WindowTest(uint32_t capacity_rows = 100, uint64_t capacity_text_bytes = 1 << 30)
      : window(schema, {}, {capacity_rows, capacity_text_bytes}) {}

  ApplyCounts Apply(const List& list) {
    ApplyCounts counts;
    window.Apply(list.list, &counts);
    return counts;
  }
  ApplyCounts ApplyPage(const List& page, uint64_t version, const KeyRange& covered) {
    ApplyCounts counts;
    window.BeginPage(version, covered);
    window.AddToPage(page.list, false, &counts);
    window.EndPage(&counts);
    return counts;
  }
  // "id@timestamp", in order.
  std::string Rows() const {
    std::string text;
    for (uint32_t i = 0; i < window.order().size(); ++i) {
      const EventKey key = window.store().Key(window.order().Select(i));
      text += (i > 0 ? " " : "") + std::string(key.id) + "@" + std::to_string(key.timestamp);
    }
    return text;
  }
  double Amount(const char* id) const {
    return window.store().Number(*window.store().Find(id), kAmountColumn);
  }

  Schema schema = TestSchema();
  Window window;
};

TEST_CASE("without coverage nothing is held") {
  WindowTest test;
  const ApplyCounts counts =
      test.Apply(List().Put(1, "a", 1).Patch("a", 2, NumberCell(1)).Delete("a", 3));
  CHECK(counts.outside_older + counts.outside_newer == 1);
  CHECK(counts.unknown == 2);
  CHECK_FALSE(counts.changed());
  CHECK(test.Rows().empty());
}

TEST_CASE("a page makes its range equal to itself") {
  WindowTest test;
  ApplyCounts counts =
      test.ApplyPage(List().Put(1, "a").Put(2, "b").Put(3, "c"), 10, {At(0), At(10)});
  CHECK(counts.inserted == 3);
  CHECK(test.Rows() == "a@1 b@2 c@3");
  // Of a later page: b is gone, c has moved, d is new.
  counts = test.ApplyPage(List().Put(1, "a").Put(2, "c").Put(3, "d"), 20, {At(0), At(10)});
  CHECK(test.Rows() == "a@1 c@2 d@3");
  CHECK(counts.inserted == 1);
  CHECK(counts.updated == 1);
  CHECK(counts.moved == 1);
  CHECK(counts.deleted == 1);
}

TEST_CASE("an older page overwrites nothing that is newer, and removes nothing that is") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a").Put(2, "b"), 10, {At(0), At(10)});
  test.Apply(List().Patch("a", 11, NumberCell(5)).Put(3, "c", 12));
  const ApplyCounts counts = test.ApplyPage(List().Put(1, "a").Put(2, "b"), 10, {At(0), At(20)});
  CHECK(counts.stale == 2);
  CHECK(counts.deleted == 0);
  CHECK(test.Rows() == "a@1 b@2 c@3");
  CHECK(test.Amount("a") == 5);
}

TEST_CASE("a page removes only within its range") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a").Put(5, "b").Put(9, "c"), 10, {At(0), At(10)});
  test.ApplyPage(List(), 20, {At(5), At(9)});
  CHECK(test.Rows() == "a@1 c@9");
}

TEST_CASE("of two events of a page with one id the first counts") {
  WindowTest test;
  const ApplyCounts counts = test.ApplyPage(List().Put(1, "a").Put(2, "a"), 10, {At(0), At(10)});
  CHECK(counts.inserted == 1);
  CHECK(counts.stale == 1);
  CHECK(test.Rows() == "a@1");
}

TEST_CASE("an event outside the range of its page is left out, and the page then removes nothing") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a"), 10, {At(0), At(10)});
  const ApplyCounts counts = test.ApplyPage(List().Put(10, "b").Put(4, "c"), 20, {At(0), At(10)});
  CHECK(counts.skipped.count == 1);
  REQUIRE(counts.skipped.samples.size() == 1);
  CHECK(counts.skipped.samples[0].code == SkipCode::kOutsidePage);
  CHECK(counts.skipped.samples[0].index == 0);
  CHECK(test.Rows() == "a@1 c@4");
}

TEST_CASE("of a page in pieces, rows are there after each and the coverage at the end") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a"), 10, {At(0), At(10)});
  test.window.BeginPage(20, {At(0), At(20)});
  ApplyCounts counts;
  test.window.AddToPage(List().Put(2, "b").list, false, &counts);
  test.window.AddToPage(List().Put(12, "c").list, false, &counts);
  CHECK(counts.inserted == 2);
  CHECK(test.Rows() == "a@1 b@2 c@12");
  CHECK_FALSE(test.window.coverage().Contains({12, "c"}));
  test.window.EndPage(&counts);
  CHECK(counts.deleted == 1);
  CHECK(test.Rows() == "b@2 c@12");
  CHECK(test.window.coverage().Contains({12, "c"}));
}

TEST_CASE("a page of which one piece has faults removes nothing") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a"), 10, {At(0), At(10)});
  test.window.BeginPage(20, {At(0), At(10)});
  ApplyCounts counts;
  List with_fault;
  with_fault.Put(2, "b");
  with_fault.list.skipped.Add(1, SkipCode::kMissingId, {});
  test.window.AddToPage(with_fault.list, false, &counts);
  test.window.AddToPage(List().Put(3, "c").list, false, &counts);
  test.window.EndPage(&counts);
  CHECK(counts.skipped.count == 1);
  CHECK(counts.deleted == 0);
  CHECK(test.Rows() == "a@1 b@2 c@3");
}

TEST_CASE("a page that is behind does not bring back what has moved away and was evicted") {
  WindowTest test(2);
  test.window.set_eviction_side(EvictionSide::kNewest);
  test.ApplyPage(List().Put(1, "a").Put(5, "b"), 10, {At(0), At(10)});
  test.window.BeginPage(10, {At(-10), At(10)});
  // Within the coverage, and the farthest from the reader then.
  test.Apply(List().Put(9, "a", 11).Put(2, "c", 12));
  REQUIRE(test.Rows() == "c@2 b@5");
  ApplyCounts counts;
  test.window.AddToPage(List().Put(1, "a").list, true, &counts);
  CHECK(counts.stale == 1);
  CHECK(test.Rows() == "c@2 b@5");
  // What the window does not cover can't be missing in it.
  test.window.set_eviction_side(EvictionSide::kOldest);
  test.window.AddToPage(List().Put(-5, "d").list, true, &counts);
  CHECK(counts.inserted == 1);
}

TEST_CASE("a page that is given up leaves what it brought within the coverage, and no more") {
  for (const KeyRange& covered : {KeyRange{At(-10), At(5)}, KeyRange{At(5), At(20)}}) {
    WindowTest test;
    test.ApplyPage(List().Put(1, "a").Put(8, "b"), 10, {At(0), At(10)});
    test.window.BeginPage(20, covered);
    ApplyCounts counts;
    const bool is_older = covered.begin.key().timestamp < 0;
    List page;
    page.Put(is_older ? -2 : 12, "c").Put(is_older ? 2 : 7, "d");
    test.window.AddToPage(page.list, false, &counts);
    const uint64_t version = test.window.version();
    test.window.AbortPage();
    CHECK_FALSE(test.window.has_open_page());
    CHECK(test.Rows() == (is_older ? "a@1 d@2 b@8" : "a@1 d@7 b@8"));
    CHECK(test.window.version() == version + 1);
    CHECK_FALSE(test.window.coverage().Contains({-2, "c"}));
    CHECK_FALSE(test.window.coverage().Contains({12, "c"}));
    CHECK(test.window.coverage().Contains({9, "e"}));
  }
}

TEST_CASE("a first page that is given up leaves nothing") {
  WindowTest test;
  test.window.BeginPage(10, {At(0), At(10)});
  ApplyCounts counts;
  test.window.AddToPage(List().Put(1, "a").list, false, &counts);
  const uint64_t version = test.window.version();
  test.window.AbortPage();
  CHECK(test.Rows().empty());
  CHECK(test.window.coverage().empty());
  CHECK(test.window.version() > version);
}

TEST_CASE("what is evicted while a page is under way is not covered, though the page is given up") {
  WindowTest test(2);
  test.ApplyPage(List().Put(1, "a").Put(2, "b"), 10, {At(0), At(10)});
  test.window.BeginPage(20, {At(10), At(20)});
  ApplyCounts counts;
  test.window.AddToPage(List().Put(12, "c").list, false, &counts);
  CHECK(counts.evicted == 1);
  CHECK(test.Rows() == "b@2 c@12");
  for (const bool given_up : {false, true}) {
    if (given_up) test.window.AbortPage();
    CHECK_FALSE(test.window.coverage().Contains({1, "a"}));
    CHECK(test.window.coverage().Contains({2, "b"}));
    CHECK_FALSE(test.window.coverage().Contains({12, "c"}));
  }
  CHECK(test.Rows() == "b@2");
}

TEST_CASE("batches between the pieces of a page are taken in turn when they come again after it") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a"), 10, {At(0), At(10)});
  List first;
  first.Patch("b", 11, TextCell(kMessageColumn, "new")).Patch("a", 12, NumberCell(12));
  List second;
  second.Patch("b", 13, NumberCell(13)).Put(14, "c", 14).Delete("d", 15);
  test.Apply(first);
  test.window.BeginPage(10, {At(10), At(20)});
  ApplyCounts counts;
  test.window.AddToPage(List().Put(12, "b").Put(13, "d").list, false, &counts);
  test.Apply(second);
  test.window.EndPage(&counts);
  test.Apply(first);
  test.Apply(second);
  CHECK(test.Rows() == "a@1 b@12 c@14");
  const Slot row = *test.window.store().Find("b");
  CHECK(test.window.store().Text(row, kMessageColumn) == "new");
  CHECK(test.window.store().Number(row, kAmountColumn) == 13);
}

TEST_CASE("a mutation is taken once, and an older one never") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a"), 10, {At(0), At(10)});
  CHECK(test.Apply(List().Patch("a", 10, NumberCell(1))).stale == 1);
  CHECK(test.Apply(List().Patch("a", 11, NumberCell(2))).updated == 1);
  CHECK(test.Apply(List().Patch("a", 11, NumberCell(3))).stale == 1);
  CHECK(test.Apply(List().Put(5, "a", 11)).stale == 1);
  CHECK(test.Apply(List().Delete("a", 11)).stale == 1);
  CHECK(test.Amount("a") == 2);
  CHECK(test.Apply(List().Delete("a", 12)).deleted == 1);
  CHECK(test.Rows().empty());
}

TEST_CASE("events that move out of the coverage leave, and those that move in arrive") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a").Put(2, "b"), 10, {At(0), At(10)});
  ApplyCounts counts = test.Apply(List().Put(10, "a", 11).Put(-1, "b", 12).Put(3, "c", 13));
  CHECK(counts.outside_newer == 1);
  CHECK(counts.outside_older == 1);
  CHECK(counts.deleted == 2);
  CHECK(counts.inserted == 1);
  CHECK(test.Rows() == "c@3");
  counts = test.Apply(List().Put(9, "a", 14));
  CHECK(counts.inserted == 1);
  CHECK(test.Rows() == "c@3 a@9");
}

TEST_CASE("what a batch changed is known since the version before it, and not since its own") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a").Put(2, "b").Put(3, "c"), 10, {At(0), At(10)});
  const uint64_t version = test.window.version();
  test.Apply(List().Patch("a", 11, NumberCell(1)).Put(4, "b", 12).Put(5, "d", 13));
  std::vector<Slot> rows;
  for (const char* const id : {"a", "b", "c", "d"}) rows.push_back(*test.window.store().Find(id));
  std::vector<ColumnMask> masks(rows.size());
  test.window.changes().ColumnsSince(version, rows, masks);
  CHECK(masks == std::vector<ColumnMask>{MaskOf(kAmountColumn), kAllColumns, 0, kAllColumns});
  test.window.changes().ColumnsSince(test.window.version(), rows, masks);
  CHECK(masks == std::vector<ColumnMask>(rows.size(), 0));
}

TEST_CASE("a late page does not bring back what was deleted or left while it was under way") {
  WindowTest test;
  test.ApplyPage(List().Put(1, "a").Put(2, "b").Put(3, "c"), 10, {At(0), At(10)});
  test.window.tombstones().BeginRequest();
  test.Apply(List().Delete("a", 11).Put(99, "b", 12).Delete("unknown", 13));
  const ApplyCounts counts = test.ApplyPage(
      List().Put(1, "a").Put(2, "b").Put(3, "c").Put(12, "unknown"), 10, {At(0), At(20)});
  CHECK(counts.stale == 4);
  CHECK(test.Rows() == "c@3");
  test.window.tombstones().EndRequest();
}

TEST_CASE("what a newer page's eviction cut off, an older page can still bring") {
  // Two pages are under way; the newer one comes first, and has more events than the window holds.
  WindowTest test(2);
  test.window.set_eviction_side(EvictionSide::kNewest);
  test.ApplyPage(List(), 5, {At(0), At(1)});
  test.window.tombstones().BeginRequest();
  test.window.tombstones().BeginRequest();
  test.ApplyPage(List().Put(1, "a").Put(2, "b").Put(3, "c").Put(4, "d"), 20, {At(1), At(5)});
  CHECK(test.Rows() == "a@1 b@2");
  test.Apply(List().Delete("a", 21).Delete("b", 22));
  test.ApplyPage(List().Put(3, "c").Put(4, "d"), 10, {At(3), At(5)});
  CHECK(test.Rows() == "c@3 d@4");
}

TEST_CASE("the side farther from the reader loses rows over capacity, and their coverage") {
  WindowTest test(3);
  ApplyCounts counts = test.ApplyPage(List().Put(1, "a").Put(2, "b").Put(3, "c").Put(3, "d"), 10,
                                      {KeyBound(), KeyBound()});
  CHECK(counts.evicted == 1);
  CHECK(test.Rows() == "b@2 c@3 d@3");
  CHECK_FALSE(test.window.coverage().Contains({1, "a"}));
  CHECK(test.window.coverage().Contains({1, "b"}));
  test.window.set_eviction_side(EvictionSide::kNewest);
  counts = test.Apply(List().Put(2, "a2", 11));
  CHECK(counts.inserted == 1);
  CHECK(counts.evicted == 1);
  CHECK(test.Rows() == "a2@2 b@2 c@3");
  CHECK_FALSE(test.window.coverage().Contains({3, "d"}));
  // What was evicted is outside now.
  counts = test.Apply(List().Put(1, "a", 12).Put(3, "d", 13));
  CHECK(counts.outside_older == 1);
  CHECK(counts.outside_newer == 1);
  CHECK_FALSE(counts.changed());
}

TEST_CASE("a window of one row holds the newest, or the oldest") {
  for (const EvictionSide side : {EvictionSide::kOldest, EvictionSide::kNewest}) {
    WindowTest test(1);
    test.window.set_eviction_side(side);
    test.ApplyPage(List().Put(1, "a").Put(2, "b").Put(3, "c"), 10, {KeyBound(), KeyBound()});
    CHECK(test.Rows() == (side == EvictionSide::kOldest ? "c@3" : "a@1"));
  }
}

TEST_CASE("rows with more text than the window's capacity are evicted, but for a last one") {
  const auto id = [](char c) { return std::string(100, c); };
  WindowTest one;
  one.window.CoverAll();
  one.Apply(List().Put(1, id('a'), 1));
  WindowTest test(100, 3 * one.window.store().texts().live_bytes());
  test.window.CoverAll();
  ApplyCounts counts = test.Apply(List().Put(1, id('a'), 1).Put(2, id('b'), 2).Put(3, id('c'), 3));
  CHECK(counts.evicted == 0);
  counts = test.Apply(List().Put(4, id('d'), 4));
  CHECK(counts.evicted == 1);
  CHECK(test.window.order().size() == 3);
  CHECK_FALSE(test.window.coverage().Contains({1, id('a')}));
  counts = test.Apply(List().Put(5, std::string(1000, 'e'), 5));
  CHECK(counts.evicted == 3);
  CHECK(test.window.order().size() == 1);
}

TEST_CASE("a full dictionary leaves the mutation out and names the column") {
  WindowTest test(Dictionary::kMaxValues + 10);
  test.window.CoverAll();
  List list;
  for (uint32_t i = 0; i < Dictionary::kMaxValues; ++i) {
    list.Put(1, std::to_string(i), i + 1);
    list.list.cells.push_back(TextCell(kSourceColumn, list.ids.back()));
    ++list.list.mutations.back().cell_end;
  }
  REQUIRE(test.Apply(list).inserted == Dictionary::kMaxValues);
  const uint64_t seq = Dictionary::kMaxValues + 1;
  const ApplyCounts counts = test.Apply(
      List().Patch("7", seq, TextCell(kSourceColumn, "new")).Patch("8", seq + 1, NumberCell(4)));
  CHECK(counts.updated == 1);
  CHECK(counts.skipped.count == 1);
  REQUIRE(counts.skipped.samples.size() == 1);
  CHECK(counts.skipped.samples[0].code == SkipCode::kDictionaryFull);
  CHECK(counts.skipped.samples[0].column == "source");
}

TEST_CASE("clearing forgets rows and coverage, and keeps the eviction side") {
  WindowTest test(1);
  test.window.set_eviction_side(EvictionSide::kNewest);
  test.ApplyPage(List().Put(1, "a"), 10, {At(0), At(10)});
  test.window.Clear();
  CHECK(test.Rows().empty());
  CHECK(test.window.coverage().empty());
  // Versions of the life before do not count any more.
  CHECK(test.ApplyPage(List().Put(1, "a").Put(2, "b"), 3, {At(0), At(10)}).inserted == 2);
  CHECK(test.Rows() == "a@1");
}

}  // namespace
}  // namespace eventglass::test
