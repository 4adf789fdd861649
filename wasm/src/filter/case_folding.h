// Unicode simple case folding: code points that differ in case alone fold to the same one.
#pragma once

namespace eventglass {

// REQUIRES: point >= 'A'
char32_t FoldNonAscii(char32_t point);

// Maps one code point to one, so texts keep their number of code points, though not of bytes: ß is
// not ss. Folding what is folded changes nothing.
inline char32_t FoldCase(char32_t point) {
  if (point >= 0x80) return FoldNonAscii(point);
  return point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point;
}

}  // namespace eventglass
