#include "filter/needle.h"

#include <bit>
#include <cstring>

#include "decode/utf8.h"
#include "filter/bytes16.h"
#include "filter/case_folding.h"

namespace eventglass {

namespace {

enum class Verdict : uint8_t { kFound, kNotFound, kTooCostly };

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// Bytes to look for, of which lower-case letters may stand for both cases. A byte of text fits one
// of the pattern if it is equal after the case bit has been set.
struct BytePattern {
  char CaseBit(size_t i) const { return ignores_case && IsLetter(bytes[i]) ? '\x20' : '\0'; }

  std::string_view bytes;  // not empty
  bool ignores_case = false;
};

// The front of a text of under 16 bytes, and zeros.
Bytes16 LoadShort(std::string_view text) {
  char bytes[16] = {};
  const size_t size = text.size();
  if (size >= 8) {
    std::memcpy(bytes, text.data(), 8);
    std::memcpy(bytes + size - 8, text.data() + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(bytes, text.data(), 4);
    std::memcpy(bytes + size - 4, text.data() + size - 4, 4);
  } else {
    for (size_t i = 0; i < size; ++i) bytes[i] = text[i];
  }
  return Load16(bytes);
}

Verdict FindBytes(const BytePattern& pattern, std::string_view text) {
  const size_t length = pattern.bytes.size();
  if (text.size() < length) return Verdict::kNotFound;
  const size_t places = text.size() - length + 1;
  const Bytes16 first = Splat16(pattern.bytes.front());
  const Bytes16 first_case = Splat16(pattern.CaseBit(0));
  const Bytes16 last = Splat16(pattern.bytes.back());
  const Bytes16 last_case = Splat16(pattern.CaseBit(length - 1));
  const auto first_fits = [&](Bytes16 bytes) { return Equal(bytes | first_case, first); };
  const auto last_fits = [&](Bytes16 bytes) { return Equal(bytes | last_case, last); };

  // Compared in vain at most, before another method takes over: texts can be made for that.
  size_t bytes_left = 64 + 4 * text.size();
  const auto fits = [&](const char* at) {
    size_t i = 1;
    while (i + 1 < length && (at[i] | pattern.CaseBit(i)) == pattern.bytes[i]) ++i;
    if (i + 1 >= length) return true;
    bytes_left = bytes_left > i ? bytes_left - i : 0;
    return false;
  };
  // `candidates` has a bit per place from `begin` on.
  const auto any_fits = [&](size_t begin, uint32_t candidates) {
    for (; candidates != 0 && bytes_left > 0; candidates &= candidates - 1) {
      if (fits(text.data() + begin + static_cast<size_t>(std::countr_zero(candidates))))
        return true;
    }
    return false;
  };

  if (places < 16) {
    uint32_t candidates;
    if (text.size() < 16) {
      const Bytes16 bytes = LoadShort(text);
      candidates = HighBits(first_fits(bytes)) & HighBits(last_fits(bytes)) >> (length - 1);
    } else {
      const Bytes16 back = Load16(text.data() + text.size() - 16);
      candidates =
          HighBits(first_fits(Load16(text.data()))) & HighBits(last_fits(back)) >> (16 - places);
    }
    if (any_fits(0, candidates & ((1U << places) - 1))) return Verdict::kFound;
  } else {
    for (size_t begin = 0; begin < places && bytes_left > 0; begin += 16) {
      // The last block goes back over places that have been looked at.
      if (begin > places - 16) begin = places - 16;
      const char* const at = text.data() + begin;
      const uint32_t candidates =
          HighBits(first_fits(Load16(at)) & last_fits(Load16(at + length - 1)));
      if (candidates != 0 && any_fits(begin, candidates)) return Verdict::kFound;
    }
  }
  return bytes_left > 0 ? Verdict::kNotFound : Verdict::kTooCostly;
}

bool IsAscii(std::string_view text) {
  if (text.size() < 16) return HighBits(LoadShort(text)) == 0;
  Bytes16 all = Load16(text.data() + text.size() - 16);
  for (size_t at = 0; at + 16 < text.size(); at += 16) all |= Load16(text.data() + at);
  return HighBits(all) == 0;
}

// Whether a text may hold one of the two code points outside ASCII that fold into it: the long s
// and the sign for kelvin.
bool MayFoldIntoAscii(std::string_view text) {
  constexpr std::string_view kLongSBytes = "\xC5\xBF";
  constexpr std::string_view kKelvinSignBytes = "\xE2\x84\xAA";
  return !IsAscii(text) && (FindBytes({kLongSBytes}, text) != Verdict::kNotFound ||
                            FindBytes({kKelvinSignBytes}, text) != Verdict::kNotFound);
}

}  // namespace

Needle::Needle(std::string_view wanted, CaseRule rule) : rule_(rule) {
  uint32_t border = 0;
  for (size_t at = 0; at < wanted.size();) {
    const char32_t point = Fold(TakeCodePoint(wanted, &at));
    AppendUtf8(point, &bytes_);
    is_ascii_ &= point < 0x80;
    has_non_ascii_forms_ |= rule == CaseRule::kIgnored && (point == 'k' || point == 's');
    while (border > 0 && point != steps_[border].point) border = steps_[border - 1].border;
    if (!steps_.empty() && point == steps_[border].point) ++border;
    steps_.push_back({point, border});
  }
}

bool Needle::IsIn(std::string_view text) const {
  if (bytes_.empty()) return true;
  if (rule_ == CaseRule::kIgnored && !is_ascii_) return !IsAscii(text) && IsInByCodePoints(text);
  const Verdict verdict = FindBytes({bytes_, rule_ == CaseRule::kIgnored}, text);
  if (verdict == Verdict::kFound) return true;
  if (verdict == Verdict::kNotFound && !(has_non_ascii_forms_ && MayFoldIntoAscii(text))) {
    return false;
  }
  return IsInByCodePoints(text);
}

char32_t Needle::Fold(char32_t point) const {
  return rule_ == CaseRule::kExact ? point : FoldCase(point);
}

bool Needle::IsInByCodePoints(std::string_view text) const {
  size_t matched = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t point = Fold(TakeCodePoint(text, &at));
    while (matched > 0 && point != steps_[matched].point) matched = steps_[matched - 1].border;
    if (point == steps_[matched].point && ++matched == steps_.size()) return true;
  }
  return false;
}

size_t Needle::LengthAtFront(std::string_view text) const {
  if (rule_ == CaseRule::kExact) return text.starts_with(bytes_) ? bytes_.size() : kNotThere;
  size_t at = 0;
  for (const Step& step : steps_) {
    if (at == text.size() || Fold(TakeCodePoint(text, &at)) != step.point) return kNotThere;
  }
  return at;
}

}  // namespace eventglass
