// Random numbers that are the same with every standard library, and the seed to begin with.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace eventglass::test {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t Bits() { return engine_(); }
  // A number in [0, limit). REQUIRES: limit > 0
  template <std::unsigned_integral Unsigned>
  Unsigned Below(Unsigned limit) {
    return static_cast<Unsigned>(engine_() % limit);
  }
  uint32_t Below(int limit) { return Below(static_cast<uint32_t>(limit)); }
  // A number in [min, max].
  int64_t Between(int64_t min, int64_t max) {
    return min + static_cast<int64_t>(Below(static_cast<uint64_t>(max - min) + 1));
  }
  bool OneIn(uint64_t n) { return Below(n) == 0; }

  // Lower-case letters.
  std::string Letters(size_t length) {
    std::string text(length, ' ');
    for (char& c : text) c = static_cast<char>('a' + Below(26));
    return text;
  }

 private:
  std::mt19937_64 engine_;  // its numbers are fixed by the standard, those of distributions are not
};

// The number in an environment variable, or `otherwise`. WebAssembly tests do not see the
// environment.
inline uint64_t NumberFromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Where random tests begin; EVENTGLASS_TEST_SEED chooses another place.
inline uint64_t TestSeed() { return NumberFromEnvironment("EVENTGLASS_TEST_SEED", 1); }

}  // namespace eventglass::test
