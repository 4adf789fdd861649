// Tells what is wrong with JSON that simdjson refuses, and where. Off the hot path.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "decode/json_decoder.h"

namespace eventglass {

// True if `token`, white space after it aside, is a number by the grammar of RFC 8259, section 6.
bool IsJsonNumber(std::string_view token);

// Reads `json` byte by byte, by the grammar of RFC 8259 and the limit of kMaxJsonDepth, up to the
// first byte with which it can't go on; json.size() where it ends too early. A byte that is not
// UTF-8 is that of its sequence's first byte.
DecodeError FindFault(std::string_view json);

// The fault behind an error of simdjson's, which only knows the token near which it met it.
DecodeError FaultOf(simdjson::error_code error, std::string_view json);

}  // namespace eventglass
