// SipHash-1-3, a keyed hash: whoever writes the ids can't choose ones that collide.
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; one compression and
// three finalisation rounds, as in the hash tables of Rust and Ruby.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace eventglass {

struct HashSeed {
  uint64_t k0 = 0;
  uint64_t k1 = 0;
};

inline uint64_t SipHash13(HashSeed seed, std::string_view bytes) {
  uint64_t v0 = seed.k0 ^ 0x736f6d6570736575ULL;
  uint64_t v1 = seed.k1 ^ 0x646f72616e646f6dULL;
  uint64_t v2 = seed.k0 ^ 0x6c7967656e657261ULL;
  uint64_t v3 = seed.k1 ^ 0x7465646279746573ULL;
  const auto round = [&] {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  };
  const auto absorb = [&](uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  };

  const size_t whole = bytes.size() & ~size_t{7};
  for (size_t at = 0; at < whole; at += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + at, 8);
    absorb(word);
  }
  uint64_t last = static_cast<uint64_t>(bytes.size()) << 56;
  if (bytes.size() > whole) std::memcpy(&last, bytes.data() + whole, bytes.size() - whole);
  absorb(last);
  v2 ^= 0xff;
  round();
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace eventglass
