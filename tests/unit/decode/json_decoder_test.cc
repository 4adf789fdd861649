#include "decode/json_decoder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "decode/json_fault.h"
#include "decode/limits.h"
#include "unit/decode/json_corpus.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

// A decoder, and the page or message that it decoded last.
struct Decoding {
  Schema schema = TestSchema();
  JsonDecoder decoder{schema};
  std::string input;
  DecodeError error;
  MutationList page;
  FeedMessage message;

  std::string_view Pad(std::string_view text, char padding) {
    input = text;
    input.append(JsonDecoder::kPaddingBytes, padding);
    return std::string_view(input).substr(0, text.size());
  }
  DecodeCode Page(std::string_view text, char padding = '\0') {
    error = decoder.DecodePage(Pad(text, padding), &page);
    return error.code;
  }
  DecodeCode Message(std::string_view text, char padding = '\0') {
    error = decoder.DecodeMessage(Pad(text, padding), &message);
    return error.code;
  }
  // Decodes a batch of one mutation.
  DecodeCode Mutation(std::string_view text) {
    return Message(R"({"type":"batch","epoch":"e","prevSeq":0,"seq":9,"mutations":[)" +
                   std::string(text) + "]}");
  }
  // The cell of a column in the only event, or nullptr.
  const Cell* CellOf(const MutationList& list, uint32_t column) const {
    for (const Cell& cell : list.cells) {
      if (cell.column == column) return &cell;
    }
    return nullptr;
  }
};

std::string Event(std::string_view fields) {
  return R"({"id":"a","timestamp":1,)" + std::string(fields) + "}";
}

void CheckSkipped(const MutationList& list, SkipCode code, std::string_view column) {
  CHECK(list.mutations.empty());
  CHECK(list.cells.empty());
  CHECK(list.skipped.count == 1);
  if (list.skipped.samples.size() != 1) return;
  CHECK(list.skipped.samples[0].index == 0);
  CHECK(static_cast<int>(list.skipped.samples[0].code) == static_cast<int>(code));
  CHECK(list.skipped.samples[0].column == column);
}

// What may stand in the padding: bytes that would go on with the document, if they were read.
constexpr char kPaddings[] = {'\0', ' ', ']', '}', '"', ',', '0', 'e', '\\', '\xff'};

// A page can only be an array; other documents are valid, and of the wrong shape.
bool IsAccepted(DecodeCode code) {
  return code == DecodeCode::kOk || code == DecodeCode::kWrongShape;
}

TEST_CASE("valid documents are accepted, whatever follows them in memory") {
  Decoding decoding;
  for (const std::string_view text : kValidDocuments) {
    CAPTURE(text);
    for (const char padding : kPaddings) {
      CHECK(IsAccepted(decoding.Page(text, padding)));
      CHECK(IsAccepted(decoding.Message(text, padding)));
    }
  }
}

TEST_CASE("invalid documents are refused with their fault, whatever follows them in memory") {
  Decoding decoding;
  for (const InvalidDocument& document : kInvalidDocuments) {
    CAPTURE(document.text);
    for (const char padding : kPaddings) {
      CHECK(decoding.Page(document.text, padding) == document.code);
      CHECK(decoding.error.byte_offset == document.byte_offset);
      CHECK(decoding.Message(document.text, padding) == document.code);
      CHECK(decoding.error.byte_offset == document.byte_offset);
    }
  }
}

TEST_CASE("values that nobody reads are checked all the same") {
  Decoding decoding;
  const auto decode_everywhere = [&](std::string_view text, bool valid) {
    CAPTURE(text);
    const std::string value(text);
    CHECK((decoding.Page("[" + value + "]") == DecodeCode::kOk) == valid);
    CHECK((decoding.Page("[{\"x\":" + value + "}]") == DecodeCode::kOk) == valid);
    CHECK((decoding.Page("[{\"x\":[{\"y\":" + value + "}]}]") == DecodeCode::kOk) == valid);
    CHECK((decoding.Page("[{\"message\":" + value + "}]") == DecodeCode::kOk) == valid);
    CHECK((decoding.Message("{\"type\":\"error\",\"x\":" + value + "}") == DecodeCode::kOk) ==
          valid);
    CHECK((decoding.Mutation("{\"x\":" + value + "}") == DecodeCode::kOk) == valid);
    CHECK((decoding.Mutation("{\"set\":{\"x\":" + value + "}}") == DecodeCode::kOk) == valid);
  };
  for (const std::string_view text : kValidDocuments) {
    if (!text.starts_with("\xef\xbb\xbf")) decode_everywhere(text, true);
  }
  for (const InvalidDocument& document : kInvalidDocuments) {
    if (document.code != DecodeCode::kEmpty) decode_everywhere(document.text, false);
  }
}

