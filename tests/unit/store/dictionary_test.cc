#include "store/dictionary.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

TEST_CASE("equal values share a code") {
  Dictionary dictionary({});
  const DictionaryCode shop = dictionary.Acquire("shop");
  const DictionaryCode chat = dictionary.Acquire("chat");
  CHECK(shop != chat);
  CHECK(dictionary.Acquire("shop") == shop);
  CHECK(dictionary.Uses(shop) == 2);
  CHECK(dictionary.size() == 2);
  CHECK(dictionary.Value(shop) == "shop");
  CHECK(dictionary.Value(chat) == "chat");
}

TEST_CASE("the code of a value that nobody uses is given to another one") {
  Dictionary dictionary({});
  const DictionaryCode a = dictionary.Acquire("a");
  dictionary.Acquire("b");
  dictionary.Acquire("a");
  dictionary.Release(a);
  CHECK(dictionary.size() == 2);
  dictionary.Release(a);
  CHECK(dictionary.size() == 1);
  CHECK(dictionary.Acquire("c") == a);
  CHECK(dictionary.Value(a) == "c");
  CHECK(dictionary.code_limit() == 2);
  CHECK(dictionary.Acquire("a") != a);
}

TEST_CASE("the empty string, NULs and prefixes are values of their own") {
  Dictionary dictionary({});
  const DictionaryCode empty = dictionary.Acquire("");
  const DictionaryCode nul = dictionary.Acquire(std::string_view("\0", 1));
  const DictionaryCode a = dictionary.Acquire("a");
  CHECK(empty != nul);
  CHECK(nul != a);
  CHECK(dictionary.Value(empty).empty());
  CHECK(dictionary.Value(nul) == std::string_view("\0", 1));
}

TEST_CASE("releasing the absent code does nothing") {
  Dictionary dictionary({});
  dictionary.Release(kAbsentCode);
  CHECK(dictionary.size() == 0);
}

TEST_CASE("a full dictionary takes the values that it has, and others when one is gone") {
  Dictionary dictionary({1, 2});
  for (uint32_t i = 0; i < Dictionary::kMaxValues - 1; ++i) dictionary.Acquire(std::to_string(i));
  CHECK(dictionary.CanAcquire("one more"));
  dictionary.Acquire("one more");
  CHECK(dictionary.size() == Dictionary::kMaxValues);
  CHECK_FALSE(dictionary.CanAcquire("too many"));
  CHECK(dictionary.CanAcquire("77"));
  const DictionaryCode code = dictionary.Acquire("77");
  CHECK(dictionary.Uses(code) == 2);
  dictionary.Release(code);
  CHECK_FALSE(dictionary.CanAcquire("too many"));
  dictionary.Release(code);
  CHECK(dictionary.CanAcquire("too many"));
  CHECK(dictionary.Acquire("too many") == code);
}

TEST_CASE("random uses keep to what a map says") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  Dictionary dictionary({random.Bits(), random.Bits()});
  std::map<std::string, std::pair<DictionaryCode, uint32_t>> values;
  for (int step = 0; step < 20'000; ++step) {
    const std::string value =
        "value " + std::to_string(random.Below(300)) + std::string(random.OneIn(2) ? 40 : 0, '.');
    const auto known = values.find(value);
    if (known == values.end() || random.OneIn(2)) {
      const DictionaryCode code = dictionary.Acquire(value);
      auto& [known_code, uses] = values.try_emplace(value, code, 0).first->second;
      CHECK(known_code == code);
      ++uses;
    } else {
      dictionary.Release(known->second.first);
      if (--known->second.second == 0) values.erase(known);
    }
    CHECK(dictionary.size() == values.size());
  }
  for (const auto& [value, code_and_uses] : values) {
    CHECK(dictionary.Value(code_and_uses.first) == value);
    CHECK(dictionary.Uses(code_and_uses.first) == code_and_uses.second);
  }
  // Codes stay dense: there were never more than 600 values.
  CHECK(dictionary.code_limit() <= 600);
}

}  // namespace
}  // namespace eventglass::test
