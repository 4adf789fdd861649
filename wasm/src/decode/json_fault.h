// Tells what is wrong with JSON that simdjson refuses, and where. Off the hot path.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "decode/json_decoder.h"

namespace eventglass {

// True if `token`, white space after it aside, is a number by the grammar of RFC 8259, section 6.
bool IsJsonNumber(std::string_view token);

// The fault behind an error of simdjson's structural pass, which does not say where it met it.
DecodeError FaultOfBytes(simdjson::error_code error, std::string_view json);

// The fault behind an error met at `byte_offset`.
DecodeError FaultAt(simdjson::error_code error, size_t byte_offset);

}  // namespace eventglass