TEST_CASE("the decoder and the fault finder agree about documents with random edits") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  constexpr std::string_view kBytes =
      "[]{}\",:\\0123456789.eE+-truefalsn \t\n/\x01\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";
  std::string base =
      R"([{"id":"a\u00e9","timestamp":1e3,"x":[1,-2.5,{"y":null}],"message":"\ud83d\ude00 é","done":true},false,[[]],1e400])";
  Decoding decoding;
  int valid_count = 0;
  for (int step = 0; step < 20'000; ++step) {
    std::string text = base;
    for (uint64_t edits = 1 + random.Below(3); edits > 0; --edits) {
      const size_t at = random.Below(text.size());
      const char byte = kBytes[random.Below(kBytes.size())];
      switch (random.Below(4)) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        case 2:
          text.erase(at, 1);
          break;
        default:
          std::swap(text[at], text[random.Below(text.size())]);
          break;
      }
    }
    CAPTURE(text);
    const DecodeError fault = FindFault(text);
    const DecodeCode code = decoding.Page(text);
    valid_count += fault.ok() ? 1 : 0;
    CHECK(IsAccepted(code) == fault.ok());
    if (fault.ok()) continue;
    CHECK(code == fault.code);
    CHECK(decoding.error.byte_offset == fault.byte_offset);
  }
  CHECK(valid_count > 1'000);
}

TEST_CASE("a page is an array and a message an object") {
  Decoding decoding;
  for (const char* const text : {"{}", "null", "1", "\"[]\"", "true"}) {
    CHECK(decoding.Page(text) == DecodeCode::kWrongShape);
    CHECK(decoding.error.byte_offset == 0);
  }
  for (const char* const text : {"[]", "null", "1", "\"{}\"", "true"}) {
    CHECK(decoding.Message(text) == DecodeCode::kWrongShape);
  }
}

TEST_CASE("an event's columns are read by their types") {
  Decoding decoding;
  REQUIRE(decoding.Page(
              R"( [ {"timestamp":1700000000000,"amount":-1.5e1,"unknown":{"a":[1]},"done":true,)"
              R"("id":"evt_1","message":"a\"\u00e9\ud83d\ude00\u0000b","source":"shop"} ] )") ==
          DecodeCode::kOk);
  const MutationList& page = decoding.page;
  REQUIRE(page.mutations.size() == 1);
  CHECK(page.skipped.count == 0);
  const struct Mutation& event = page.mutations[0];
  CHECK(event.op == MutationOp::kPut);
  CHECK(event.id == "evt_1");
  CHECK(event.has_timestamp);
  CHECK(event.timestamp == 1'700'000'000'000);
  CHECK(event.seq == 0);
  CHECK(event.cell_begin == 0);
  CHECK(event.cell_end == 4);
  CHECK(decoding.CellOf(page, kAmountColumn)->number == -15);
  CHECK(decoding.CellOf(page, kDoneColumn)->boolean);
  CHECK(decoding.CellOf(page, kMessageColumn)->text == Bytes("a\"é😀\0b"));
  CHECK(decoding.CellOf(page, kSourceColumn)->text == "shop");
  CHECK(decoding.CellOf(page, kNoteColumn) == nullptr);
}

TEST_CASE("null is an absent value, in every column that may be absent") {
  Decoding decoding;
  REQUIRE(decoding.Page(
              "[" + Event(R"("source":null,"message":null,"amount":null,"done":null,"note":null)") +
              "]") == DecodeCode::kOk);
  CHECK(decoding.page.mutations.size() == 1);
  CHECK(decoding.page.cells.size() == 5);
  for (const Cell& cell : decoding.page.cells) CHECK(cell.absent);
}

