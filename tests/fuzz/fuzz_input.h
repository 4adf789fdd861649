// What the fuzzers have in common: choices out of bytes, and a way to fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace eventglass::test {

// Ends the fuzzer, which then keeps the input.
inline void Expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "This does not hold: %s\n", what);
  std::abort();
}

// Turns bytes into choices, from the front. After their end every choice is the first one.
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return size_ == 0; }

  uint8_t Byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  // A number in [0, limit). REQUIRES: 0 < limit <= 256
  uint32_t Below(uint32_t limit) { return Byte() % limit; }
  bool OneIn(uint32_t n) { return Below(n) == n - 1; }

  // All that is left.
  std::string_view Rest() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const uint8_t* data_;
  size_t size_;
};

}  // namespace eventglass::test
