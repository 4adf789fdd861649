#include "decode/page_pieces.h"

#include <doctest/doctest.h>

#include <string>

#include "decode/limits.h"
#include "unit/support/decoded_page.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

const Schema kSchema = TestSchema();

DecodedPage DecodeLines(std::string_view lines) {
  return DecodeCut(kSchema, PageFormat::kNdjson, lines, lines.size());
}

std::string Event(int id, std::string_view fields = "") {
  return R"({"id":"i)" + std::to_string(id) + R"(","timestamp":)" + std::to_string(id) +
         std::string(fields) + "}";
}

// A value with all that can be cut: escapes, characters of several bytes, numbers, literals, space.
std::string RandomValue(Random* random, int depth) {
  constexpr const char* kScalars[] = {"null",
                                      "true",
                                      "false",
                                      "0",
                                      "-12.50e+3",
                                      "1e400",
                                      "\"\"",
                                      "\"a\"",
                                      R"("\"\\\u00e9")",
                                      R"("\ud83d\ude00")",
                                      "\"é€😀\"",
                                      "\"[{}],:\""};
  const uint32_t choice = random->Below(depth > 3 ? 12 : 16);
  if (choice < 12) return kScalars[choice];
  std::string value = choice < 14 ? "[" : "{";
  for (uint32_t i = random->Below(4); i > 0; --i) {
    if (choice >= 14) value += "\"k" + random->Letters(random->Below(3)) + "\" : ";
    value += RandomValue(random, depth + 1) + (i > 1 ? " ,\t" : "");
  }
  return value + (choice < 14 ? "]" : "}");
}

std::string RandomEvent(Random* random, int id) {
  if (random->OneIn(8)) return RandomValue(random, 0);
  std::string event = Event(id);
  event.pop_back();
  if (random->OneIn(2)) event += R"(,"source":")" + random->Letters(3) + "\"";
  if (random->OneIn(2)) event += R"(,"message":"\n)" + random->Letters(random->Below(40)) + "é\"";
  if (random->OneIn(2)) event += R"(,"amount": )" + std::to_string(random->Between(-99, 99));
  if (random->OneIn(2)) event += R"(,"x":)" + RandomValue(random, 1);
  return event + "}";
}

TEST_CASE("random pages decode in chunks as they do whole, with faults and without") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  int valid_count = 0;
  for (int step = 0; step < 3'000; ++step) {
    std::string body = random.OneIn(4) ? "\xef\xbb\xbf [" : "[";
    const uint32_t count = random.Below(8);
    for (uint32_t i = 0; i < count; ++i) {
      body += RandomEvent(&random, static_cast<int>(i)) + (i + 1 < count ? "," : "");
    }
    body += random.OneIn(3) ? "]\n" : "]";
    if (random.OneIn(2)) body[random.Below(body.size())] = static_cast<char>(random.Below(256));
    CAPTURE(body);
    const DecodedPage whole = DecodeWhole(kSchema, body);
    valid_count += whole.error.ok() ? 1 : 0;
    const size_t longest = random.OneIn(2) ? 4 : 1 + random.Below(200);
    const DecodedPage pieces =
        DecodePieces(kSchema, PageFormat::kJson, body, [&] { return 1 + random.Below(longest); });
    CHECK(pieces.error.code == whole.error.code);
    CHECK(pieces.error.byte_offset == whole.error.byte_offset);
    CHECK(pieces.Agrees(whole));
  }
  CHECK(valid_count > 1'000);
}

TEST_CASE("random lines decode in chunks as each line alone") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  constexpr const char* kLineEnds[] = {"\n", "\r\n", "\n\n", " \n\t\n", "\n", "\n"};
  int valid_count = 0;
  for (int step = 0; step < 3'000; ++step) {
    std::string body = random.OneIn(4) ? "\xef\xbb\xbf" : "";
    const uint32_t count = random.Below(8);
    for (uint32_t i = 0; i < count; ++i) {
      body += RandomEvent(&random, static_cast<int>(i));
      if (i + 1 < count || random.OneIn(2)) body += kLineEnds[random.Below(6)];
    }
    if (!body.empty() && random.OneIn(2)) {
      body[random.Below(body.size())] = static_cast<char>(random.Below(256));
    }
    CAPTURE(body);
    const DecodedPage naive = DecodeLineByLine(kSchema, body);
    valid_count += naive.error.ok() ? 1 : 0;
    const size_t longest = random.OneIn(2) ? 4 : 1 + random.Below(200);
    const DecodedPage pieces =
        DecodePieces(kSchema, PageFormat::kNdjson, body, [&] { return 1 + random.Below(longest); });
    CHECK(pieces.error.code == naive.error.code);
    CHECK(pieces.error.byte_offset == naive.error.byte_offset);
    CHECK(pieces.Agrees(naive));
  }
  CHECK(valid_count > 1'000);
}