TEST_CASE("an empty string is a value") {
  Decoding decoding;
  REQUIRE(decoding.Page("[" + Event(R"("source":"","message":"")") + "]") == DecodeCode::kOk);
  REQUIRE(decoding.page.cells.size() == 2);
  for (const Cell& cell : decoding.page.cells) {
    CHECK_FALSE(cell.absent);
    CHECK(cell.text.empty());
  }
}

TEST_CASE("events that do not fit the schema are left out and named") {
  struct Case {
    std::string event;
    SkipCode code;
    std::string_view column;
  };
  const std::string long_id(kMaxIdBytes + 1, 'i');
  const std::string long_value(kMaxDictionaryValueBytes + 1, 'v');
  const std::vector<Case> cases = {
      {"null", SkipCode::kNotAnObject, ""},
      {"1e400", SkipCode::kNotAnObject, ""},
      {"\"id\"", SkipCode::kNotAnObject, ""},
      {"[{\"id\":\"a\",\"timestamp\":1}]", SkipCode::kNotAnObject, ""},
      {"{}", SkipCode::kMissingId, "id"},
      {R"({"timestamp":1})", SkipCode::kMissingId, "id"},
      {R"({"id":"","timestamp":1})", SkipCode::kMissingId, "id"},
      {R"({"id":null,"timestamp":1})", SkipCode::kMissingId, "id"},
      {R"({"ID":"a","timestamp":1})", SkipCode::kMissingId, "id"},
      {R"({"id":"a","id":null,"timestamp":1})", SkipCode::kMissingId, "id"},
      {R"({"id":7,"timestamp":1})", SkipCode::kWrongType, "id"},
      {R"({"id":["a"],"timestamp":1})", SkipCode::kWrongType, "id"},
      {R"({"id":")" + long_id + R"(","timestamp":1})", SkipCode::kTooLong, "id"},
      {R"({"id":"a"})", SkipCode::kMissingTimestamp, "timestamp"},
      {R"({"id":"a","timestamp":null})", SkipCode::kMissingTimestamp, "timestamp"},
      {R"({"id":"a","timestamp":1,"timestamp":null})", SkipCode::kMissingTimestamp, "timestamp"},
      {R"({"id":"a","timestamp":"1"})", SkipCode::kWrongType, "timestamp"},
      {R"({"id":"a","timestamp":true})", SkipCode::kWrongType, "timestamp"},
      {R"({"id":"a","timestamp":1.5})", SkipCode::kOutOfRange, "timestamp"},
      {R"({"id":"a","timestamp":8640000000000001})", SkipCode::kOutOfRange, "timestamp"},
      {R"({"id":"a","timestamp":-8640000000000001})", SkipCode::kOutOfRange, "timestamp"},
      {R"({"id":"a","timestamp":9007199254740993})", SkipCode::kOutOfRange, "timestamp"},
      {R"({"id":"a","timestamp":1e400})", SkipCode::kOutOfRange, "timestamp"},
      {Event(R"("source":1)"), SkipCode::kWrongType, "source"},
      {Event(R"("source":{})"), SkipCode::kWrongType, "source"},
      {Event("\"source\":\"" + long_value + "\""), SkipCode::kTooLong, "source"},
      {Event(R"("message":false)"), SkipCode::kWrongType, "message"},
      {Event(R"("message":["a"])"), SkipCode::kWrongType, "message"},
      {Event(R"("amount":"1")"), SkipCode::kWrongType, "amount"},
      {Event(R"("amount":{"a":1})"), SkipCode::kWrongType, "amount"},
      {Event(R"("amount":1e400)"), SkipCode::kOutOfRange, "amount"},
      {Event(R"("amount":-1e400)"), SkipCode::kOutOfRange, "amount"},
      {Event(R"("done":0)"), SkipCode::kWrongType, "done"},
      {Event(R"("done":"true")"), SkipCode::kWrongType, "done"},
      // The first fault is the one that is named; one of two equal keys is enough.
      {Event(R"("done":0,"amount":"")"), SkipCode::kWrongType, "done"},
      {Event(R"("amount":"x","amount":1)"), SkipCode::kWrongType, "amount"},
  };
  Decoding decoding;
  for (const Case& test : cases) {
    CAPTURE(test.event.substr(0, 80));
    CHECK(decoding.Page("[" + test.event + "]") == DecodeCode::kOk);
    CheckSkipped(decoding.page, test.code, test.column);
    CHECK(decoding.Mutation(R"({"op":"insert","seq":1,"event":)" + test.event + "}") ==
          DecodeCode::kOk);
    CHECK(decoding.message.list.mutations.empty());
    CHECK(decoding.message.list.skipped.count == 1);
  }
}

