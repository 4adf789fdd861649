// Comparing and copying the short strings of rows. The C library's functions are made for longer
// ones; in WebAssembly they go byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace eventglass {

namespace bytes_internal {

template <typename Word>
Word Load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

template <typename Word>
void Move(char* to, const char* from) {
  const Word word = Load<Word>(from);
  std::memcpy(to, &word, sizeof(word));
}

// The first and the last word of a string; both hold the bytes between where they overlap.
template <typename Word>
bool EqualEnds(const char* a, const char* b, size_t size) {
  const size_t last = size - sizeof(Word);
  return ((Load<Word>(a) ^ Load<Word>(b)) | (Load<Word>(a + last) ^ Load<Word>(b + last))) == 0;
}

template <typename Word>
void CopyEnds(char* to, const char* from, size_t size) {
  const size_t last = size - sizeof(Word);
  const Word tail = Load<Word>(from + last);
  Move<Word>(to, from);
  std::memcpy(to + last, &tail, sizeof(tail));
}

}  // namespace bytes_internal

inline bool EqualBytes(std::string_view a, std::string_view b) {
  namespace internal = bytes_internal;
  if (a.size() != b.size()) return false;
  const size_t size = a.size();
  if (size >= 8) {
    for (size_t at = 0; at + 8 < size; at += 8) {
      if (internal::Load<uint64_t>(a.data() + at) != internal::Load<uint64_t>(b.data() + at)) {
        return false;
      }
    }
    return internal::Load<uint64_t>(a.data() + size - 8) ==
           internal::Load<uint64_t>(b.data() + size - 8);
  }
  if (size >= 4) return internal::EqualEnds<uint32_t>(a.data(), b.data(), size);
  if (size >= 2) return internal::EqualEnds<uint16_t>(a.data(), b.data(), size);
  return size == 0 || a[0] == b[0];
}

// REQUIRES: room for the bytes at `to`, which do not overlap it
inline void CopyBytes(char* to, std::string_view from) {
  namespace internal = bytes_internal;
  using Words = uint64_t __attribute__((vector_size(16)));
  const size_t size = from.size();
  if (size >= 16) {
    for (size_t at = 0; at + 16 < size; at += 16) internal::Move<Words>(to + at, from.data() + at);
    return internal::Move<Words>(to + size - 16, from.data() + size - 16);
  }
  if (size >= 8) return internal::CopyEnds<uint64_t>(to, from.data(), size);
  if (size >= 4) return internal::CopyEnds<uint32_t>(to, from.data(), size);
  if (size >= 2) return internal::CopyEnds<uint16_t>(to, from.data(), size);
  if (size == 1) *to = from[0];
}

}  // namespace eventglass
