#include "engine/change_log.h"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

std::vector<ColumnMask> ColumnsSince(const ChangeLog& log, uint64_t since,
                                     const std::vector<Slot>& rows) {
  std::vector<ColumnMask> masks(rows.size(), 99);
  log.ColumnsSince(since, rows, masks);
  return masks;
}

TEST_CASE("changes of a row since a version are put together") {
  ChangeLog log;
  CHECK(ColumnsSince(log, 0, {Slot{1}, Slot{2}}) == std::vector<ColumnMask>{0, 0});
  log.Add(Slot{1}, 0b001, 1);
  log.Add(Slot{1}, 0b010, 2);
  log.Add(Slot{2}, 0b100, 2);
  log.Add(Slot{1}, 0b1000, 3);
  const std::vector<Slot> rows = {Slot{2}, Slot{1}, Slot{3}};
  CHECK(ColumnsSince(log, 0, rows) == std::vector<ColumnMask>{0b100, 0b1011, 0});
  CHECK(ColumnsSince(log, 1, rows) == std::vector<ColumnMask>{0b100, 0b1010, 0});
  CHECK(ColumnsSince(log, 2, rows) == std::vector<ColumnMask>{0, 0b1000, 0});
  CHECK(ColumnsSince(log, 3, rows) == std::vector<ColumnMask>{0, 0, 0});
  CHECK(ColumnsSince(log, 0, {}).empty());
}

TEST_CASE("what the ring has lost is not known") {
  ChangeLog log;
  for (uint64_t i = 0; i < ChangeLog::kMaxChanges; ++i) log.Add(Slot{7}, 1, 1 + i / 2);
  CHECK(log.Knows(0));
  log.Add(Slot{8}, 2, 50'000);  // in the place of the first change of version 1
  CHECK(!log.Knows(0));
  CHECK(log.Knows(1));
  CHECK(ColumnsSince(log, 1, {Slot{7}, Slot{8}}) == std::vector<ColumnMask>{1, 2});
  log.Forget(60'000);
  CHECK(!log.Knows(59'999));
  CHECK(log.Knows(60'000));
  CHECK(ColumnsSince(log, 60'000, {Slot{7}}) == std::vector<ColumnMask>{0});
}

TEST_CASE("what comes after forgetting is known, whatever came before it") {
  ChangeLog log;
  for (uint64_t version = 1; version <= 5; ++version) log.Add(Slot{7}, 1, version);
  log.Forget(6);
  log.Add(Slot{1}, 0b01, 7);
  log.Add(Slot{2}, 0b10, 8);
  CHECK(ColumnsSince(log, 6, {Slot{1}, Slot{2}}) == std::vector<ColumnMask>{0b01, 0b10});
  CHECK(ColumnsSince(log, 7, {Slot{1}, Slot{2}}) == std::vector<ColumnMask>{0, 0b10});
}

TEST_CASE("random changes keep to what a list of all of them says") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  ChangeLog log;
  struct Change {
    uint32_t slot;
    ColumnMask columns;
    uint64_t version;
  };
  std::vector<Change> all;
  uint64_t version = 1;
  for (uint32_t i = 0; i < 3 * ChangeLog::kMaxChanges; ++i) {
    if (random.OneIn(50)) ++version;
    all.push_back({random.Below(300U), 1ULL << random.Below(64), version});
    log.Add(Slot{all.back().slot}, all.back().columns, version);
    if (i % 700 != 0) continue;
    const uint64_t since = version - std::min<uint64_t>(version, random.Below(400U));
    if (!log.Knows(since)) {
      CHECK(i >= ChangeLog::kMaxChanges);
      continue;
    }
    std::vector<Slot> rows;
    for (uint32_t row = 0; row < 80; ++row) rows.push_back(Slot{random.Below(300U)});
    std::map<uint32_t, ColumnMask> expected;
    for (const Change& change : all) {
      if (change.version > since) expected[change.slot] |= change.columns;
    }
    const std::vector<ColumnMask> masks = ColumnsSince(log, since, rows);
    for (size_t row = 0; row < rows.size(); ++row) {
      CHECK(masks[row] == expected[static_cast<uint32_t>(rows[row])]);
    }
  }
}

}  // namespace
}  // namespace eventglass::test
