#include "decode/json_reader.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <string>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

// A reader of one value, with bytes after it that would go on with it if they counted.
struct Reading {
  JsonReader reader;
  std::string input;
  Scalar scalar;

  // The bytes that were read, or -1.
  int Value(std::string_view text, char padding = '0') {
    input = text;
    input.append(JsonReader::kPaddingBytes, padding);
    scalar = {};
    reader.Open({input.data(), text.size()}, false);
    const char* const at = reader.ReadValue(input.data(), 0, &scalar);
    return at == nullptr ? -1 : static_cast<int>(at - input.data());
  }
};

TEST_CASE("numbers are those of strtod, bit by bit") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  Reading reading;
  const auto digits = [&](uint32_t count) {
    std::string text;
    for (; count > 0; --count) text += static_cast<char>('0' + random.Below(10));
    return text;
  };
  for (int step = 0; step < 50'000; ++step) {
    std::string text = random.OneIn(3) ? "-" : "";
    const uint32_t longest = random.OneIn(4) ? 40 : 10;
    text +=
        random.OneIn(5) ? "0" : std::to_string(1 + random.Below(9)) + digits(random.Below(longest));
    if (random.OneIn(2)) text += "." + digits(1 + random.Below(longest));
    if (random.OneIn(3)) {
      text += random.OneIn(2) ? "e" : "E";
      text += random.OneIn(3) ? "-" : random.OneIn(2) ? "+" : "";
      text += digits(1 + random.Below(random.OneIn(20) ? 25 : 3));
    }
    CAPTURE(text);
    CHECK(reading.Value(text + ",") == static_cast<int>(text.size()));
    const double expected = std::strtod(text.c_str(), nullptr);
    CHECK(reading.scalar.in_range == std::isfinite(expected));
    if (!std::isfinite(expected)) continue;
    CHECK(std::bit_cast<uint64_t>(reading.scalar.number) == std::bit_cast<uint64_t>(expected));
  }
}

TEST_CASE("numbers are cut at the end of the input, whatever follows it") {
  Reading reading;
  for (const std::string_view text : {"1", "12345678", "123456789", "-", "1.", "1.5", "1e", "1e+",
                                      "1e5", "0", "0.000000000001"}) {
    CAPTURE(text);
    for (const char padding : {'0', '9', ',', 'e', '.'}) {
      CHECK(reading.Value(text, padding) == -1);
      CHECK(reading.reader.status() == ReadStatus::kCut);
    }
  }
}

TEST_CASE("a string ends at its quote, wherever in a register that is") {
  Reading reading;
  for (size_t size = 0; size < 70; ++size) {
    const std::string plain(size, 'x');
    CHECK(reading.Value("\"" + plain + "\"\"") == static_cast<int>(size) + 2);
    CHECK(reading.scalar.text == plain);
    CHECK(reading.scalar.text.data() == reading.input.data() + 1);
    for (size_t at = 0; at < size; ++at) {
      std::string text = plain;
      text.replace(at, 1, "é");
      CHECK(reading.Value("\"" + text + "\",") == static_cast<int>(text.size()) + 2);
      CHECK(reading.scalar.text == text);
      text = plain;
      text.replace(at, 1, "\\\"");
      CHECK(reading.Value("\"" + text + "\",") == static_cast<int>(text.size()) + 2);
      text.erase(at, 1);
      CHECK(reading.scalar.text == text);
      text = plain;
      text[at] = '\n';
      CHECK(reading.Value("\"" + text + "\",") == -1);
      CHECK(reading.reader.status() == ReadStatus::kFault);
    }
    CHECK(reading.Value("\"" + plain, '"') == -1);
    CHECK(reading.reader.status() == ReadStatus::kCut);
    CHECK(reading.Value("\"" + plain + "\\", '"') == -1);
    CHECK(reading.reader.status() == ReadStatus::kCut);
  }
}

TEST_CASE("texts with escapes stay until the next input") {
  const std::string input = R"("a\n" "b\t")" + std::string(JsonReader::kPaddingBytes, ' ');
  JsonReader reader;
  reader.Open(std::string_view(input).substr(0, 11), false);
  std::string_view one;
  std::string_view two;
  REQUIRE(reader.ReadString(input.data() + 1, &one) == input.data() + 5);
  REQUIRE(reader.ReadString(input.data() + 7, &two) == input.data() + 11);
  CHECK(one == "a\n");
  CHECK(two == "b\t");
}

}  // namespace
}  // namespace eventglass::test
