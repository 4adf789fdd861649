#include "decode/row_block_decoder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "decode/limits.h"
#include "rows/row_block.h"
#include "unit/support/block_reader.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

// Rows in a store, and what their blocks decode to.
struct Rows {
  explicit Rows(Schema the_schema = TestSchema()) : schema(std::move(the_schema)) {}

  void Insert(int64_t timestamp, std::string_view id, const std::vector<Cell>& cells = {}) {
    slots.push_back(store.Insert({timestamp, id}, cells, 1));
  }
  std::string Block() {
    const std::span<const char> block = writer.WriteForTransport({}, slots);
    return {block.begin(), block.end()};
  }

  const Schema schema;
  EventStore store{schema, {}};
  RowBlockWriter writer{store, 4};
  std::vector<Slot> slots;
};

// A few rows with every type, present and absent.
struct SomeRows : Rows {
  SomeRows() {
    Insert(-5, "a",
           {TextCell(kSourceColumn, "shop"), TextCell(kMessageColumn, "hi 😀"), NumberCell(-0.5),
            BooleanCell(true), TextCell(kNoteColumn, "")});
    Insert(1'700'000'000'000, "b");
    Insert(6, "c",
           {TextCell(kSourceColumn, ""), TextCell(kMessageColumn, "longer than a cell"),
            BooleanCell(false)});
  }
};

struct Decoded {
  explicit Decoded(std::string_view block, Schema the_schema = TestSchema())
      : schema(std::move(the_schema)), bytes(block), error(DecodeRowBlock(schema, bytes, &page)) {}

  std::span<const Cell> Cells(size_t i) const {
    const Mutation& event = page.mutations.at(i);
    return std::span(page.cells).subspan(event.cell_begin, event.cell_end - event.cell_begin);
  }

  const Schema schema;
  const std::string bytes;
  MutationList page;
  DecodeError error;
};

template <typename T>
std::string Patched(std::string block, size_t at, T value) {
  std::memcpy(block.data() + at, &value, sizeof(value));
  return block;
}

BlockReader ReaderOf(const std::string& block) { return BlockReader(block); }

TEST_CASE("a block decodes to whole events, their absent cells left out") {
  const Decoded decoded(SomeRows().Block());
  REQUIRE(decoded.error.ok());
  CHECK(decoded.page.skipped.count == 0);
  REQUIRE(decoded.page.mutations.size() == 3);
  const Mutation& first = decoded.page.mutations[0];
  CHECK(first.op == MutationOp::kPut);
  CHECK(first.has_timestamp);
  CHECK(first.timestamp == -5);
  CHECK(first.seq == 0);
  CHECK(first.id == "a");
  CHECK(decoded.page.positions == std::vector<uint32_t>{0, 1, 2});
  const auto cells = decoded.Cells(0);
  REQUIRE(cells.size() == 5);
  CHECK(cells[0].column == kSourceColumn);
  CHECK(cells[0].text == "shop");
  CHECK(cells[1].text == "hi 😀");
  CHECK(cells[2].number == -0.5);
  CHECK(cells[3].boolean);
  CHECK(cells[4].text.empty());
  CHECK_FALSE(cells[4].absent);
  CHECK(decoded.page.mutations[1].timestamp == 1'700'000'000'000);
  CHECK(decoded.Cells(1).empty());
  CHECK(decoded.Cells(2).size() == 3);
}

TEST_CASE("a block without rows is an empty page") {
  Rows rows;
  const Decoded decoded(rows.Block());
  CHECK(decoded.error.ok());
  CHECK(decoded.page.mutations.empty());
}

TEST_CASE("a block for a screen is read as well, if no text of it is cut") {
  Rows rows;
  rows.Insert(1, "a", {TextCell(kMessageColumn, "1234")});
  const uint64_t changes[] = {5};
  const std::span<const char> block = rows.writer.Write({}, rows.slots, changes);
  CHECK(Decoded({block.data(), block.size()}).error.ok());
  rows.Insert(2, "b", {TextCell(kMessageColumn, "12345")});
  const std::span<const char> cut = rows.writer.Write({}, rows.slots);
  const Decoded refused({cut.data(), cut.size()});
  CHECK(refused.error.code == DecodeCode::kWrongShape);
  CHECK(refused.error.byte_offset == ReaderOf(refused.bytes).ValuesAt(kMessageColumn) + 4);
}

