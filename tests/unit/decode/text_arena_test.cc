#include "decode/text_arena.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace eventglass::test {
namespace {

TEST_CASE("texts stay where they are until all are dropped") {
  TextArena arena;
  std::vector<std::string_view> texts;
  for (size_t i = 0; i < 3'000; ++i) {
    const size_t size = i % 500 == 0 ? 100'000 : i % 90;
    char* const room = arena.Reserve(size + 10);
    REQUIRE(room != nullptr);
    std::memset(room, static_cast<char>('a' + i % 26), size);
    arena.Commit(size);
    texts.emplace_back(room, size);
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    CHECK((texts[i] == std::string(texts[i].size(), static_cast<char>('a' + i % 26))));
  }
  arena.Clear();
  CHECK(arena.Reserve(1) != nullptr);
}

TEST_CASE("room that was not taken is given out again") {
  TextArena arena;
  const char* const room = arena.Reserve(100);
  CHECK(arena.Reserve(100) == room);
  arena.Commit(3);
  CHECK(arena.Reserve(100) == room + 3);
}

}  // namespace
}  // namespace eventglass::test