TEST_CASE("values at their limits are taken") {
  Decoding decoding;
  const std::string id(kMaxIdBytes, 'i');
  const std::string value(kMaxDictionaryValueBytes, 'v');
  for (const char* const timestamp :
       {"8640000000000000", "-8640000000000000", "0", "-0", "1.0", "1e3"}) {
    CHECK(decoding.Page(R"([{"id":")" + id + R"(","timestamp":)" + timestamp + R"(,"source":")" +
                        value + R"(","amount":1.7976931348623157e308}])") == DecodeCode::kOk);
    CHECK(decoding.page.mutations.size() == 1);
    CHECK(decoding.page.skipped.count == 0);
  }
}

TEST_CASE("a good event beside bad ones keeps its place in the count") {
  Decoding decoding;
  REQUIRE(
      decoding.Page(
          R"([1,{"id":"a","timestamp":1,"amount":5},{"id":"b"},{"id":"c","timestamp":3,"amount":7}])") ==
      DecodeCode::kOk);
  const MutationList& page = decoding.page;
  REQUIRE(page.mutations.size() == 2);
  CHECK(page.positions == std::vector<uint32_t>{1, 3});
  CHECK(page.cells[page.mutations[0].cell_begin].number == 5);
  CHECK(page.cells[page.mutations[1].cell_begin].number == 7);
  CHECK(page.skipped.count == 2);
  CHECK(page.skipped.samples[1].index == 2);
}

TEST_CASE("of many bad events the first are named and all are counted") {
  Decoding decoding;
  std::string page = "[";
  for (int i = 0; i < 100; ++i) page += "0,";
  REQUIRE(decoding.Page(page + "0]") == DecodeCode::kOk);
  CHECK(decoding.page.skipped.count == 101);
  CHECK(decoding.page.skipped.samples.size() == SkipReport::kMaxSamples);
}

TEST_CASE("the last of two equal keys counts") {
  Decoding decoding;
  REQUIRE(
      decoding.Page(
          R"([{"id":"a","timestamp":1,"amount":1,"id":"b","amount":2,"timestamp":3,"amount":null}])") ==
      DecodeCode::kOk);
  REQUIRE(decoding.page.mutations.size() == 1);
  CHECK(decoding.page.mutations[0].id == "b");
  CHECK(decoding.page.mutations[0].timestamp == 3);
  REQUIRE(decoding.page.cells.size() == 1);
  CHECK(decoding.page.cells[0].absent);

  REQUIRE(decoding.Mutation(R"({"op":"insert","seq":1,"event":{"id":"a","timestamp":1,"amount":1},)"
                            R"("event":{"id":"b","timestamp":2}})") == DecodeCode::kOk);
  REQUIRE(decoding.message.list.mutations.size() == 1);
  CHECK(decoding.message.list.mutations[0].id == "b");
  CHECK(decoding.message.list.cells.empty());

  REQUIRE(
      decoding.Mutation(
          R"({"op":"insert","seq":1,"event":{"id":"a","timestamp":1},"event":{"timestamp":2}})") ==
      DecodeCode::kOk);
  CheckSkipped(decoding.message.list, SkipCode::kMissingId, "id");
}

TEST_CASE("a key may be escaped") {
  Decoding decoding;
  REQUIRE(decoding.Page(R"([{"\u0069d":"a","time\u0073tamp":1}])") == DecodeCode::kOk);
  CHECK(decoding.page.mutations.size() == 1);
}

