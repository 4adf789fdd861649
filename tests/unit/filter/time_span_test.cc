#include "filter/time_span.h"

#include <doctest/doctest.h>

#include <string>

#include "decode/limits.h"

namespace eventglass::test {
namespace {

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
// Date.UTC(2026, 10, 24), in JavaScript.
constexpr int64_t k2026Nov24 = 1795478400000;

struct Expected {
  const char* text;
  int64_t begin;
  int64_t length;
};

TEST_CASE("a time is the whole of its unit") {
  const Expected table[] = {
      {"2026", 1767225600000, 365 * kDay},
      {"2024", 1704067200000, 366 * kDay},
      {"2026-11", 1793491200000, 30 * kDay},
      {"2026-12", 1796083200000, 31 * kDay},
      {"2024-02", 1706745600000, 29 * kDay},
      {"2026-11-24", k2026Nov24, kDay},
      {"2024-02-29", 1709164800000, kDay},
      {"2000-02-29", 951782400000, kDay},
      {"2026-12-31", 1798675200000, kDay},
      {"2026-11-24T10", k2026Nov24 + 10 * kHour, kHour},
      {"2026-11-24T10:30", k2026Nov24 + 10 * kHour + 30 * kMinute, kMinute},
      {"2026-11-24T23:59:59", k2026Nov24 + kDay - kSecond, kSecond},
      {"2026-11-24T00:00:15.1", k2026Nov24 + 15 * kSecond + 100, 100},
      {"2026-11-24T00:00:15.12", k2026Nov24 + 15 * kSecond + 120, 10},
      {"2026-11-24T00:00:15.123", k2026Nov24 + 15 * kSecond + 123, 1},
      {"2026-11-24T00:00:15.123999", k2026Nov24 + 15 * kSecond + 123, 1},
      {"2026-11-24T10Z", k2026Nov24 + 10 * kHour, kHour},
      {"2026-11-24T10:30Z", k2026Nov24 + 10 * kHour + 30 * kMinute, kMinute},
      {"2026-11-24T10:30+02:00", k2026Nov24 + 8 * kHour + 30 * kMinute, kMinute},
      {"2026-11-24T10-05:30", k2026Nov24 + 15 * kHour + 30 * kMinute, kHour},
      {"2026-11-24T00:00:00.000+23:59", k2026Nov24 - kDay + kMinute, 1},
      {"1970", 0, 365 * kDay},
      {"1969-12-31T23:59:59.999", -1, 1},
      {"0000", -62167219200000, 366 * kDay},
      {"9999", 253370764800000, 365 * kDay},
  };
  for (const Expected& expected : table) {
    CAPTURE(expected.text);
    const auto span = ParseTime(expected.text);
    REQUIRE(span);
    CHECK(span->begin == expected.begin);
    CHECK(span->end - span->begin == expected.length);
  }
}

TEST_CASE("a whole number is milliseconds, but for four digits") {
  for (const int64_t ms : {int64_t{0}, int64_t{-1}, int64_t{5}, int64_t{999}, int64_t{10000},
                           int64_t{-2026}, k2026Nov24, kMaxTimestampMs, -kMaxTimestampMs}) {
    const auto span = ParseTime(std::to_string(ms));
    CAPTURE(ms);
    REQUIRE(span);
    CHECK(span->begin == ms);
    CHECK(span->end == ms + 1);
  }
  CHECK(ParseTime("02026")->begin == 2026);
  CHECK_FALSE(ParseTime(std::to_string(kMaxTimestampMs + 1)));
  CHECK_FALSE(ParseTime(std::to_string(-kMaxTimestampMs - 1)));
  CHECK_FALSE(ParseTime("99999999999999999999"));
}

TEST_CASE("what is not quite a time is none") {
  for (const char* const text : {"",
                                 "-",
                                 "+5",
                                 "1.5",
                                 "1e3",
                                 "today",
                                 "2026-",
                                 "2026-1",
                                 "2026-13",
                                 "2026-00",
                                 "2026-11-",
                                 "2026-11-0",
                                 "2026-11-31",
                                 "2026-02-29",
                                 "1900-02-29",
                                 "2026-11-24T",
                                 "2026-11-24T1",
                                 "2026-11-24T24",
                                 "2026-11-24T10:",
                                 "2026-11-24T10:60",
                                 "2026-11-24T10:30:60",
                                 "2026-11-24T10:30:15.",
                                 "2026-11-24T10:30:15.x",
                                 "2026-11-24Z",
                                 "2026-11-24+02:00",
                                 "2026-11-24T10+2",
                                 "2026-11-24T10+02",
                                 "2026-11-24T10+24:00",
                                 "2026-11-24T10+02:60",
                                 "2026-11-24T10ZZ",
                                 "2026-11-24 10",
                                 "2026-11-24t10",
                                 "20261124T10",
                                 "12026-11-24",
                                 "-2026-11-24",
                                 "2026-11-24T10:30:15,1",
                                 " 2026"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseTime(text));
  }
}

}  // namespace
}  // namespace eventglass::test
