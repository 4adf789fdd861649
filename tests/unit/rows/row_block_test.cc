#include "rows/row_block.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unit/support/block_reader.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

constexpr uint32_t kAbsentValue = UINT32_MAX;

struct Rows {
  explicit Rows(uint32_t max_cell_characters = 1024) : writer(store, max_cell_characters) {}

  void Insert(int64_t timestamp, std::string_view id, std::vector<Cell> cells = {},
              uint64_t version = 1) {
    slots.push_back(store.Insert({timestamp, id}, cells, version));
  }
  BlockReader Write(RowBlockHeader header = {}, std::span<const uint64_t> changes = {}) {
    return BlockReader(writer.Write(header, slots, changes));
  }

  Schema schema = TestSchema();
  EventStore store{schema, {}};
  RowBlockWriter writer;
  std::vector<Slot> slots;
};

TEST_CASE("the header says what the block holds") {
  Rows rows;
  rows.Insert(1, "a", {}, 7);
  rows.Insert(2, "b", {}, 9'007'199'254'740'991);
  const BlockReader block = rows.Write({.begin = 4'000'000'000,
                                        .view_row_count = 4'000'000'002,
                                        .version = 1ULL << 40,
                                        .changed_since = 1ULL << 39});
  CHECK(block.U32(0) == 0x42524745);
  CHECK(block.U32(4) == 2);
  CHECK(block.U32(8) == 2);
  CHECK(block.U32(12) == 7);
  CHECK(block.F64(16) == 4'000'000'000);
  CHECK(block.F64(24) == 4'000'000'002);
  CHECK(block.F64(32) == static_cast<double>(1ULL << 40));
  CHECK(block.F64(40) == static_cast<double>(1ULL << 39));
  CHECK(block.U32(48) == block.size());
  CHECK(block.ChangesAt() == 0);
  CHECK(block.U32(68) == 0);
  for (uint32_t column = 0; column < rows.schema.size(); ++column) {
    CHECK(block.Name(column) == rows.schema[column].name);
  }
  CHECK(block.Version(0) == 7);
  CHECK(block.Version(1) == 9'007'199'254'740'991);
}

TEST_CASE("columns stand in the schema's order, each section at a multiple of eight") {
  Rows rows;
  for (int count = 0; count < 12; ++count) {
    const BlockReader block = rows.Write();
    CHECK(block.size() % 8 == 0);
    for (uint32_t column = 0; column < rows.schema.size(); ++column) {
      CHECK(block.ColumnType(column) == static_cast<uint32_t>(rows.schema[column].type));
      CHECK(block.ValuesAt(column) % 8 == 0);
      CHECK(block.StringsAt(column) % 8 == 0);
      const bool has_strings = column == kIdColumn || column == kSourceColumn ||
                               column == kMessageColumn || column == kNoteColumn;
      CHECK((block.StringsAt(column) != 0) == has_strings);
    }
    CHECK(block.NamesAt() % 8 == 0);
    CHECK(block.RowIdsAt() % 8 == 0);
    CHECK(block.RowVersionsAt() % 8 == 0);
    rows.Insert(count, "id" + std::to_string(count),
                {TextCell(kMessageColumn, std::string(static_cast<size_t>(count), 'x'))});
  }
}

TEST_CASE("every type is written, present and absent") {
  Rows rows;
  rows.Insert(-5, "a",
              {TextCell(kSourceColumn, "shop"), TextCell(kMessageColumn, "hi 😀"), NumberCell(-0.5),
               BooleanCell(true), TextCell(kNoteColumn, "")});
  rows.Insert(1'700'000'000'000, "b");
  rows.Insert(6, "c", {BooleanCell(false), TextCell(kSourceColumn, "")});
  const BlockReader block = rows.Write();
  CHECK(block.String(kIdColumn, 0) == "a");
  CHECK(block.String(kIdColumn, 1) == "b");
  CHECK(block.Value(kIdColumn, 1) == 1);
  CHECK(block.Number(kTimeColumn, 0) == -5);
  CHECK(block.Number(kTimeColumn, 1) == 1'700'000'000'000);
  CHECK(block.String(kSourceColumn, block.Value(kSourceColumn, 0)) == "shop");
  CHECK(block.Value(kSourceColumn, 1) == kAbsentValue);
  CHECK(block.String(kSourceColumn, block.Value(kSourceColumn, 2)).empty());
  CHECK(block.String(kMessageColumn, 0) == "hi 😀");
  CHECK(block.Value(kMessageColumn, 0) == 7);
  CHECK(block.Value(kMessageColumn, 1) == kAbsentValue);
  CHECK(block.Value(kNoteColumn, 0) == 0);
  CHECK(block.String(kNoteColumn, 0).empty());
  CHECK(block.Number(kAmountColumn, 0) == -0.5);
  CHECK(std::isnan(block.Number(kAmountColumn, 1)));
  CHECK(block.Boolean(kDoneColumn, 0) == 1);
  CHECK(block.Boolean(kDoneColumn, 1) == 2);
  CHECK(block.Boolean(kDoneColumn, 2) == 0);
}

TEST_CASE("a dictionary's string table holds each value of the block once, and no other") {
  Rows rows;
  for (int i = 0; i < 30; ++i) {
    rows.Insert(i, "id" + std::to_string(i),
                {TextCell(kSourceColumn, "source " + std::to_string(i % 3))});
  }
  const BlockReader block = rows.Write();
  CHECK(block.StringCount(kSourceColumn) == 3);
  for (uint32_t row = 0; row < 30; ++row) {
    CHECK(block.String(kSourceColumn, block.Value(kSourceColumn, row)) ==
          "source " + std::to_string(row % 3));
  }
  // The next block numbers its own values.
  rows.slots = {rows.slots[2], rows.slots[5]};
  const BlockReader next = rows.Write();
  CHECK(next.StringCount(kSourceColumn) == 1);
  CHECK(next.Value(kSourceColumn, 0) == 0);
  CHECK(next.Value(kSourceColumn, 1) == 0);
  CHECK(next.String(kSourceColumn, 0) == "source 2");
}

TEST_CASE("text is cut to so many characters, and its whole length stays") {
  Rows rows(8);
  rows.Insert(1, "an id is never cut",
              {TextCell(kMessageColumn, "12345678"), TextCell(kNoteColumn, "123456789")});
  rows.Insert(2, "b", {TextCell(kMessageColumn, "1234567€"), TextCell(kNoteColumn, "1234567€x")});
  const BlockReader block = rows.Write();
  CHECK(block.String(kIdColumn, 0) == "an id is never cut");
  CHECK(block.String(kMessageColumn, 0) == "12345678");
  CHECK(block.Value(kMessageColumn, 0) == 8);
  CHECK(block.String(kNoteColumn, 0) == "12345678");
  CHECK(block.Value(kNoteColumn, 0) == 9);
  CHECK(block.String(kMessageColumn, 1) == "1234567€");
  CHECK(block.Value(kMessageColumn, 1) == 10);
  CHECK(block.String(kNoteColumn, 1) == "1234567€");
  CHECK(block.Value(kNoteColumn, 1) == 11);
}

TEST_CASE("a block for transport holds whole texts, and no row ids and versions") {
  Rows rows(2);
  rows.Insert(1, "abc", {TextCell(kMessageColumn, "12345€"), TextCell(kSourceColumn, "shop")});
  const BlockReader block(rows.writer.WriteForTransport({.version = 7}, rows.slots));
  CHECK(block.F64(32) == 7);
  CHECK(block.RowIdsAt() == 0);
  CHECK(block.RowVersionsAt() == 0);
  CHECK(block.ChangesAt() == 0);
  CHECK(block.String(kIdColumn, 0) == "abc");
  CHECK(block.String(kMessageColumn, 0) == "12345€");
  CHECK(block.String(kSourceColumn, block.Value(kSourceColumn, 0)) == "shop");
}

TEST_CASE("text is cut between characters, by their number") {
  const std::string text = "aé€😀";  // 1, 2, 3 and 4 bytes
  const size_t expected[] = {0, 1, 3, 6, 10};
  for (size_t max_characters = 0; max_characters <= 4; ++max_characters) {
    CHECK(CutText(text, max_characters) == text.substr(0, expected[max_characters]));
  }
  CHECK(CutText(text, 11) == text);
  CHECK(CutText("", 0).empty());
}

TEST_CASE("texts of any length and any characters are cut like a naive model cuts them") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  constexpr std::string_view kCharacters[] = {"a", "é", "€", "😀", "\x7f", "߿", "\xEF\xBF\xBF"};
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::string_view> characters(random.Below(40));
    for (std::string_view& character : characters) character = kCharacters[random.Below(7)];
    const size_t max_characters = random.Below(40U);
    std::string text;
    std::string expected;
    for (size_t i = 0; i < characters.size(); ++i) {
      text += characters[i];
      if (i < max_characters) expected += characters[i];
    }
    REQUIRE(CutText(text, max_characters) == expected);
  }
}

TEST_CASE("each changed cell has its bit") {
  Rows rows;
  for (int i = 0; i < 3; ++i) rows.Insert(i, "id" + std::to_string(i));
  const std::vector<uint64_t> changes = {0, ~0ULL, 1ULL << kAmountColumn};
  const BlockReader block = rows.Write({.version = 9, .changed_since = 5}, changes);
  CHECK(block.ChangesAt() % 8 == 0);
  CHECK(block.size() == block.ChangesAt() + 8);
  for (uint32_t column = 0; column < rows.schema.size(); ++column) {
    CHECK_FALSE(block.Changed(0, column));
    CHECK(block.Changed(1, column));
    CHECK(block.Changed(2, column) == (column == kAmountColumn));
  }
  CHECK_FALSE(block.Changed(1, 7));  // there is no such column
}

TEST_CASE("the last bit of a row's mask stands for all columns from the 64th on") {
  std::vector<Column> columns = {{"id", ColumnType::kId}, {"timestamp", ColumnType::kTimestamp}};
  while (columns.size() < 77) {
    columns.push_back({"c" + std::to_string(columns.size()), ColumnType::kBoolean});
  }
  const Schema schema(columns);
  EventStore store(schema, {});
  RowBlockWriter writer(store, 1024);
  const Slot rows[] = {store.Insert({1, "a"}, {}, 1), store.Insert({2, "b"}, {}, 1)};
  const uint64_t changes[] = {1ULL << 63, 1ULL << 62};
  const BlockReader block(writer.Write({}, rows, changes));
  for (uint32_t column = 0; column < 77; ++column) {
    CHECK(block.Changed(0, column) == (column >= 63));
    CHECK(block.Changed(1, column) == (column == 62));
  }
  CHECK_FALSE(block.Changed(0, 77));
}

TEST_CASE("equal rows are equal bytes, whatever was in the buffer before") {
  Rows rows;
  for (int i = 0; i < 5; ++i) {
    rows.Insert(i, "id" + std::to_string(i), {TextCell(kMessageColumn, std::string(99, 'x'))});
  }
  const std::vector<Slot> all = rows.slots;
  rows.slots = {all[0], all[1], all[2]};
  const auto bytes_of = [](std::span<const char> block) {
    return std::string(block.begin(), block.end());
  };
  const uint64_t changes[] = {1, 2, 3};
  const std::string first =
      bytes_of(RowBlockWriter(rows.store, 1024).Write({}, rows.slots, changes));
  (void)rows.writer.Write({}, all);
  CHECK(bytes_of(rows.writer.Write({}, rows.slots, changes)) == first);
}

TEST_CASE("a block without rows is a block") {
  Rows rows;
  const BlockReader block = rows.Write({.begin = 5, .view_row_count = 5, .version = 1});
  CHECK(block.RowCount() == 0);
  CHECK(block.ColumnCount() == 7);
  CHECK(block.StringCount(kSourceColumn) == 0);
  CHECK(block.U32(block.StringsAt(kMessageColumn)) == 0);
}

}  // namespace
}  // namespace eventglass::test