TEST_CASE("columns are matched by name, in any order; unknown ones are dropped") {
  Rows rows;
  rows.Insert(7, "a", {TextCell(kSourceColumn, "shop"), NumberCell(3), TextCell(kNoteColumn, "n")});
  const Schema other({{"note", ColumnType::kText},
                      {"amount", ColumnType::kNumber},
                      {"not in the block", ColumnType::kBoolean},
                      {"timestamp", ColumnType::kTimestamp},
                      {"id", ColumnType::kId}});
  const Decoded decoded(rows.Block(), other);
  REQUIRE(decoded.error.ok());
  REQUIRE(decoded.page.mutations.size() == 1);
  CHECK(decoded.page.mutations[0].id == "a");
  CHECK(decoded.page.mutations[0].timestamp == 7);
  const auto cells = decoded.Cells(0);
  REQUIRE(cells.size() == 2);
  CHECK(cells[0].column == 1);
  CHECK(cells[0].number == 3);
  CHECK(cells[1].column == 0);
  CHECK(cells[1].text == "n");
}

TEST_CASE("a block of another schema is refused") {
  const std::string block = SomeRows().Block();
  const auto code = [&](std::vector<Column> columns) {
    return Decoded(block, Schema(std::move(columns))).error.code;
  };
  CHECK(code({{"id", ColumnType::kId}, {"timestamp", ColumnType::kTimestamp}}) == DecodeCode::kOk);
  CHECK(code({{"key", ColumnType::kId}, {"timestamp", ColumnType::kTimestamp}}) ==
        DecodeCode::kWrongShape);
  CHECK(code({{"id", ColumnType::kId}, {"time", ColumnType::kTimestamp}}) ==
        DecodeCode::kWrongShape);
  CHECK(code({{"id", ColumnType::kTimestamp}, {"timestamp", ColumnType::kId}}) ==
        DecodeCode::kWrongShape);
  CHECK(code({{"id", ColumnType::kId},
              {"timestamp", ColumnType::kTimestamp},
              {"source", ColumnType::kText}}) == DecodeCode::kWrongShape);
}

TEST_CASE("a column that is named twice refuses the block") {
  Rows rows(Schema({{"id", ColumnType::kId},
                    {"timestamp", ColumnType::kTimestamp},
                    {"a", ColumnType::kNumber},
                    {"b", ColumnType::kNumber}}));
  rows.Insert(1, "x");
  std::string block = rows.Block();
  const Schema schema(
      {{"id", ColumnType::kId}, {"timestamp", ColumnType::kTimestamp}, {"a", ColumnType::kNumber}});
  CHECK(Decoded(block, schema).error.ok());
  block[block.find("timestampab") + 10] = 'a';
  const Decoded decoded(block, schema);
  CHECK(decoded.error.code == DecodeCode::kWrongShape);
  CHECK(decoded.error.byte_offset == ReaderOf(block).EntryAt(3));
}

TEST_CASE("a block that ends too early is refused, wherever it is cut") {
  const std::string block = SomeRows().Block();
  for (size_t size = 0; size < block.size(); ++size) {
    const Decoded decoded(block.substr(0, size));
    CAPTURE(size);
    REQUIRE(decoded.error.code == (size == 0 ? DecodeCode::kEmpty : DecodeCode::kSyntax));
    REQUIRE(decoded.error.byte_offset == size);
    REQUIRE(decoded.page.mutations.empty());
  }
  // The same, where the header tells the length that is there.
  for (uint32_t size = 72; size < block.size(); ++size) {
    REQUIRE_FALSE(Decoded(Patched(block.substr(0, size), 48, size)).error.ok());
  }
  CHECK(Decoded(block + '\0').error.code == DecodeCode::kTrailingContent);
  CHECK(Decoded(block + '\0').error.byte_offset == block.size());
}

