#include "decode/json_reader.h"

#include <algorithm>
#include <limits>

#include "decode/limits.h"

namespace eventglass {

namespace {

// Lone surrogates become U+FFFD instead of refusing the text around them.
constexpr bool kReplaceLoneSurrogates = true;

// What 64 bits count to, whatever the digits.
constexpr std::ptrdiff_t kMaxExactDigits = 19;

// An exponent after which nothing but zero and infinity comes; more digits would overflow.
constexpr int64_t kEndlessExponent = 1 << 20;

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Goes on with a number, eight digits at a time; it wraps around after 19 of them.
const char* ReadDigits(const char* at, const char* end, uint64_t* value) {
  constexpr uint64_t kPowersOfTen[] = {1,       10,        100,        1'000,      10'000,
                                       100'000, 1'000'000, 10'000'000, 100'000'000};
  size_t count = 0;
  do {
    uint64_t bytes = 0;  // the first one is the lowest
    std::memcpy(&bytes, at, sizeof(bytes));
    bytes ^= 0x3030303030303030;  // a digit becomes its value, and all else more than 9
    const uint64_t others = (bytes | (bytes + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0;
    count = others == 0 ? 8 : static_cast<size_t>(__builtin_ctzll(others)) / 8;
    count = std::min(count, static_cast<size_t>(end - at));
    if (count == 0) break;
    // The digits go to the top, after zeros. Then neighbours are joined, three times.
    bytes <<= 64 - 8 * count;
    bytes = (bytes * 10 + (bytes >> 8)) & 0x00FF00FF00FF00FF;
    bytes = (bytes * 100 + (bytes >> 16)) & 0x0000FFFF0000FFFF;
    bytes = (bytes * 10'000 + (bytes >> 32)) & 0x00000000FFFFFFFF;
    *value = *value * kPowersOfTen[count] + bytes;
    at += count;
  } while (count == 8);
  return at;
}

// The nearest double to `mantissa` times ten to the power of `exponent`, where simdjson's fast way
// finds it.
bool MakeDouble(uint64_t mantissa, int64_t exponent, bool is_negative, double* number) {
  return exponent >= simdjson::internal::smallest_power &&
         exponent <= simdjson::internal::largest_power &&
         simdjson::builtin::numberparsing::compute_float_64(exponent, mantissa, is_negative,
                                                            *number);
}

}  // namespace

JsonReader::JsonReader() {
  // Without capacity: strings alone are left to it.
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(0, 1, unescaper_)) {
    unescaper_.reset();
  }
}

void JsonReader::Open(std::string_view json, bool is_line) {
  end_ = json.data() + json.size();
  line_feed_ = is_line ? ' ' : '\n';
  status_ = ReadStatus::kOk;
  arena_.Clear();
}

const char* JsonReader::ReadKey(const char* at, std::string_view* key) {
  if (*at != '"') return Fail(ReadStatus::kFault);
  at = ReadString(at + 1, key);
  if (at == nullptr) return nullptr;
  at = Token(at);
  if (at == nullptr) return nullptr;
  return *at == ':' ? Token(at + 1) : Fail(ReadStatus::kFault);
}

const char* JsonReader::ReadUnusual(const char* begin, const char* at, std::string_view* text) {
  const char* escape = nullptr;
  for (;;) {
    at = Find(at, [](Bytes bytes) { return (bytes == '"') | (bytes == '\\') | (bytes <= 0x1F); });
    if (at >= end_) return Fail(ReadStatus::kCut);
    if (*at == '"') break;
    if (*at != '\\') return Fail(ReadStatus::kFault);
    if (escape == nullptr) escape = at;
    at += 2;
  }
  const auto size = static_cast<size_t>(at - begin);
  if (!simdjson::validate_utf8(begin, size)) return Fail(ReadStatus::kFault);
  *text = {begin, size};
  if (escape == nullptr) return at + 1;

  char* const room = arena_.Reserve(size + simdjson::SIMDJSON_PADDING);
  if (room == nullptr || !unescaper_) return Fail(ReadStatus::kOutOfMemory);
  auto* const target = reinterpret_cast<uint8_t*>(room);
  const uint8_t* const end = unescaper_->parse_string(reinterpret_cast<const uint8_t*>(begin),
                                                      target, kReplaceLoneSurrogates);
  if (end == nullptr) return Fail(ReadStatus::kFault);
  *text = {room, static_cast<size_t>(end - target)};
  arena_.Commit(text->size());
  return at + 1;
}

const char* JsonReader::ReadNumber(const char* at, Scalar* out) {
  const char* const begin = at;
  const bool is_negative = *at == '-';
  if (is_negative) ++at;
  uint64_t mantissa = 0;
  const char* const integer = at;
  at = ReadDigits(at, end_, &mantissa);
  std::ptrdiff_t digits = at - integer;
  if (digits != 1 && (digits == 0 || *integer == '0')) {
    return Fail(at == end_ && digits == 0 ? ReadStatus::kCut : ReadStatus::kFault);
  }
  int64_t exponent = 0;
  if (at < end_ && *at == '.') {
    const char* const fraction = ++at;
    at = ReadDigits(at, end_, &mantissa);
    if (at == fraction) return Fail(at == end_ ? ReadStatus::kCut : ReadStatus::kFault);
    digits += at - fraction;
    exponent = fraction - at;
  }
  if (at < end_ && (*at == 'e' || *at == 'E')) {
    ++at;
    const bool is_small = at < end_ && *at == '-';
    if (at < end_ && (*at == '-' || *at == '+')) ++at;
    const char* const power = at;
    int64_t read = 0;
    for (; at < end_ && IsDigit(*at); ++at) {
      if (read < kEndlessExponent) read = read * 10 + (*at - '0');
    }
    if (at == power) return Fail(at == end_ ? ReadStatus::kCut : ReadStatus::kFault);
    exponent += is_small ? -read : read;
  }
  if (at == end_) return Fail(ReadStatus::kCut);  // more digits may follow

  out->kind = Scalar::Kind::kNumber;
  if (digits > kMaxExactDigits || !MakeDouble(mantissa, exponent, is_negative, &out->number)) {
    out->number = simdjson::internal::from_chars(begin);
    out->in_range = std::abs(out->number) <= std::numeric_limits<double>::max();
  }
  return at;
}

const char* JsonReader::ReadLiteral(const char* at, std::string_view literal) {
  for (const char c : literal) {
    if (at >= end_) return Fail(ReadStatus::kCut);
    if (*at != c) return Fail(ReadStatus::kFault);
    ++at;
  }
  return at;
}

const char* JsonReader::ReadOther(const char* at, uint32_t depth, Scalar* out) {
  switch (*at) {
    case 't':
      out->kind = Scalar::Kind::kBoolean;
      out->boolean = true;
      return ReadLiteral(at, "true");
    case 'f':
      out->kind = Scalar::Kind::kBoolean;
      return ReadLiteral(at, "false");
    case 'n':
      return ReadLiteral(at, "null");
    case '[':
    case '{':
      break;
    default:
      return Fail(ReadStatus::kFault);
  }
  if (depth == kMaxJsonDepth) return Fail(ReadStatus::kFault);
  out->kind = Scalar::Kind::kContainer;
  const auto drop_value = [this, depth](const char* value) {
    Scalar dropped;
    return ReadValue(value, depth + 1, &dropped);
  };
  if (*at == '[') return ReadItems(at + 1, ']', drop_value);
  return ReadItems(at + 1, '}', [this, &drop_value](const char* field) -> const char* {
    std::string_view key;
    field = ReadKey(field, &key);
    return field == nullptr ? nullptr : drop_value(field);
  });
}

}  // namespace eventglass
