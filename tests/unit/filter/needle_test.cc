#include "filter/needle.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "unit/filter/naive_text.h"
#include "unit/support/random.h"

namespace eventglass::test {
namespace {

bool IsIn(std::string_view wanted, std::string_view text) {
  return Needle(wanted, CaseRule::kIgnored).IsIn(text);
}

// The text in memory of just its size, so that reads beside it are found.
class TightText {
 public:
  explicit TightText(std::string_view text)
      : size_(text.size()), bytes_(std::make_unique_for_overwrite<char[]>(size_)) {
    text.copy(bytes_.get(), size_);
  }
  operator std::string_view() const { return {bytes_.get(), size_}; }

 private:
  size_t size_;
  std::unique_ptr<char[]> bytes_;
};

TEST_CASE("a needle is found without its case, unless exactly its characters are wanted") {
  CHECK(IsIn("TimeOut", "the request timed out: TIMEOUT"));
  CHECK_FALSE(IsIn("timeout", "timed out"));
  CHECK(Needle("Timeout", CaseRule::kExact).IsIn("a Timeout!"));
  CHECK_FALSE(Needle("Timeout", CaseRule::kExact).IsIn("a timeout!"));
  CHECK(IsIn("größe", "DIE GRÖßE"));
  CHECK(IsIn("GRÖẞE", "die größe"));
  CHECK_FALSE(IsIn("grösse", "größe"));
  CHECK(IsIn("σίσυφος", "ΣΊΣΥΦΟΣ"));
  CHECK(IsIn("ДОЖДЬ", "завтра дождь"));
  CHECK_FALSE(IsIn("[", "{"));
  CHECK_FALSE(IsIn("@", "`"));
}

TEST_CASE("ASCII letters are found as the two others that fold to them") {
  CHECK(IsIn("kelvin", "300 \u212Aelvin"));
  CHECK(IsIn("\u212Aelvin", "300 kelvin"));
  CHECK(IsIn("session", "\u017Fe\u017F\u017Fion"));
  CHECK(IsIn("\u017F", "S"));
  CHECK_FALSE(IsIn("elf", "\u017F\u212A"));
  CHECK_FALSE(Needle("k", CaseRule::kExact).IsIn("\u212A"));
}

TEST_CASE("the empty needle is in every text, begins it, and equals the empty one") {
  for (const CaseRule rule : {CaseRule::kExact, CaseRule::kIgnored}) {
    const Needle empty("", rule);
    CHECK(empty.IsIn(""));
    CHECK(empty.IsIn("a"));
    CHECK(empty.Begins("a"));
    CHECK(empty.Equals(""));
    CHECK_FALSE(empty.Equals("a"));
    CHECK_FALSE(Needle("a", rule).IsIn(""));
    CHECK_FALSE(Needle("a", rule).Begins(""));
  }
}

TEST_CASE("texts that are made to be slow to search are not") {
  struct Case {
    char letter;  // of the text
    const char* middle;
  };
  // Without a bound those with a q take a million times the needle's length: seconds, and not
  // milliseconds. The bytes that are looked for first, two q, are everywhere.
  constexpr Case kCases[] = {{'q', "e"}, {'q', "E"}, {'a', "b"}, {'a', "\u212A"}};
  for (const auto& [letter, middle] : kCases) {
    const std::string text(1 << 20, letter);
    for (const size_t length : {size_t{63}, size_t{4096}}) {
      const std::string half(length / 2, letter);
      CHECK_FALSE(IsIn(half + middle + half, text));
      CHECK(IsIn(half + half, text));
      CHECK(IsIn(half + middle + half, text + middle + half));
    }
  }
}

// Texts and needles of few different characters, so that there is much to find.
TEST_CASE("a needle is found where naive folding finds it, at every length and place") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  const std::vector<std::vector<std::string>> alphabets = {
      {"a", "b", "A", "B"},
      {"e", "q", "E", "Q", " ", "7"},
      {"a", "k", "K", "s", "S", "_"},
      {"k", "K", "\u212A", "s", "\u017F", "x"},
      {"é", "É", "σ"},
      {"é", "É", "e", "Σ", "σ", "ς", "\U00010400", "\U00010428"},
      {"@", "`", "[", "{", std::string(1, '\0'), "\x20", "\u00E0"},
  };
  for (size_t round = 0; round < 30; ++round) {
    for (const std::vector<std::string>& alphabet : alphabets) {
      const auto letters = [&](size_t bytes) {
        std::string text;
        while (text.size() < bytes) text += alphabet[random.Below(alphabet.size())];
        return text;
      };
      for (size_t length = 0; length <= 80; ++length) {
        std::string text = letters(length);
        std::string wanted = letters(random.Below(random.OneIn(4) ? length + 2 : 6));
        if (random.OneIn(3)) text.insert(NearestFront(text, random.Below(text.size() + 1)), wanted);
        const TightText tight(text);
        CAPTURE(text);
        CAPTURE(wanted);
        const Needle exact(wanted, CaseRule::kExact);
        REQUIRE(exact.IsIn(tight) == (text.find(wanted) != std::string::npos));
        REQUIRE(exact.Begins(tight) == text.starts_with(wanted));
        REQUIRE(exact.Equals(tight) == (text == wanted));
        const Needle needle(wanted, CaseRule::kIgnored);
        const std::u32string folded = NaiveFold(text);
        const std::u32string folded_wanted = NaiveFold(wanted);
        REQUIRE(needle.IsIn(tight) == (folded.find(folded_wanted) != std::u32string::npos));
        REQUIRE(needle.Begins(tight) == folded.starts_with(folded_wanted));
        REQUIRE(needle.Equals(tight) == (folded == folded_wanted));
      }
    }
  }
}

}  // namespace
}  // namespace eventglass::test
