// Text as a list of code points, to compare with what searches bytes.
#pragma once

#include <string>
#include <string_view>

#include "filter/case_folding.h"

namespace eventglass::test {

// REQUIRES: `text` is UTF-8
inline std::u32string NaiveFold(std::string_view text) {
  std::u32string folded;
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const int length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? byte : byte & (0x7F >> length);
    for (int i = 1; i < length; ++i) {
      point = point * 64 + static_cast<unsigned char>(text[at + static_cast<size_t>(i)]) % 64;
    }
    folded += FoldCase(point);
    at += static_cast<size_t>(length);
  }
  return folded;
}

// The place at or before `at` where a code point begins.
inline size_t NearestFront(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

}  // namespace eventglass::test