TEST_CASE("a lone surrogate becomes U+FFFD") {
  Decoding decoding;
  const struct {
    std::string_view json;
    std::string_view text;
  } cases[] = {{R"(\ud800)", "\xef\xbf\xbd"},
               {R"(\udc00)", "\xef\xbf\xbd"},
               {R"(a\ud800b)",
                "a\xef\xbf\xbd"
                "b"},
               {R"(\ud800\n)", "\xef\xbf\xbd\n"},
               {R"(\ud83d\ude00)", "\xf0\x9f\x98\x80"}};
  for (const auto& test : cases) {
    CAPTURE(test.json);
    REQUIRE(decoding.Page("[" + Event("\"message\":\"" + std::string(test.json) + "\"") + "]") ==
            DecodeCode::kOk);
    REQUIRE(decoding.page.cells.size() == 1);
    CHECK(decoding.page.cells[0].text == test.text);
  }
}

TEST_CASE("a byte order mark is skipped, and is part of a text within it") {
  Decoding decoding;
  REQUIRE(decoding.Page("\xef\xbb\xbf[" + Event("\"message\":\"\xef\xbb\xbf\"") + "]") ==
          DecodeCode::kOk);
  REQUIRE(decoding.page.cells.size() == 1);
  CHECK(decoding.page.cells[0].text == "\xef\xbb\xbf");
}

TEST_CASE("numbers are the nearest doubles") {
  Decoding decoding;
  const struct {
    const char* text;
    double number;
  } cases[] = {{"9007199254740993", 9007199254740992.0},
               {"123456789012345678901234567890", 123456789012345678901234567890.0},
               {"0.1", 0.1},
               {"5e-324", 5e-324},
               {"1e-400", 0},
               {"2.2250738585072011e-308", 2.2250738585072011e-308},
               {"-0", -0.0}};
  for (const auto& test : cases) {
    CAPTURE(test.text);
    REQUIRE(decoding.Page("[" + Event("\"amount\":" + std::string(test.text)) + "]") ==
            DecodeCode::kOk);
    REQUIRE(decoding.page.cells.size() == 1);
    CHECK(decoding.page.cells[0].number == test.number);
    CHECK(std::signbit(decoding.page.cells[0].number) == std::signbit(test.number));
  }
}

TEST_CASE("nesting to the limit is read, and refused beyond it, wherever it stands") {
  Decoding decoding;
  struct Around {
    std::string front;
    std::string back;
    uint32_t depth;
  };
  const std::string batch = R"({"type":"batch","epoch":"e","prevSeq":0,"seq":1,"mutations":)";
  const std::vector<Around> pages = {
      {"", "", 0}, {"[", "]", 1}, {"[{\"x\":", "}]", 2}, {"[{\"message\":", "}]", 2}};
  const std::vector<Around> messages = {{R"({"type":"error","x":)", "}", 1},
                                        {batch + "[", "]}", 2},
                                        {batch + "[{\"x\":", "}]}", 3},
                                        {batch + "[{\"event\":{\"x\":", "}}]}", 4}};
  const auto check = [&](const std::vector<Around>& places, auto decode) {
    for (const Around& around : places) {
      CAPTURE(around.front);
      const uint32_t rest = kMaxJsonDepth - around.depth;
      const std::string fits =
          around.front + std::string(rest, '[') + std::string(rest, ']') + around.back;
      CHECK(decode(fits) == DecodeCode::kOk);
      const std::string deep =
          around.front + std::string(rest + 1, '[') + std::string(rest + 1, ']') + around.back;
      CHECK(decode(deep) == DecodeCode::kTooDeep);
      CHECK(decoding.error.byte_offset == around.front.size() + rest);
    }
  };
  check(pages, [&](const std::string& text) { return decoding.Page(text); });
  check(messages, [&](const std::string& text) { return decoding.Message(text); });
}

TEST_CASE("ten megabytes of brackets are too deep, not a stack overflow") {
  Decoding decoding;
  const std::string brackets(10 << 20, '[');
  for (const std::string& text : {brackets, brackets.substr(1) + "]"}) {
    CHECK(decoding.Page(text) == DecodeCode::kTooDeep);
    CHECK(decoding.error.byte_offset == kMaxJsonDepth);
  }
}

