// UTF-8 (RFC 3629), one code point at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace eventglass {

// Length of the well-formed sequence at the front of `text`, or 0 (RFC 3629, section 4).
inline size_t Utf8SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return text.empty() ? 0 : 1;
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

// The code point at `*at`, which moves behind it.
// REQUIRES: `text` is well-formed, *at < text.size() is where a sequence begins
inline char32_t TakeCodePoint(std::string_view text, size_t* at) {
  const auto next = [&] {
    return static_cast<char32_t>(static_cast<unsigned char>(text[(*at)++]));
  };
  const char32_t lead = next();
  if (lead < 0x80) return lead;
  const auto tail = [&] { return next() & 0x3FU; };
  if (lead < 0xE0) return (lead & 0x1FU) << 6 | tail();
  if (lead < 0xF0) {
    const char32_t high = (lead & 0x0FU) << 12 | tail() << 6;
    return high | tail();
  }
  const char32_t high = (lead & 0x07U) << 18 | tail() << 12;
  const char32_t middle = tail() << 6;
  return high | middle | tail();
}

// REQUIRES: `point` is a code point, and no surrogate
inline void AppendUtf8(char32_t point, std::string* text) {
  const auto append = [&](char32_t byte) { *text += static_cast<char>(byte); };
  if (point < 0x80) return append(point);
  if (point < 0x800) {
    append(0xC0U | point >> 6);
  } else if (point < 0x10000) {
    append(0xE0U | point >> 12);
    append(0x80U | (point >> 6 & 0x3FU));
  } else {
    append(0xF0U | point >> 18);
    append(0x80U | (point >> 12 & 0x3FU));
    append(0x80U | (point >> 6 & 0x3FU));
  }
  append(0x80U | (point & 0x3FU));
}

}  // namespace eventglass
