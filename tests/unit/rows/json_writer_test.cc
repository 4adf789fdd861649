#include "rows/json_writer.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <string>

#include "decode/json_decoder.h"
#include "decode/json_fault.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

struct Rows {
  Schema schema = TestSchema();
  EventStore store{schema, {}};
  JsonWriter writer{store};
  std::vector<Slot> slots;

  void Insert(int64_t timestamp, std::string_view id, std::vector<Cell> cells = {}) {
    slots.push_back(store.Insert({timestamp, id}, cells, 1));
  }
  std::string Write() { return std::string(writer.Write(slots)); }
};

TEST_CASE("no rows are an empty array") { CHECK(Rows().Write() == "[]"); }

TEST_CASE("fields come in the schema's order, and absent ones are left out") {
  Rows rows;
  rows.Insert(-1, "a",
              {BooleanCell(false), NumberCell(2), TextCell(kSourceColumn, "shop"),
               TextCell(kNoteColumn, ""), TextCell(kMessageColumn, "é😀")});
  rows.Insert(8'640'000'000'000'000, "b");
  rows.Insert(0, "c", {BooleanCell(true)});
  CHECK(
      rows.Write() ==
      R"([{"id":"a","timestamp":-1,"source":"shop","message":"é😀","amount":2,"done":false,"note":""},)"
      R"({"id":"b","timestamp":8640000000000000},{"id":"c","timestamp":0,"done":true}])");
}

TEST_CASE("what JSON does not allow in strings is escaped") {
  Rows rows;
  std::string text;
  for (char c = 0; c < 0x20; ++c) text.push_back(c);
  text += "\"\\/\x7f<&>";
  rows.Insert(1, "\"", {TextCell(kMessageColumn, text)});
  CHECK(
      rows.Write() ==
      R"([{"id":"\"","timestamp":1,"message":")"
      R"(\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f)"
      R"(\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f)"
      "\\\"\\\\/\x7f<&>\"}]");
}

TEST_CASE("column names are escaped") {
  const Schema schema({{"i\"d", ColumnType::kId}, {"time\nstamp", ColumnType::kTimestamp}});
  EventStore store(schema, {});
  JsonWriter writer(store);
  const Slot slot = store.Insert({1, "a"}, {}, 1);
  CHECK(writer.Write(std::span(&slot, 1)) == R"([{"i\"d":"a","time\u000astamp":1}])");
}

// The text of a number as it stands in the array.
std::string Written(double number) {
  static Rows rows;
  if (rows.slots.empty()) rows.Insert(1, "a");
  rows.store.Patch(rows.slots[0], std::vector<Cell>{NumberCell(number)}, 1);
  const std::string json = rows.Write();
  constexpr std::string_view kFront = R"([{"id":"a","timestamp":1,"amount":)";
  CHECK(json.starts_with(kFront));
  return json.substr(kFront.size(), json.size() - kFront.size() - 2);
}

TEST_CASE("numbers are JSON, short where they are whole, and read back as the same double") {
  CHECK(Written(0) == "0");
  CHECK(Written(-0.0) == "-0");
  CHECK(Written(5) == "5");
  CHECK(Written(-12.25) == "-12.25");
  CHECK(Written(123456789) == "123456789");
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  std::vector<double> numbers = {0.1,
                                 1e21,
                                 1e22,
                                 1.5e300,
                                 5e-324,
                                 2.2250738585072014e-308,
                                 1.7976931348623157e308,
                                 1e-7,
                                 123e-9,
                                 1e15,
                                 1e16,
                                 1e17,
                                 0.30000000000000004,
                                 -1e100,
                                 1 / 3.0,
                                 9007199254740993.0};
  for (int i = 0; i < 5'000; ++i) numbers.push_back(std::bit_cast<double>(random.Bits()));
  for (int i = 0; i < 5'000; ++i)
    numbers.push_back(static_cast<double>(random.Between(-1'000'000, 1'000'000)) / 100);
  for (const double number : numbers) {
    if (!std::isfinite(number)) continue;
    const std::string text = Written(number);
    CAPTURE(text);
    CHECK(FindFault(text).ok());
    CHECK(std::bit_cast<uint64_t>(std::strtod(text.c_str(), nullptr)) ==
          std::bit_cast<uint64_t>(number));
  }
}

TEST_CASE("what is written reads back as the same events") {
  Rows rows;
  rows.Insert(1, "a\xc3\xa9\x01",
              {TextCell(kMessageColumn, std::string_view("\0\"\\\n😀", 8)), NumberCell(1e-7)});
  rows.Insert(2, "b", {TextCell(kSourceColumn, "<b>"), BooleanCell(true)});
  std::string json = rows.Write();
  const size_t size = json.size();
  json.append(JsonDecoder::kPaddingBytes, '\0');
  JsonDecoder decoder(rows.schema);
  MutationList page;
  REQUIRE(decoder.DecodePage(std::string_view(json).substr(0, size), &page).ok());
  Rows again;
  for (const Mutation& event : page.mutations) {
    const std::span<const Cell> cells(page.cells);
    const auto own = cells.subspan(event.cell_begin, event.cell_end - event.cell_begin);
    again.Insert(event.timestamp, event.id, {own.begin(), own.end()});
  }
  CHECK(again.Write() == json.substr(0, size));
}

}  // namespace
}  // namespace eventglass::test