TEST_CASE("a text of ten megabytes is read whole, and one over the limit leaves its event out") {
  Decoding decoding;
  const std::string text(10 << 20, 'x');
  REQUIRE(decoding.Page("[" + Event("\"message\":\"" + text + "\"") + "]") == DecodeCode::kOk);
  REQUIRE(decoding.page.cells.size() == 1);
  CHECK((decoding.page.cells[0].text == text));

  const std::string longest(kMaxTextBytes, 'x');
  REQUIRE(decoding.Page("[" + Event("\"message\":\"" + longest + "\"") + "]") == DecodeCode::kOk);
  CHECK(decoding.page.cells.size() == 1);
  REQUIRE(decoding.Page("[" + Event("\"message\":\"" + longest + "x\"") + "]") == DecodeCode::kOk);
  CheckSkipped(decoding.page, SkipCode::kTooLong, "message");
}

TEST_CASE("input is taken to the size limit and refused beyond it") {
  Decoding decoding;
  const std::string largest = "[" + std::string(kMaxMessageBytes - 2, ' ') + "]";
  CHECK(decoding.Page(largest) == DecodeCode::kOk);
  CHECK(decoding.Page(largest + " ") == DecodeCode::kTooLarge);
  CHECK(decoding.error.byte_offset == kMaxMessageBytes);
  // What was refused has no effect on what comes next.
  CHECK(decoding.Page("[" + Event("\"amount\":1") + "]") == DecodeCode::kOk);
  CHECK(decoding.page.mutations.size() == 1);
}

TEST_CASE("an empty page is a page") {
  Decoding decoding;
  CHECK(decoding.Page("[]") == DecodeCode::kOk);
  CHECK(decoding.page.mutations.empty());
  CHECK(decoding.page.skipped.count == 0);
}

TEST_CASE("a batch is read with its cursor and mutations") {
  Decoding decoding;
  REQUIRE(decoding.Message(R"({"type":"batch","epoch":"e1","prevSeq":4,"seq":9,"mutations":[)"
                           R"({"op":"insert","seq":5,"event":{"id":"a","timestamp":1,"amount":2}},)"
                           R"({"op":"update","seq":7,"event":{"id":"b","timestamp":3}},)"
                           R"({"seq":8,"set":{"message":null,"done":true},"id":"c","op":"update"},)"
                           R"({"op":"delete","seq":9,"id":"d"}]})") == DecodeCode::kOk);
  const FeedMessage& message = decoding.message;
  CHECK(message.type == MessageType::kBatch);
  CHECK(message.epoch == "e1");
  CHECK(message.has_prev_seq);
  CHECK(message.prev_seq == 4);
  CHECK(message.seq == 9);
  CHECK_FALSE(message.has_total_count);
  const MutationList& list = message.list;
  REQUIRE(list.mutations.size() == 4);
  CHECK(list.mutations[0].op == MutationOp::kPut);
  CHECK(list.mutations[0].seq == 5);
  CHECK(list.mutations[1].op == MutationOp::kPut);
  CHECK(list.mutations[1].timestamp == 3);
  CHECK(list.mutations[2].op == MutationOp::kPatch);
  CHECK(list.mutations[2].id == "c");
  CHECK_FALSE(list.mutations[2].has_timestamp);
  CHECK(list.mutations[2].cell_end - list.mutations[2].cell_begin == 2);
  CHECK(list.mutations[3].op == MutationOp::kDelete);
  CHECK(list.mutations[3].id == "d");
}