TEST_CASE("a wrong number in the header or the directory refuses the block") {
  const std::string block = SomeRows().Block();
  const BlockReader reader = ReaderOf(block);
  // What a field is set to: near misses, and what would overflow.
  const auto corrupt = [&](size_t at) {
    const uint32_t value = reader.U32(at);
    for (const uint32_t wrong :
         {value + 1, value - 1, value + 8, value - 8, 0U, 1U, 64U, UINT32_MAX, UINT32_MAX - 7,
          1U << 31, static_cast<uint32_t>(block.size())}) {
      if (wrong == value) continue;
      const Decoded decoded(Patched(block, at, wrong));
      CAPTURE(at);
      CAPTURE(wrong);
      CHECK_FALSE(decoded.error.ok());
      CHECK(decoded.error.byte_offset <= block.size());
      CHECK(decoded.page.mutations.empty());
    }
  };
  for (const size_t at : {0U, 4U, 8U, 12U, 48U, 52U, 56U, 60U, 64U, 68U}) corrupt(at);
  for (uint32_t column = 0; column < reader.ColumnCount(); ++column) {
    for (const size_t field : {0U, 4U, 8U, 12U}) corrupt(reader.EntryAt(column) + field);
  }
}

TEST_CASE("a fault is told at the field that shows it") {
  const std::string block = SomeRows().Block();
  const BlockReader reader = ReaderOf(block);
  const auto expect = [&](size_t at, uint32_t value, DecodeCode code) {
    const Decoded decoded(Patched(block, at, value));
    CHECK(decoded.error.code == code);
    CHECK(decoded.error.byte_offset == at);
  };
  expect(0, 7, DecodeCode::kSyntax);
  expect(4, 1, DecodeCode::kWrongShape);
  expect(12, kMaxColumns + 1, DecodeCode::kSyntax);
  expect(60, 0, DecodeCode::kSyntax);
  expect(reader.EntryAt(3), 6, DecodeCode::kSyntax);
  expect(reader.EntryAt(3) + 4, 0, DecodeCode::kSyntax);
  expect(reader.EntryAt(4) + 8, 8, DecodeCode::kSyntax);
  expect(reader.EntryAt(4) + 12, 1, DecodeCode::kSyntax);
  expect(reader.StringsAt(kIdColumn), 1, DecodeCode::kSyntax);
  expect(reader.StringsAt(kIdColumn) + 12, 1, DecodeCode::kSyntax);
  expect(reader.ValuesAt(kSourceColumn), 2, DecodeCode::kSyntax);
  expect(reader.ValuesAt(kMessageColumn), 8,
         DecodeCode::kWrongShape);  // one byte more than its text
  expect(reader.ValuesAt(kMessageColumn), 6, DecodeCode::kSyntax);
  expect(reader.ValuesAt(kMessageColumn), UINT32_MAX, DecodeCode::kSyntax);
  CHECK(Decoded(std::string(kMaxMessageBytes + 1, 'x')).error.code == DecodeCode::kTooLarge);
}

TEST_CASE("strings that are not UTF-8 refuse the block, at the string") {
  Rows rows;
  rows.Insert(1, "a", {TextCell(kMessageColumn, "é"), TextCell(kSourceColumn, "€uro")});
  rows.Insert(2, "b", {TextCell(kMessageColumn, "plain")});
  const std::string block = rows.Block();
  for (const std::string_view text : {"€uro", "plain", "message"}) {
    const size_t at = block.find(text);
    const Decoded decoded(Patched(block, at + 1, '\xff'));
    CHECK(decoded.error.code == DecodeCode::kInvalidUtf8);
    CHECK(decoded.error.byte_offset == at);
  }
  // Valid as a whole, but a character is shared by two strings.
  const BlockReader reader = ReaderOf(block);
  std::string shared = Patched(block, reader.StringsAt(kMessageColumn) + 4, 1U);
  shared = Patched(shared, reader.ValuesAt(kMessageColumn), 1U);
  shared = Patched(shared, reader.ValuesAt(kMessageColumn) + 4, 6U);
  const Decoded decoded(shared);
  CHECK(decoded.error.code == DecodeCode::kInvalidUtf8);
  CHECK(decoded.error.byte_offset == block.find("é"));
}

