#include "decode/event_reader.h"

#include <doctest/doctest.h>

#include <string>

#include "unit/support/decoded_page.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

TEST_CASE("columns are found by names of any length and with any characters") {
  const struct {
    std::string name;
    std::string key;  // as it stands in the input
  } names[] = {
      {"a", "a"},
      {"twelve_bytes", "twelve_bytes"},
      {"thirteenbytes", "thirteenbytes"},
      {"fourteen_bytes", "fourteen_bytes"},
      {"a name that is longer than a register", "a name that is longer than a register"},
      {"naïve", "naïve"},
      {"quo\"te", "quo\\\"te"},
      {"back\\slash", "back\\\\slash"},
      {"b\b", "b\\b"},
      {"a", "\\u0061"},
  };
  for (const auto& test : names) {
    CAPTURE(test.key);
    const Schema schema({{test.name, ColumnType::kText},
                         {"id", ColumnType::kId},
                         {"timestamp", ColumnType::kTimestamp}});
    for (const char* const colon : {":", " :", ": ", "\n:\t"}) {
      const std::string body = "[{\"" + test.key + "\"" + colon + R"("v","id":"i","timestamp":1}])";
      CHECK(DecodeWhole(schema, body).events == std::vector<std::string>{"0|i|1|0=0.000000v"});
    }
  }
}

TEST_CASE("a column's name that is no key as it stands does not make one") {
  const Schema quote(
      {{"a\"", ColumnType::kText}, {"id", ColumnType::kId}, {"timestamp", ColumnType::kTimestamp}});
  CHECK(DecodeWhole(quote, R"([{"a"":"v"}])").error.code == DecodeCode::kSyntax);
  const Schema backslash({{"a\\b", ColumnType::kText},
                          {"id", ColumnType::kId},
                          {"timestamp", ColumnType::kTimestamp}});
  CHECK(DecodeWhole(backslash, R"([{"a\b":"v","id":"i","timestamp":1}])").events ==
        std::vector<std::string>{"0|i|1"});
}

TEST_CASE("fields in any order, doubled and unknown, give what the last of each says") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  const Schema schema = TestSchema();
  for (int step = 0; step < 2'000; ++step) {
    std::string values[7];
    std::string event = "{";
    for (uint32_t count = random.Below(12); count > 0; --count) {
      const uint32_t column = random.Below(8);
      const std::string number = std::to_string(random.Below(100));
      std::string value = "\"" + random.Letters(random.Below(4)) + "\"";
      if (column == kTimeColumn || column == kAmountColumn) value = number;
      if (column == kDoneColumn) value = random.OneIn(2) ? "true" : "false";
      if (column == 7) value = random.OneIn(2) ? "[{\"id\":1}]" : "null";
      event += (event.size() > 1 ? ",\"" : "\"") + (column == 7 ? "unknown" : schema[column].name) +
               "\":" + value;
      if (column < 7) values[column] = value;
    }
    event += "}";
    // The same event with each field once, in the order of the schema.
    std::string plain = "{";
    for (uint32_t column = 0; column < 7; ++column) {
      if (values[column].empty()) continue;
      plain += (plain.size() > 1 ? ",\"" : "\"") + schema[column].name + "\":" + values[column];
    }
    plain += "}";
    CAPTURE(event);
    const auto cells = [&](const std::string& json) {
      std::vector<std::string> parts;
      const DecodedPage page = DecodeWhole(schema, "[" + json + "]");
      CHECK(page.error.ok());
      if (page.events.empty()) return page.samples;
      for (size_t begin = 0; begin != std::string::npos;) {
        const size_t end = page.events[0].find('|', begin);
        parts.push_back(page.events[0].substr(begin, end - begin));
        begin = end == std::string::npos ? end : end + 1;
      }
      std::sort(parts.begin(), parts.end());
      return parts;
    };
    CHECK(cells(event) == cells(plain));
  }
}

}  // namespace
}  // namespace eventglass::test