TEST_CASE("messages of other types are read") {
  Decoding decoding;
  REQUIRE(decoding.Message(R"({"type":"progress","epoch":"e","seq":0,"totalCount":0})") ==
          DecodeCode::kOk);
  CHECK(decoding.message.type == MessageType::kProgress);
  CHECK(decoding.message.has_total_count);
  CHECK(decoding.message.total_count == 0);
  CHECK_FALSE(decoding.message.has_prev_seq);
  REQUIRE(decoding.Message(R"({"type":"progress","epoch":"e","prevSeq":7,"seq":7})") ==
          DecodeCode::kOk);
  CHECK(decoding.message.has_prev_seq);
  CHECK(decoding.message.prev_seq == 7);
  REQUIRE(decoding.Message(R"({"type":"resume","epoch":"e","seq":9007199254740991})") ==
          DecodeCode::kOk);
  CHECK(decoding.message.type == MessageType::kResume);
  CHECK(decoding.message.seq == 9007199254740991);
  CHECK_FALSE(decoding.message.has_total_count);
  REQUIRE(decoding.Message(
              R"({"type":"reset","reason":"log_truncated","epoch":"e","seq":5,"totalCount":7})") ==
          DecodeCode::kOk);
  CHECK(decoding.message.type == MessageType::kReset);
  CHECK(decoding.message.reason == "log_truncated");
  REQUIRE(decoding.Message(R"({"type":"error","code":"not_understood","message":"?"})") ==
          DecodeCode::kOk);
  CHECK(decoding.message.type == MessageType::kError);
  CHECK(decoding.message.reason == "not_understood");
  REQUIRE(decoding.Message(R"({"type":"counts","generation":2,"epoch":"e","seq":6,)"
                           R"("totalCount":9,"matchCount":3,"ranks":[0,[{}],null]})") ==
          DecodeCode::kOk);
  CHECK(decoding.message.type == MessageType::kCounts);
  CHECK(decoding.message.seq == 6);
  CHECK(decoding.message.total_count == 9);
  REQUIRE(decoding.Message(R"({"type":"density","generation":2,"epoch":"e","seq":6,"start":0,)"
                           R"("stop":9.5,"before":1,"changes":[[0,1],[2,3]]})") == DecodeCode::kOk);
  CHECK(decoding.message.type == MessageType::kDensity);
  CHECK(decoding.message.epoch == "e");
}

TEST_CASE("a message that lacks what its type requires is of the wrong shape") {
  Decoding decoding;
  for (const char* const text : {
           "{}",
           R"({"type":"hello","epoch":"e","seq":1})",
           R"({"type":1,"epoch":"e","seq":1})",
           R"({"epoch":"e","prevSeq":0,"seq":1,"mutations":[]})",
           R"({"type":"batch","prevSeq":0,"seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":"","prevSeq":0,"seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":1,"prevSeq":0,"seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":"e","seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":null,"seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"seq":1})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"seq":1,"mutations":{}})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"seq":1,"mutations":null})",
           R"({"type":"batch","epoch":"e","prevSeq":1,"seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":2,"seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":-1,"seq":1,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"seq":1.5,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"seq":"1","mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"seq":9007199254740992,"mutations":[]})",
           R"({"type":"batch","epoch":"e","prevSeq":0,"seq":1e400,"mutations":[]})",
           R"({"type":"progress","epoch":"e"})",
           R"({"type":"progress","seq":1})",
           R"({"type":"progress","epoch":"e","seq":1,"totalCount":"1"})",
           R"({"type":"progress","epoch":"e","seq":1,"totalCount":-1})",
           R"({"type":"progress","epoch":"e","prevSeq":2,"seq":1})",
           R"({"type":"progress","epoch":"e","prevSeq":null,"seq":1})",
           R"({"type":"progress","epoch":"e","prevSeq":-1,"seq":1})",
           R"({"type":"progress","epoch":"e","prevSeq":0.5,"seq":1})",
           R"({"type":"progress","epoch":"e","prevSeq":1})",
           R"({"type":"counts","epoch":"e","totalCount":1})",
           R"({"type":"counts","seq":1,"totalCount":1})",
           R"({"type":"counts","epoch":"e","seq":1,"totalCount":"1"})",
           R"({"type":"density","epoch":"e","counts":[]})",
           R"({"type":"density","epoch":"","seq":1,"counts":[]})",
           R"({"type":"resume","epoch":"e"})",
           R"({"type":"reset","epoch":"e","reason":"x"})",
           R"({"type":"reset","epoch":"e","seq":1,"reason":7})",
       }) {
    CAPTURE(text);
    CHECK(decoding.Message(text) == DecodeCode::kWrongShape);
  }
}

