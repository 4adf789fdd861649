// Sixteen bytes at a time: SSE2, WebAssembly SIMD, or what the compiler makes of its vectors.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace eventglass {

using Bytes16 = uint8_t __attribute__((vector_size(16)));

// REQUIRES: 16 readable bytes
inline Bytes16 Load16(const char* bytes) {
  Bytes16 loaded;
  std::memcpy(&loaded, bytes, sizeof(loaded));
  return loaded;
}

inline Bytes16 Splat16(char byte) { return Bytes16{} + static_cast<uint8_t>(byte); }

// Bit i: byte i has its highest bit set.
inline uint32_t HighBits(Bytes16 bytes) {
#if defined(__wasm_simd128__)
  return wasm_i8x16_bitmask((v128_t)bytes);
#elif defined(__SSE2__)
  return static_cast<uint32_t>(_mm_movemask_epi8((__m128i)bytes));
#else
  uint32_t bits = 0;
  for (uint32_t i = 0; i < 16; ++i) bits |= static_cast<uint32_t>(bytes[i] >> 7) << i;
  return bits;
#endif
}

// All bits of a byte where it is equal in both.
inline Bytes16 Equal(Bytes16 a, Bytes16 b) { return (Bytes16)(a == b); }

}  // namespace eventglass
