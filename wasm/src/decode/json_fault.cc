#include "decode/json_fault.h"

namespace eventglass {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Steps over one or more digits; false if there are none.
bool SkipDigits(std::string_view text, size_t* at) {
  const size_t begin = *at;
  while (*at < text.size() && IsDigit(text[*at])) ++*at;
  return *at > begin;
}

// Length of the well-formed UTF-8 sequence at the front of `text`, or 0 (RFC 3629, section 4).
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return is_tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return is_tail(1) && is_tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return is_tail(1) && is_tail(2) && is_tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

size_t OffsetOfInvalidUtf8(std::string_view json) {
  size_t at = 0;
  while (at < json.size()) {
    const size_t length = SequenceLength(json.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return json.size();
}

// Offset of the first control character within a string, or of the quote that opens the string that never ends.
size_t OffsetOfBadString(std::string_view json) {
  bool in_string = false;
  size_t opened_at = 0;
  for (size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '"') {
      in_string = !in_string;
      opened_at = at;
    } else if (in_string && json[at] == '\\') {
      ++at;
    } else if (in_string && static_cast<unsigned char>(json[at]) < 0x20) {
      return at;
    }
  }
  return in_string ? opened_at : json.size();
}

DecodeCode CodeOf(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return DecodeCode::kEmpty;
    case simdjson::UTF8_ERROR:
      return DecodeCode::kInvalidUtf8;
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS:
      return DecodeCode::kUnclosedString;
    case simdjson::STRING_ERROR:
      return DecodeCode::kInvalidString;
    case simdjson::NUMBER_ERROR:
    case simdjson::BIGINT_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE:
      return DecodeCode::kInvalidNumber;
    case simdjson::DEPTH_ERROR:
      return DecodeCode::kTooDeep;
    case simdjson::TRAILING_CONTENT:
      return DecodeCode::kTrailingContent;
    case simdjson::CAPACITY:
      return DecodeCode::kTooLarge;
    case simdjson::MEMALLOC:
      return DecodeCode::kOutOfMemory;
    default:
      return DecodeCode::kSyntax;
  }
}

}  // namespace

bool IsJsonNumber(std::string_view token) {
  const size_t last = token.find_last_not_of(" \t\r\n");
  token = token.substr(0, last == std::string_view::npos ? 0 : last + 1);
  size_t at = 0;
  if (at < token.size() && token[at] == '-') ++at;
  const size_t first_digit = at;
  if (!SkipDigits(token, &at)) return false;
  if (token[first_digit] == '0' && at > first_digit + 1) return false;
  if (at < token.size() && token[at] == '.') {
    ++at;
    if (!SkipDigits(token, &at)) return false;
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    if (!SkipDigits(token, &at)) return false;
  }
  return at == token.size();
}

DecodeError FaultOfBytes(simdjson::error_code error, std::string_view json) {
  const DecodeCode code = CodeOf(error);
  switch (code) {
    case DecodeCode::kEmpty:
      return {code, 0};
    case DecodeCode::kInvalidUtf8:
      return {code, OffsetOfInvalidUtf8(json)};
    case DecodeCode::kUnclosedString:
      return {code, OffsetOfBadString(json)};
    default:
      return {code, json.size()};
  }
}

DecodeError FaultAt(simdjson::error_code error, size_t byte_offset) {
  return {CodeOf(error), byte_offset};
}

std::string_view DecodeMessage(DecodeCode code) {
  switch (code) {
    case DecodeCode::kOk:
      return "no error";
    case DecodeCode::kEmpty:
      return "there is no JSON value";
    case DecodeCode::kTooLarge:
      return "the message is over 16 MiB";
    case DecodeCode::kInvalidUtf8:
      return "the bytes are not UTF-8";
    case DecodeCode::kUnclosedString:
      return "a string has no end, or holds a control character";
    case DecodeCode::kInvalidString:
      return "a string holds an escape that JSON does not have";
    case DecodeCode::kInvalidNumber:
      return "a number is not written as JSON writes numbers";
    case DecodeCode::kSyntax:
      return "this is not JSON";
    case DecodeCode::kTooDeep:
      return "values are nested more than 256 deep";
    case DecodeCode::kTrailingContent:
      return "something follows the JSON value";
    case DecodeCode::kWrongShape:
      return "well-formed JSON, but not a page of events or a feed message";
    case DecodeCode::kOutOfMemory:
      return "there is no memory for the message";
  }
  return "unknown error";
}

}  // namespace eventglass