TEST_CASE("mutations that are not understood are left out and named") {
  const struct {
    const char* text;
    SkipCode code;
    const char* column;
  } cases[] = {
      {"7", SkipCode::kNotAnObject, ""},
      {"[]", SkipCode::kNotAnObject, ""},
      {"{}", SkipCode::kUnknownOp, ""},
      {R"({"op":"upsert","seq":1,"id":"a"})", SkipCode::kUnknownOp, ""},
      {R"({"op":null,"seq":1,"id":"a"})", SkipCode::kUnknownOp, ""},
      {R"({"op":"insert","seq":1,"id":"a"})", SkipCode::kUnknownOp, ""},
      {R"({"op":"insert","seq":1,"id":"a","set":{}})", SkipCode::kUnknownOp, ""},
      {R"({"op":"insert","seq":1,"event":[]})", SkipCode::kUnknownOp, ""},
      {R"({"op":"insert","seq":1,"event":null})", SkipCode::kUnknownOp, ""},
      {R"({"op":"update","seq":1,"id":"a"})", SkipCode::kUnknownOp, ""},
      {R"({"op":"update","seq":1,"id":"a","set":1})", SkipCode::kUnknownOp, ""},
      {R"({"op":"update","seq":1,"id":"a","set":{},"event":{"id":"a","timestamp":1}})",
       SkipCode::kUnknownOp, ""},
      {R"({"op":"delete","seq":1,"id":"a","set":{}})", SkipCode::kUnknownOp, ""},
      {R"({"op":"delete","seq":1,"event":{"id":"a","timestamp":1}})", SkipCode::kUnknownOp, ""},
      {R"({"op":"delete","seq":1})", SkipCode::kMissingId, "id"},
      {R"({"op":"delete","seq":1,"id":""})", SkipCode::kMissingId, "id"},
      {R"({"op":"delete","seq":1,"id":5})", SkipCode::kWrongType, "id"},
      {R"({"op":"update","seq":1,"set":{"amount":1}})", SkipCode::kMissingId, "id"},
      {R"({"op":"update","seq":1,"set":{"id":"a","amount":1}})", SkipCode::kMissingId, "id"},
      {R"({"op":"update","seq":1,"id":"a","set":{"amount":"1"}})", SkipCode::kWrongType, "amount"},
      {R"({"op":"update","seq":1,"id":"a","set":{"timestamp":null}})", SkipCode::kMissingTimestamp,
       "timestamp"},
      {R"({"op":"delete","id":"a"})", SkipCode::kMissingSeq, ""},
      {R"({"op":"delete","seq":0,"id":"a"})", SkipCode::kMissingSeq, ""},
      {R"({"op":"delete","seq":-1,"id":"a"})", SkipCode::kMissingSeq, ""},
      {R"({"op":"delete","seq":1.5,"id":"a"})", SkipCode::kMissingSeq, ""},
      {R"({"op":"delete","seq":"1","id":"a"})", SkipCode::kMissingSeq, ""},
      {R"({"op":"delete","seq":9007199254740992,"id":"a"})", SkipCode::kMissingSeq, ""},
      {R"({"op":"insert","seq":1,"id":"a","event":{"timestamp":1}})", SkipCode::kMissingId, "id"},
  };
  Decoding decoding;
  for (const auto& test : cases) {
    CAPTURE(test.text);
    CHECK(decoding.Mutation(test.text) == DecodeCode::kOk);
    CheckSkipped(decoding.message.list, test.code, test.column);
  }
}

TEST_CASE("a decoder reads one input after another") {
  Decoding decoding;
  for (int round = 0; round < 3; ++round) {
    CHECK(decoding.Page("[" + Event("\"message\":\"m\"") + ",1]") == DecodeCode::kOk);
    CHECK(decoding.page.mutations.size() == 1);
    CHECK(decoding.page.skipped.count == 1);
    CHECK(decoding.Page("[1,") == DecodeCode::kSyntax);
    CHECK(decoding.Mutation(R"({"op":"delete","seq":1,"id":"a"})") == DecodeCode::kOk);
    CHECK(decoding.message.list.mutations.size() == 1);
    CHECK(decoding.message.list.skipped.count == 0);
    CHECK(decoding.Message(R"({"type":"progress","epoch":"e","seq":3})") == DecodeCode::kOk);
    CHECK(decoding.message.list.mutations.empty());
    CHECK(decoding.message.prev_seq == 0);
  }
}

}  // namespace
}  // namespace eventglass::test
