#include "store/tombstones.h"

#include <doctest/doctest.h>

namespace eventglass::test {
namespace {

TEST_CASE("nothing is remembered while no request is open") {
  Tombstones tombstones(HashSeed{1, 2});
  tombstones.Add("a", 5);
  CHECK(tombstones.SeqOf("a") == 0);
  CHECK(tombstones.size() == 0);
}

TEST_CASE("a delete is remembered until the last request ends") {
  Tombstones tombstones(HashSeed{1, 2});
  tombstones.BeginRequest();
  tombstones.Add("a", 5);
  tombstones.BeginRequest();
  tombstones.Add("b", 6);
  tombstones.EndRequest();
  CHECK(tombstones.open_requests() == 1);
  CHECK(tombstones.SeqOf("a") == 5);
  CHECK(tombstones.SeqOf("b") == 6);
  CHECK(tombstones.SeqOf("c") == 0);
  tombstones.EndRequest();
  CHECK(tombstones.open_requests() == 0);
  CHECK(tombstones.SeqOf("a") == 0);
  CHECK(tombstones.size() == 0);
}

TEST_CASE("the newest delete of an event counts, in whatever order they come") {
  Tombstones tombstones(HashSeed{1, 2});
  tombstones.BeginRequest();
  tombstones.Add("a", 5);
  tombstones.Add("a", 9);
  tombstones.Add("a", 7);
  CHECK(tombstones.SeqOf("a") == 9);
  CHECK(tombstones.size() == 1);
}

TEST_CASE("tombstones overflow past their limit, until the requests end") {
  Tombstones tombstones(HashSeed{1, 2});
  tombstones.BeginRequest();
  for (size_t i = 0; i < Tombstones::kMaxTombstones; ++i)
    tombstones.Add("id" + std::to_string(i), i + 1);
  CHECK_FALSE(tombstones.overflowed());
  tombstones.Add("id7", 1'000'000);  // known already
  CHECK_FALSE(tombstones.overflowed());
  tombstones.Add("one more", 5);
  CHECK(tombstones.overflowed());
  CHECK(tombstones.size() == Tombstones::kMaxTombstones);
  CHECK(tombstones.SeqOf("id7") == 1'000'000);
  tombstones.EndRequest();
  CHECK_FALSE(tombstones.overflowed());
  CHECK(tombstones.size() == 0);
}

}  // namespace
}  // namespace eventglass::test
