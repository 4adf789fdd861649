#include "view/view.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

TEST_CASE("a range is cut to the rows that the view has") {
  const Schema schema = TestSchema();
  EventStore store(schema, {});
  RankTree order(RowOrder(store, kTimeColumn));
  const View view(store, order, Filter(), order.order(), Direction::kAscending);
  const auto clamp = [&](uint32_t begin, uint32_t end) {
    const RowRange range = view.Clamp({begin, end});
    return std::vector<uint32_t>{range.begin, range.end};
  };
  CHECK(clamp(0, UINT32_MAX) == std::vector<uint32_t>{0, 0});
  for (int i = 0; i < 10; ++i) order.Insert(store.Insert({i, "id" + std::to_string(i)}, {}, 1));
  CHECK(view.row_count() == 10);
  CHECK(clamp(0, 10) == std::vector<uint32_t>{0, 10});
  CHECK(clamp(3, 5) == std::vector<uint32_t>{3, 5});
  CHECK(clamp(3, 11) == std::vector<uint32_t>{3, 10});
  CHECK(clamp(10, 20) == std::vector<uint32_t>{10, 10});
  CHECK(clamp(UINT32_MAX, UINT32_MAX) == std::vector<uint32_t>{10, 10});
  CHECK(clamp(5, 3) == std::vector<uint32_t>{3, 3});  // the wrong way round: no rows

  std::vector<Slot> slots;
  view.CopyRange(view.Clamp({8, 100}), &slots);
  REQUIRE(slots.size() == 2);
  CHECK(store.Id(slots[0]) == "id8");
  CHECK(view.RankOfKey({8, ""}) == 8);
  CHECK(view.Select(8) == slots[0]);
}

}  // namespace
}  // namespace eventglass::test
