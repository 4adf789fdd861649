// Reads JSON in one pass over its bytes, and checks each of them.
//
// Strings are looked through a register at a time for what ends them, with simdjson's SIMD types.
// What is between them is little, and is read byte by byte. simdjson unescapes strings, and makes
// doubles out of digits and exponents.
//
// A function that reads takes the place where it begins, and returns the place after what it read;
// or nullptr, and then status() says why.
#pragma once

#include <simdjson.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "decode/text_arena.h"

namespace eventglass {

enum class ReadStatus : uint8_t {
  kOk,
  kFault,     // the bytes are not JSON, whatever follows them
  kCut,       // they may go on to be JSON
  kTooLarge,  // an element of a list is over kMaxMessageBytes
  kOutOfMemory,
};

// A string, number, boolean or null; containers are checked and dropped.
struct Scalar {
  enum class Kind : uint8_t { kNull, kString, kNumber, kBoolean, kContainer };
  Kind kind = Kind::kNull;
  bool boolean = false;
  bool in_range = true;  // of a number: a double can hold it
  double number = 0;
  std::string_view text;

  bool IsIntegerWithin(double limit) const {
    return kind == Kind::kNumber && in_range && std::abs(number) <= limit &&
           std::trunc(number) == number;
  }
};

// Texts that it hands out stand in the input, or, where they hold escapes, in the reader.
class JsonReader {
 public:
  // Bytes after the input that are looked at, whatever they hold, and do not count.
  static constexpr size_t kPaddingBytes = 64;

  JsonReader();

  // Reads `json` from now on; texts of before are gone. Where `is_line`, a line feed is no white
  // space. REQUIRES: kPaddingBytes readable bytes after `json`
  void Open(std::string_view json, bool is_line);

  ReadStatus status() const { return status_; }
  const char* Fail(ReadStatus status) {
    status_ = status;
    return nullptr;
  }

  // The first byte that is not white space.
  const char* Token(const char* at) {
    for (;; ++at) {
      if (at >= end_) return Fail(ReadStatus::kCut);
      const char c = *at;
      if (static_cast<unsigned char>(c) > ' ') return at;
      if (c != ' ' && c != '\t' && c != '\r' && c != line_feed_) return at;
    }
  }

  // Steps over the fields of an object, or the elements of an array, up to what follows `close`,
  // with `read_item(at) -> const char*`. `at` is after the opening bracket.
  template <typename ReadItem>
  const char* ReadItems(const char* at, char close, ReadItem read_item) {
    at = Token(at);
    if (at == nullptr) return nullptr;
    if (*at == close) return at + 1;
    for (;;) {
      at = read_item(at);
      if (at == nullptr) return nullptr;
      at = Token(at);
      if (at == nullptr) return nullptr;
      if (*at == close) return at + 1;
      if (*at != ',') return Fail(ReadStatus::kFault);
      at = Token(at + 1);
      if (at == nullptr) return nullptr;
    }
  }

  // Reads a key and its colon, up to the value.
  const char* ReadKey(const char* at, std::string_view* key);

  // Reads a string. `at` is after the opening quote.
  const char* ReadString(const char* at, std::string_view* text) {
    // As a signed number, what is not ASCII is below the space, like a control character.
    const char* const special = Find(at, [](Bytes bytes) {
      return (bytes == '"') | (bytes == '\\') | (SignedBytes(bytes) < SignedBytes(' '));
    });
    if (special >= end_) return Fail(ReadStatus::kCut);
    if (*special != '"') return ReadUnusual(at, special, text);
    *text = {at, static_cast<size_t>(special - at)};
    return special + 1;
  }

  // Reads a value of any type. `depth` is the number of arrays and objects around it. REQUIRES:
  // `at` is a token
  const char* ReadValue(const char* at, uint32_t depth, Scalar* out) {
    const char first = *at;
    if (first == '"') {
      out->kind = Scalar::Kind::kString;
      return ReadString(at + 1, &out->text);
    }
    if (first == '-' || (first >= '0' && first <= '9')) return ReadNumber(at, out);
    return ReadOther(at, depth, out);
  }

 private:
  using Bytes = simdjson::builtin::simd::simd8<uint8_t>;
  using SignedBytes = simdjson::builtin::simd::simd8<int8_t>;
  static_assert(Bytes::SIZE <= kPaddingBytes);

  // The first byte from `at` on that `is_special(bytes)` says is, or a place at or after the end.
  template <typename IsSpecial>
  const char* Find(const char* at, IsSpecial is_special) const {
    for (; at < end_; at += Bytes::SIZE) {
      const auto bytes = Bytes::load(reinterpret_cast<const uint8_t*>(at));
      const auto special = static_cast<uint32_t>(is_special(bytes).to_bitmask());
      if (special != 0) return at + __builtin_ctz(special);
    }
    return at;
  }

  // A string that holds escapes, or is not all ASCII; `at` is the first such place in it.
  const char* ReadUnusual(const char* begin, const char* at, std::string_view* text);
  const char* ReadNumber(const char* at, Scalar* out);
  const char* ReadLiteral(const char* at, std::string_view literal);
  // A literal, an array or an object.
  const char* ReadOther(const char* at, uint32_t depth, Scalar* out);

  const char* end_ = nullptr;
  char line_feed_ = '\n';  // or a space, where a line feed is no white space
  ReadStatus status_ = ReadStatus::kOk;
  TextArena arena_;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> unescaper_;
};

}  // namespace eventglass
