// What a filter looks for in strings: the same characters, or the same but for their case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eventglass {

enum class CaseRule : uint8_t {
  kExact,
  kIgnored,  // by Unicode simple case folding
};

// Every string here is well-formed UTF-8. Immutable.
class Needle {
 public:
  Needle(std::string_view wanted, CaseRule rule);

  // The empty needle is in every text.
  //
  // Compares two bytes of the needle, those that are rarest in texts, at 16 places of the text at
  // once, and all of them where both fit (Muła, "SIMD-friendly algorithms for substring searching",
  // which takes the first and the last). Where that is no proof, or begins to cost more than a
  // small multiple of the text, goes through the text once by code points (Knuth, Morris and
  // Pratt).
  bool IsIn(std::string_view text) const;
  bool Equals(std::string_view text) const { return LengthAtFront(text) == text.size(); }
  bool Begins(std::string_view text) const { return LengthAtFront(text) != kNotThere; }

  // Offsets of the bytes that are looked for first.
  struct Probes {
    size_t a = 0;
    size_t b = 0;
  };

 private:
  static constexpr size_t kNotThere = SIZE_MAX;

  static Probes ChooseProbes(std::string_view bytes);
  char32_t Fold(char32_t point) const;
  bool IsInByCodePoints(std::string_view text) const;
  // Bytes that the needle takes at the front of the text, or kNotThere.
  size_t LengthAtFront(std::string_view text) const;

  struct Step {
    char32_t point;   // folded
    uint32_t border;  // length of the longest proper border of the points up to this one
  };

  CaseRule rule_;
  bool is_ascii_ = true;              // when folded
  bool has_non_ascii_forms_ = false;  // an ASCII needle with a k or an s, whose case is ignored
  std::string bytes_;                 // folded
  Probes probes_;
  std::vector<Step> steps_;  // the same as code points
};

}  // namespace eventglass