TEST_CASE("lines end in LF or CRLF, blank ones are ignored, and the last needs no end") {
  const std::string one = Event(1);
  const std::string two = Event(2);
  for (const std::string& body :
       {one + "\n" + two + "\n", one + "\r\n" + two + "\r\n", one + "\n" + two,
        "\n\n" + one + "\n \t\r\n\n" + two + "\n\n", "\xef\xbb\xbf" + one + "\n" + two}) {
    CAPTURE(body);
    const DecodedPage page = DecodeLines(body);
    CHECK(page.error.ok());
    CHECK(page.events == std::vector<std::string>{"0|i1|1", "1|i2|2"});
  }
  for (const char* const body : {"", "\n", " ", "\r\n\n"}) CHECK(DecodeLines(body).error.ok());
}

TEST_CASE("a line holds one value, and a value stands in one line") {
  const std::string one = Event(1);
  CHECK(DecodeLines(one + one).error.code == DecodeCode::kTrailingContent);
  CHECK(DecodeLines(one + one).error.byte_offset == one.size());
  CHECK(DecodeLines(one + "," + one).error.code == DecodeCode::kTrailingContent);
  CHECK(DecodeLines(one + "\n\xef\xbb\xbf" + one).error.code == DecodeCode::kSyntax);
  const DecodedPage split = DecodeLines("{\"id\":\n\"a\"}\n");
  CHECK(split.error.code == DecodeCode::kSyntax);
  CHECK(split.error.byte_offset == 6);
  const DecodedPage string = DecodeLines("{\"id\":\"a\n\"}\n");
  CHECK(string.error.code == DecodeCode::kUnclosedString);
  CHECK(string.error.byte_offset == 8);
  const DecodedPage array = DecodeLines("[" + one + "]");
  CHECK(array.error.ok());
  CHECK(array.samples == std::vector<std::string>{"0|0|"});
}

TEST_CASE("events are given out as soon as they are whole") {
  PagePieces pieces(kSchema, PageFormat::kJson);
  MutationList list;
  const std::string long_text(500, 'x');
  const std::string body = "[" + Event(1) + "," + Event(2, ",\"message\":\"" + long_text + "\"") +
                           "," + Event(3, ",\"message\":\"" + long_text + "\"") + "]";
  const size_t second_end = 1 + Event(1).size() + 1 + Event(2).size() + 12 + long_text.size() + 1;
  size_t count = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    *pieces.Room(1) = body[i];
    REQUIRE(pieces.Decode(1, &list).ok());
    count += list.mutations.size();
    CHECK(count == (i < Event(1).size()   ? 0
                    : i + 1 < second_end  ? 1
                    : i + 2 < body.size() ? 2
                                          : 3));
  }
  CHECK(pieces.Finish(&list).ok());
  CHECK(list.mutations.empty());
}

TEST_CASE("a body of another shape is told from one that is wrong, at its end") {
  for (const char* const body : {"{}", "null", " 12 ", "\"[]\"", R"({"error":{"code":"x"}})"}) {
    CAPTURE(body);
    const DecodedPage pieces =
        DecodePieces(kSchema, PageFormat::kJson, body, [] { return size_t{1}; });
    CHECK(pieces.error.code == DecodeCode::kWrongShape);
    CHECK(pieces.error.byte_offset == 0);
  }
  CHECK(DecodeCut(kSchema, PageFormat::kJson, "<html>", 3).error.byte_offset == 0);
  CHECK(DecodeCut(kSchema, PageFormat::kJson, "{\"a\":1,}", 3).error.byte_offset == 7);
}

TEST_CASE("after a fault every call answers the same") {
  PagePieces pieces(kSchema, PageFormat::kJson);
  MutationList list;
  const std::string_view bad = "[1,,";
  std::memcpy(pieces.Room(bad.size()), bad.data(), bad.size());
  CHECK(pieces.Decode(bad.size(), &list).code == DecodeCode::kSyntax);
  std::memcpy(pieces.Room(2), "1]", 2);
  CHECK(pieces.Decode(2, &list).byte_offset == 3);
  CHECK(list.skipped.count == 0);
  CHECK(pieces.Finish(&list).byte_offset == 3);
}

