#include "filter/needle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "decode/utf8.h"
#include "filter/bytes16.h"
#include "filter/case_folding.h"

namespace eventglass {

namespace {

enum class Verdict : uint8_t { kFound, kNotFound, kTooCostly };

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// How common bytes are in the texts of events, in a rough order: 0 for those that hardly occur.
constexpr std::array<uint8_t, 256> kCommonness = [] {
  std::array<uint8_t, 256> commonness{};
  constexpr std::string_view kRarestFirst = "zqxjkvbpygwfumcdlhrsnioate ";
  for (size_t i = 0; i < 10; ++i) commonness['0' + i] = 8;
  for (size_t i = 0; i < kRarestFirst.size(); ++i) {
    const auto byte = static_cast<unsigned char>(kRarestFirst[i]);
    commonness[byte] = static_cast<uint8_t>(i + 1);
    // Both cases count for a lower-case letter; a capital by itself is rare.
    if (byte >= 'a') commonness[byte - 'a' + 'A'] = 1;
  }
  return commonness;
}();

uint8_t CommonnessOf(char byte) { return kCommonness[static_cast<unsigned char>(byte)]; }

// Bytes to look for, of which lower-case letters may stand for both cases. A byte of text fits one
// of the pattern if it is equal after the case bit has been set.
struct BytePattern {
  std::string_view bytes;  // not empty
  bool ignores_case = false;
  Needle::Probes probes;

  char CaseBit(size_t i) const { return ignores_case && IsLetter(bytes[i]) ? '\x20' : '\0'; }
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

// The 16 bytes of a text from `offset` on, as bits: those that fit. Places behind the text have no
// bit.
template <typename Fits>
uint32_t FitsFrom(std::string_view text, size_t offset, Fits fits) {
  if (text.size() < 16) return HighBits(fits(LoadShort(text))) >> offset;
  const size_t begin = std::min(offset, text.size() - 16);
  return HighBits(fits(Load16(text.data() + begin))) >> (offset - begin);
}

Verdict FindBytes(const BytePattern& pattern, std::string_view text) {
  const size_t length = pattern.bytes.size();
  if (text.size() < length) return Verdict::kNotFound;
  const size_t places = text.size() - length + 1;
  const auto [a, b] = pattern.probes;
  const Bytes16 byte_a = Splat16(pattern.bytes[a]);
  const Bytes16 case_a = Splat16(pattern.CaseBit(a));
  const Bytes16 byte_b = Splat16(pattern.bytes[b]);
  const Bytes16 case_b = Splat16(pattern.CaseBit(b));
  const auto fits_a = [&](Bytes16 bytes) { return Equal(bytes | case_a, byte_a); };
  const auto fits_b = [&](Bytes16 bytes) { return Equal(bytes | case_b, byte_b); };

  // Compared in vain at most, before another method takes over: texts can be made for that.
  size_t bytes_left = 64 + 4 * text.size();
  const auto fits = [&](const char* at) {
    size_t i = 0;
    while (i < length && (at[i] | pattern.CaseBit(i)) == pattern.bytes[i]) ++i;
    if (i == length) return true;
    bytes_left = bytes_left > i ? bytes_left - i - 1 : 0;
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
    const uint32_t candidates = FitsFrom(text, a, fits_a) & FitsFrom(text, b, fits_b);
    if (any_fits(0, candidates & ((1U << places) - 1))) return Verdict::kFound;
  } else {
    for (size_t begin = 0; begin < places && bytes_left > 0; begin += 16) {
      // The last block goes back over places that have been looked at.
      if (begin > places - 16) begin = places - 16;
      const char* const at = text.data() + begin;
      const uint32_t candidates = HighBits(fits_a(Load16(at + a)) & fits_b(Load16(at + b)));
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
  return !IsAscii(text) &&
         (FindBytes({kLongSBytes, false, {0, 1}}, text) != Verdict::kNotFound ||
          FindBytes({kKelvinSignBytes, false, {0, 1}}, text) != Verdict::kNotFound);
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
  probes_ = ChooseProbes(bytes_);
}

// The two rarest bytes; where some are alike, those further back.
Needle::Probes Needle::ChooseProbes(std::string_view bytes) {
  Probes probes{0, 0};
  const auto is_rarer = [&](size_t i, size_t than) {
    return CommonnessOf(bytes[i]) <= CommonnessOf(bytes[than]);
  };
  for (size_t i = 1; i < bytes.size(); ++i) {
    if (i == 1 || is_rarer(i, probes.b)) probes.b = i;
    if (is_rarer(probes.b, probes.a)) std::swap(probes.a, probes.b);
  }
  return probes;
}

bool Needle::IsIn(std::string_view text) const {
  if (bytes_.empty()) return true;
  if (rule_ == CaseRule::kIgnored && !is_ascii_) return !IsAscii(text) && IsInByCodePoints(text);
  const Verdict verdict = FindBytes({bytes_, rule_ == CaseRule::kIgnored, probes_}, text);
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
