// Times as people write them: a year, a day, a minute, a millisecond, each the whole of it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace eventglass {

// Milliseconds since 1970, UTC, in [begin, end). The default has every timestamp.
struct TimeSpan {
  int64_t begin = std::numeric_limits<int64_t>::min();
  int64_t end = std::numeric_limits<int64_t>::max();

  bool Contains(int64_t timestamp) const { return timestamp >= begin && timestamp < end; }
};

// Reads a whole number of milliseconds, or ISO 8601 to any precision:
//
//   time   = [ "-" ] digits                      milliseconds, but four digits alone are a year
//          | year [ "-" month [ "-" day [ "T" hour [ minutes ] [ zone ] ] ] ]
//   minutes = ":" minute [ ":" second [ "." digits ] ]
//   zone   = "Z" | ( "+" | "-" ) hour ":" minute   UTC without one
//
// Digits below the millisecond are dropped.
std::optional<TimeSpan> ParseTime(std::string_view text);

}  // namespace eventglass