TEST_CASE("an event at the size limit is read, and one over it is refused, whatever the chunks") {
  const std::string front = "[" + Event(1) + ",";
  for (const size_t extra : {size_t{0}, size_t{1}}) {
    for (const size_t chunk : {size_t{1} << 20, kMaxMessageBytes}) {
      CAPTURE(chunk);
      // In a field that the schema does not have, for none of its own takes as much.
      std::string event = Event(2, ",\"x\":\"\"");
      event.insert(event.size() - 2, kMaxMessageBytes - event.size() + extra, 'x');
      const DecodedPage page =
          DecodePieces(kSchema, PageFormat::kJson, front + event + "]", [&] { return chunk; });
      if (extra == 0) {
        CHECK(page.error.ok());
        CHECK(page.events == std::vector<std::string>{"0|i1|1", "1|i2|2"});
      } else {
        CHECK(page.error.code == DecodeCode::kTooLarge);
        CHECK(page.error.byte_offset == front.size() + kMaxMessageBytes);
        CHECK(page.events == std::vector<std::string>{"0|i1|1"});
      }
    }
  }
}

TEST_CASE("a body may be larger than a message, and its space of any length") {
  std::string body = std::string(3 << 20, ' ') + "[" + std::string(kMaxMessageBytes, '\n');
  const std::string text(1 << 20, 'm');
  for (int i = 0; i < 20; ++i) {
    body += Event(i, ",\"message\":\"" + text + "\"") + ", " + std::string(1 << 20, ' ');
  }
  body += "0]";
  const DecodedPage page =
      DecodePieces(kSchema, PageFormat::kJson, body, [] { return size_t{1} << 18; });
  CHECK(page.error.ok());
  CHECK(page.events.size() == 20);
  CHECK(page.samples == std::vector<std::string>{"20|0|"});
}

TEST_CASE("time grows with the body, not with the chunks that an event comes in") {
  // Read again for each chunk, this would be 100 GB.
  std::string event = Event(1, ",\"x\":[0");
  event.pop_back();
  while (event.size() < kMaxMessageBytes - 100) event += ",[{\"k\":\"}\"}]";
  const DecodedPage page =
      DecodePieces(kSchema, PageFormat::kJson, "[" + event + "]}]", [] { return size_t{1} << 10; });
  CHECK(page.error.ok());
  CHECK(page.events.size() == 1);
  // The same for bytes of another shape.
  const DecodedPage other =
      DecodePieces(kSchema, PageFormat::kJson, "{\"a\":\"" + std::string(8 << 20, 'a') + "\"}",
                   [] { return size_t{1} << 10; });
  CHECK(other.error.code == DecodeCode::kWrongShape);
}

TEST_CASE("memory for a large event is given back after it") {
  PagePieces pieces(kSchema, PageFormat::kJson);
  MutationList list;
  constexpr size_t kChunk = 1 << 18;
  size_t most = 0;
  const std::string text(10 << 20, 'x');
  std::string_view rest = text;
  const auto decode = [&](std::string_view chunk) {
    std::memcpy(pieces.Room(chunk.size()), chunk.data(), chunk.size());
    most = std::max(most, pieces.buffer_bytes());
    CHECK(pieces.Decode(chunk.size(), &list).ok());
  };
  decode(R"([{"id":"a","timestamp":1,"message":")");
  for (; !rest.empty(); rest.remove_prefix(kChunk)) decode(rest.substr(0, kChunk));
  decode("\"},");
  CHECK(list.mutations.size() == 1);
  CHECK(most < 3 * text.size());
  CHECK(pieces.buffer_bytes() > text.size());
  decode(" 1]");
  CHECK(pieces.buffer_bytes() < kKeptParserBytes);
}

TEST_CASE("there is no room for a chunk over the size limit") {
  PagePieces pieces(kSchema, PageFormat::kJson);
  CHECK(pieces.Room(kMaxMessageBytes + 1) == nullptr);
  CHECK(pieces.Room(kMaxMessageBytes) != nullptr);
  CHECK(pieces.Room(0) != nullptr);
}

TEST_CASE("a body without a byte is empty, and of lines a page without events") {
  MutationList list;
  PagePieces json(kSchema, PageFormat::kJson);
  CHECK(json.Finish(&list).code == DecodeCode::kEmpty);
  PagePieces lines(kSchema, PageFormat::kNdjson);
  CHECK(lines.Finish(&list).ok());
}

TEST_CASE("the end of a value is found where it is, in however many looks") {
  for (const char* const text :
       {"{\"a\":[1,\"}]\\\"\",{}]}", "[[],{}]", "\"a\\\\\"", "\"\\\"\"", "{}"}) {
    const std::string_view value = text;
    for (size_t step = 1; step <= value.size(); ++step) {
      ValueEnd end;
      for (size_t size = step; size < value.size(); size += step) {
        CHECK_FALSE(end.IsIn(value.substr(0, size), false));
      }
      CHECK(end.IsIn(value, false));
    }
  }
  CHECK_FALSE(ValueEnd().IsIn("12", false));
  CHECK(ValueEnd().IsIn("12 ", false));
  CHECK_FALSE(ValueEnd().IsIn("{\"a\n", false));
  CHECK(ValueEnd().IsIn("{\"a\n", true));
}

}  // namespace
}  // namespace eventglass::test
