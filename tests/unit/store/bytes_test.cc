#include "store/bytes.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

// Exactly as long as its bytes, so that reading past them is seen by the sanitizer.
std::unique_ptr<char[]> Exactly(const std::string& text) {
  auto bytes = std::make_unique<char[]>(text.size());
  text.copy(bytes.get(), text.size());
  return bytes;
}

TEST_CASE("strings of every short length are copied, compared equal, and unequal in any one byte") {
  Random random(TestSeed());
  for (size_t size = 0; size < 100; ++size) {
    const std::string text = random.Letters(size);
    const auto a = Exactly(text);
    const auto b = std::make_unique<char[]>(size);
    CopyBytes(b.get(), {a.get(), size});
    CHECK(std::string(b.get(), size) == text);
    CHECK(EqualBytes({a.get(), size}, {b.get(), size}));
    for (size_t at = 0; at < size; ++at) {
      b[at] = '!';
      CHECK(!EqualBytes({a.get(), size}, {b.get(), size}));
      b[at] = a[at];
    }
    if (size > 0) CHECK(!EqualBytes({a.get(), size}, {b.get(), size - 1}));
  }
}

}  // namespace
}  // namespace eventglass::test
