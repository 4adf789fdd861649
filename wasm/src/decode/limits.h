// Limits of what the decoder accepts. Past a field's limit its mutation is skipped and reported;
// past the message's limit the message is refused whole.
#pragma once

#include <cstddef>
#include <cstdint>

namespace eventglass {

inline constexpr size_t kMaxMessageBytes = 16
                                           << 20;  // 16 MiB: a page of 50,000 events of 300 bytes
inline constexpr size_t kKeptParserBytes =
    4 << 20;  // input that grew for a larger message is given back after it
inline constexpr size_t kMaxIdBytes = 1024;  // ids stand in URLs and headers
inline constexpr size_t kMaxDictionaryValueBytes =
    4096;  // what repeats is short; prose belongs in a text column
inline constexpr size_t kMaxTextBytes = 12
                                        << 20;  // 12 MiB: one field, a log line with a dump in it
inline constexpr uint32_t kMaxJsonDepth =
    256;  // bounds recursion; events are flat, payloads stay on the backend
inline constexpr int64_t kMaxTimestampMs = 8'640'000'000'000'000;  // the range of ECMAScript dates
inline constexpr double kMaxSafeInteger =
    9007199254740991.0;  // 2^53 - 1: what a double counts to exactly

}  // namespace eventglass