TEST_CASE("a row with a value that its column can't hold is left out and reported") {
  const std::string block = SomeRows().Block();
  const BlockReader reader = ReaderOf(block);
  const auto expect = [&](const std::string& patched, SkipCode code, std::string_view column) {
    const Decoded decoded(patched);
    REQUIRE(decoded.error.ok());
    CHECK(decoded.page.mutations.size() == 2);
    CHECK(decoded.page.positions == std::vector<uint32_t>{0, 2});
    CHECK(decoded.Cells(0).size() == 5);
    CHECK(decoded.Cells(1).size() == 3);
    REQUIRE(decoded.page.skipped.count == 1);
    CHECK(decoded.page.skipped.samples[0].index == 1);
    CHECK(decoded.page.skipped.samples[0].code == code);
    CHECK(decoded.page.skipped.samples[0].column == column);
  };
  const size_t time = reader.ValuesAt(kTimeColumn) + 8;
  expect(Patched(block, time, std::nan("")), SkipCode::kMissingTimestamp, "timestamp");
  expect(Patched(block, time, 1.5), SkipCode::kOutOfRange, "timestamp");
  expect(Patched(block, time, 8'640'000'000'000'001.0), SkipCode::kOutOfRange, "timestamp");
  expect(Patched(block, time, -std::numeric_limits<double>::infinity()), SkipCode::kOutOfRange,
         "timestamp");
  const size_t amount = reader.ValuesAt(kAmountColumn) + 8;
  expect(Patched(block, amount, std::numeric_limits<double>::infinity()), SkipCode::kOutOfRange,
         "amount");
  const size_t done = reader.ValuesAt(kDoneColumn) + 1;
  expect(Patched(block, done, '\3'), SkipCode::kWrongType, "done");
  expect(Patched(block, done, '\xff'), SkipCode::kWrongType, "done");
}

TEST_CASE("strings at their limits are taken, longer ones cost their row") {
  const auto decode = [](std::string_view id, const std::vector<Cell>& cells) {
    Rows rows;
    rows.Insert(1, "good");
    rows.Insert(2, id, cells);
    return Decoded(rows.Block());
  };
  const auto code = [&](std::string_view id, const std::vector<Cell>& cells = {}) {
    const Decoded decoded = decode(id, cells);
    REQUIRE(decoded.error.ok());
    CHECK(decoded.page.mutations.size() + decoded.page.skipped.count == 2);
    return decoded.page.skipped.count == 0 ? std::nullopt
                                           : std::optional(decoded.page.skipped.samples[0].code);
  };
  CHECK_FALSE(code(std::string(kMaxIdBytes, 'x')));
  CHECK(code(std::string(kMaxIdBytes + 1, 'x')) == SkipCode::kTooLong);
  CHECK(code("") == SkipCode::kMissingId);
  const std::string value(kMaxDictionaryValueBytes + 1, 'x');
  const std::string_view shorter = std::string_view(value).substr(1);
  CHECK_FALSE(code("a", {TextCell(kSourceColumn, shorter)}));
  CHECK(code("a", {TextCell(kSourceColumn, value)}) == SkipCode::kTooLong);
  const std::string text(kMaxTextBytes + 1, 'x');
  CHECK_FALSE(code("a", {TextCell(kMessageColumn, std::string_view(text).substr(1))}));
  CHECK(code("a", {TextCell(kMessageColumn, text)}) == SkipCode::kTooLong);
}

std::string RandomText(Random& random) {
  constexpr std::string_view kCharacters[] = {"a", "b", "é", "€", "😀", "\"", "\0"};
  std::string text;
  for (uint64_t left = random.Below(random.OneIn(20) ? 3'000U : 12U); left > 0; --left) {
    text += kCharacters[random.Below(7)];
  }
  return text;
}

Schema RandomSchema(Random& random) {
  std::vector<Column> columns;
  const uint32_t count = random.Below(random.OneIn(10) ? 80U : 9U);
  for (uint32_t i = 0; i < count; ++i) {
    columns.push_back({"c" + std::to_string(i), static_cast<ColumnType>(2 + random.Below(4))});
  }
  const auto insert = [&](std::string_view name, ColumnType type) {
    columns.insert(columns.begin() + static_cast<std::ptrdiff_t>(random.Below(columns.size() + 1)),
                   {std::string(name), type});
  };
  insert("id", ColumnType::kId);
  insert("at", ColumnType::kTimestamp);
  return Schema(columns);
}

bool SameCell(const Cell& a, const Cell& b) {
  return a.column == b.column && !a.absent && a.boolean == b.boolean && a.number == b.number &&
         a.text == b.text;
}

TEST_CASE("random rows of random schemas decode to what was inserted") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  for (int round = 0; round < 200; ++round) {
    Rows rows(RandomSchema(random));
    struct Event {
      int64_t timestamp;
      std::string id;
      std::vector<Cell> cells;
    };
    std::vector<Event> events(random.Below(30));
    std::vector<std::string> texts;
    texts.reserve(30UL * 90);  // cells point into them
    for (size_t i = 0; i < events.size(); ++i) {
      Event& event = events[i];
      event.timestamp = random.Between(-kMaxTimestampMs, kMaxTimestampMs);
      event.id = std::to_string(i) + RandomText(random).substr(0, 5);
      for (uint32_t column = 0; column < rows.schema.size(); ++column) {
        const ColumnType type = rows.schema[column].type;
        if (type == ColumnType::kId || type == ColumnType::kTimestamp || random.OneIn(3)) continue;
        Cell cell;
        cell.column = column;
        if (type == ColumnType::kNumber) {
          cell.number = static_cast<double>(random.Between(-1000, 1000)) / 8;
        } else if (type == ColumnType::kBoolean) {
          cell.boolean = random.OneIn(2);
        } else {
          cell.text =
              texts.emplace_back(type == ColumnType::kDictionary ? random.Letters(random.Below(2U))
                                                                 : RandomText(random));
        }
        event.cells.push_back(cell);
      }
      // An id may have been cut within a character; a store takes valid UTF-8 alone.
      while (!event.id.empty() && (event.id.back() & 0x80) != 0) event.id.pop_back();
      rows.Insert(event.timestamp, event.id, event.cells);
    }
    const Decoded decoded(rows.Block(), rows.schema);
    REQUIRE(decoded.error.ok());
    REQUIRE(decoded.page.skipped.count == 0);
    REQUIRE(decoded.page.mutations.size() == events.size());
    for (size_t i = 0; i < events.size(); ++i) {
      REQUIRE(decoded.page.mutations[i].timestamp == events[i].timestamp);
      REQUIRE(decoded.page.mutations[i].id == events[i].id);
      const auto cells = decoded.Cells(i);
      REQUIRE(cells.size() == events[i].cells.size());
      for (size_t j = 0; j < cells.size(); ++j) {
        REQUIRE(SameCell(cells[j], events[i].cells[j]));
      }
    }
  }
}

TEST_CASE("blocks with random bytes in them decode to valid pages, or are refused") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  const std::string block = SomeRows().Block();
  uint32_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = block;
    for (uint32_t i = 0; i <= random.Below(3); ++i) {
      bytes[random.Below(bytes.size())] = static_cast<char>(random.Bits());
    }
    const Decoded decoded(bytes);
    refused += decoded.error.ok() ? 0 : 1;
    REQUIRE(decoded.error.byte_offset <= bytes.size());
    for (const Mutation& event : decoded.page.mutations) {
      REQUIRE_FALSE(event.id.empty());
      REQUIRE(std::abs(event.timestamp) <= kMaxTimestampMs);
      REQUIRE(event.cell_end <= decoded.page.cells.size());
    }
  }
  CHECK(refused > 5'000);
  CHECK(refused < 20'000);
}

}  // namespace
}  // namespace eventglass::test
