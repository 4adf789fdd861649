#include "rows/row_block.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unit/support/block_reader.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

constexpr uint32_t kAbsentValue = UINT32_MAX;

struct Rows {
  explicit Rows(uint32_t max_cell_bytes = 1024) : writer(store, max_cell_bytes) {}

  void Insert(int64_t timestamp, std::string_view id, std::vector<Cell> cells = {},
              uint64_t version = 1) {
    slots.push_back(store.Insert({timestamp, id}, cells, version));
  }
  BlockReader Write(RowBlockHeader header = {}) { return BlockReader(writer.Write(header, slots)); }

  Schema schema = TestSchema();
  EventStore store{schema, {}};
  RowBlockWriter writer;
  std::vector<Slot> slots;
};

TEST_CASE("the header says what the block holds") {
  Rows rows;
  rows.Insert(1, "a", {}, 7);
  rows.Insert(2, "b", {}, 9'007'199'254'740'991);
  const BlockReader block =
      rows.Write({.begin = 4'000'000'000, .view_row_count = 4'000'000'002, .version = 1ULL << 40});
  CHECK(block.U32(0) == 0x42524745);
  CHECK(block.U32(4) == 1);
  CHECK(block.U32(8) == 2);
  CHECK(block.U32(12) == 7);
  CHECK(block.F64(16) == 4'000'000'000);
  CHECK(block.F64(24) == 4'000'000'002);
  CHECK(block.F64(32) == static_cast<double>(1ULL << 40));
  CHECK(block.U32(40) == block.size());
  CHECK(block.U32(52) == 0);
  CHECK(block.U32(56) == 0);
  CHECK(block.U32(60) == 0);
  CHECK(block.RowId(0) == 1);
  CHECK(block.RowId(1) == 2);
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
    CHECK(block.U32(44) % 8 == 0);
    CHECK(block.U32(48) % 8 == 0);
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

TEST_CASE("text is cut to the cell limit, and its whole length stays") {
  Rows rows(8);
  rows.Insert(1, "an id is never cut",
              {TextCell(kMessageColumn, "12345678"), TextCell(kNoteColumn, "123456789")});
  rows.Insert(2, "b", {TextCell(kMessageColumn, "123456€"), TextCell(kNoteColumn, "12345€")});
  const BlockReader block = rows.Write();
  CHECK(block.String(kIdColumn, 0) == "an id is never cut");
  CHECK(block.String(kMessageColumn, 0) == "12345678");
  CHECK(block.Value(kMessageColumn, 0) == 8);
  CHECK(block.String(kNoteColumn, 0) == "12345678");
  CHECK(block.Value(kNoteColumn, 0) == 9);
  CHECK(block.String(kMessageColumn, 1) == "123456");
  CHECK(block.Value(kMessageColumn, 1) == 9);
  CHECK(block.String(kNoteColumn, 1) == "12345€");
}

TEST_CASE("text is cut between characters") {
  const std::string text = "aé€😀";  // 1, 2, 3 and 4 bytes
  const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
  for (size_t max_bytes = 0; max_bytes <= 10; ++max_bytes) {
    CHECK(CutText(text, max_bytes) == text.substr(0, expected[max_bytes]));
  }
  CHECK(CutText(text, 11) == text);
  CHECK(CutText("", 0).empty());
  CHECK(CutText("\xf0\x9f\x98\x80", 3).empty());
}

TEST_CASE("a block without rows is a block") {
  Rows rows;
  const BlockReader block = rows.Write({.begin = 5, .view_row_count = 5, .version = 1});
  CHECK(block.RowCount() == 0);
  CHECK(block.U32(12) == 7);
  CHECK(block.StringCount(kSourceColumn) == 0);
  CHECK(block.U32(block.StringsAt(kMessageColumn)) == 0);
}

}  // namespace
}  // namespace eventglass::test
