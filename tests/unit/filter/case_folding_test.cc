#include "filter/case_folding.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace eventglass::test {
namespace {

constexpr char32_t kCodePoints = 0x110000;

TEST_CASE("code points of known classes fold together, and others do not") {
  const std::vector<std::vector<char32_t>> classes = {
      {U'K', U'k', 0x212A},
      {U'S', U's', 0x17F},
      {U'ß', U'ẞ'},
      {U'Å', U'å', 0x212B},
      {U'Σ', U'σ', U'ς'},
      {U'Θ', U'θ', 0x3D1, 0x3F4},
      {U'Ж', U'ж'},
      {0x1C4, 0x1C5, 0x1C6},
      {0x13A0, 0xAB70},
      {0x10400, 0x10428},
      {0x1E921, 0x1E943},
      {0x345, 0x399, 0x3B9, 0x1FBE},
      {0xFB05, 0xFB06},
      {0x390, 0x1FD3},
      {0x1C80, U'В', U'в'},
      {U'ÿ', U'Ÿ'},
      {0x1E9B, 0x1E60, 0x1E61},
      {0x264, 0xA7CB},
      {U'Ⓐ', U'ⓐ'},
      {U'Ａ', U'ａ'},
      {U'I', U'i'},
      {0x130},
      {0x131},
      {U'_', U'_'},
      {U'@'},
      {U'`'},
      {U'['},
      {U'{'},
      {U'中'},
      {0x10FFFF},
  };
  for (const auto& members : classes) {
    for (const auto& others : classes) {
      for (const char32_t member : members) {
        for (const char32_t other : others) {
          CAPTURE(static_cast<uint32_t>(member));
          CAPTURE(static_cast<uint32_t>(other));
          CHECK((FoldCase(member) == FoldCase(other)) == (&members == &others));
        }
      }
    }
  }
}

TEST_CASE("folding what is folded changes nothing, and ASCII folds to lower case") {
  for (char32_t point = 0; point < kCodePoints; ++point) {
    const char32_t folded = FoldCase(point);
    if (folded >= kCodePoints || FoldCase(folded) != folded) {
      FAIL_CHECK("not folded: ", static_cast<uint32_t>(point));
    }
  }
  for (char32_t point = 0; point < 0x80; ++point) {
    CHECK(FoldCase(point) == (point >= 'A' && point <= 'Z' ? point + 32 : point));
  }
}

// The expected number is JavaScript's (Unicode 17.0), whose regular expressions compare so with the
// flags iu:
//
//   const cased = Array.from({ length: 0x110000 }, (_, point) => point)
//     .filter((point) => /[\p{CWCF}\p{CWCM}\p{Cased}\p{Mn}]/u.test(String.fromCodePoint(point)));
//   const text = String.fromCodePoint(...cased);
//   const least = new Map(cased.map((point) =>
//     [point, text.match(new RegExp(`\\u{${point.toString(16)}}`, 'iu'))[0].codePointAt(0)]));
//   let hash = 0xcbf29ce484222325n;
//   for (let point = 0; point < 0x110000; ++point)
//     hash = BigInt.asUintN(64, (hash ^ BigInt(least.get(point) ?? point)) * 0x100000001b3n);
//   console.log(hash.toString(16));
TEST_CASE("all classes of all code points are those of another implementation") {
  std::vector<char32_t> least(kCodePoints, kCodePoints);
  for (char32_t point = kCodePoints; point-- > 0;) least[FoldCase(point)] = point;
  uint64_t hash = 0xcbf29ce484222325;
  for (char32_t point = 0; point < kCodePoints; ++point) {
    hash = (hash ^ least[FoldCase(point)]) * 0x100000001b3;
  }
  CHECK(hash == 0x08ecd6c06048a68c);
}

}  // namespace
}  // namespace eventglass::test
