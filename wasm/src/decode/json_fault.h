// Tells what is wrong with JSON, and where. Off the hot path.
#pragma once

#include <string_view>

#include "decode/json_decoder.h"

namespace eventglass {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// True if `token` is a number by the grammar of RFC 8259, section 6.
bool IsJsonNumber(std::string_view token);

// What has been read of a document before the bytes at hand.
enum class DocumentPlace : uint8_t {
  kBegin,         // nothing: a byte order mark may come
  kValue,         // nothing but white space, or a byte order mark
  kFirstElement,  // the "[" of an array
  kElement,       // elements of an array, and a comma
  kAfterElement,  // elements of an array
  kEnd,           // a whole value
};

// Reads `json`, which goes on from `place`, byte by byte, by the grammar of RFC 8259 and the limit
// of kMaxJsonDepth, up to the first byte with which it can't go on; json.size() where it ends too
// early. A byte that is not UTF-8 is that of its sequence's first byte.
DecodeError FindFault(std::string_view json, DocumentPlace place = DocumentPlace::kBegin);

// Whether `fault`, found in `json`, may be none once more bytes follow.
bool IsCutShort(const DecodeError& fault, std::string_view json);

}  // namespace eventglass
