#include "store/event_store.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

struct Store {
  Schema schema = TestSchema();
  EventStore events{schema, {1, 2}};

  Slot Insert(int64_t timestamp, std::string_view id, std::vector<Cell> cells = {},
              uint64_t version = 1) {
    return events.Insert({timestamp, id}, cells, version);
  }
  std::string_view SourceOf(Slot slot) const {
    return events.DictionaryOf(kSourceColumn).Value(events.Code(slot, kSourceColumn));
  }
};

std::vector<Cell> FullCells() {
  return {TextCell(kSourceColumn, "shop"), TextCell(kMessageColumn, "hello"), NumberCell(2.5),
          BooleanCell(false), TextCell(kNoteColumn, "")};
}

void CheckAbsent(const EventStore& store, Slot slot) {
  CHECK(store.Code(slot, kSourceColumn) == kAbsentCode);
  CHECK(store.Text(slot, kMessageColumn) == std::nullopt);
  CHECK(store.Text(slot, kNoteColumn) == std::nullopt);
  CHECK(std::isnan(store.Number(slot, kAmountColumn)));
  CHECK(store.Boolean(slot, kDoneColumn) == EventStore::kAbsentBoolean);
}

TEST_CASE("an event is held with every value") {
  Store store;
  const Slot slot = store.Insert(5, "a", FullCells(), 7);
  CHECK(store.events.size() == 1);
  CHECK(store.events.Find("a") == slot);
  CHECK(store.events.Find("b") == std::nullopt);
  CHECK(store.events.Find("") == std::nullopt);
  CHECK(store.events.Key(slot) == EventKey{5, "a"});
  CHECK(store.events.Version(slot) == 7);
  CHECK(store.SourceOf(slot) == "shop");
  CHECK(store.events.Text(slot, kMessageColumn) == "hello");
  CHECK(store.events.Text(slot, kNoteColumn) == "");
  CHECK(store.events.Number(slot, kAmountColumn) == 2.5);
  CHECK(store.events.Boolean(slot, kDoneColumn) == 0);
}

TEST_CASE("what an event does not have is absent, in a slot used before as well") {
  Store store;
  const Slot first = store.Insert(1, "a");
  CheckAbsent(store.events, first);
  store.events.Remove(first);
  const Slot full = store.Insert(2, "b", FullCells());
  CHECK(full == first);
  store.events.Remove(full);
  CheckAbsent(store.events, store.Insert(3, "c"));
}

TEST_CASE("a patch changes its cells alone") {
  Store store;
  const Slot slot = store.Insert(5, "a", FullCells());
  const uint64_t row_id = store.events.RowId(slot);
  store.events.Patch(slot, std::vector<Cell>{NumberCell(3), AbsentCell(kSourceColumn)}, 9);
  CHECK(store.events.Version(slot) == 9);
  CHECK(store.events.RowId(slot) == row_id);
  CHECK(store.events.Number(slot, kAmountColumn) == 3);
  CHECK(store.events.Code(slot, kSourceColumn) == kAbsentCode);
  CHECK(store.events.Text(slot, kMessageColumn) == "hello");
  CHECK(store.events.Boolean(slot, kDoneColumn) == 0);
  store.events.Patch(
      slot, std::vector<Cell>{TextCell(kNoteColumn, "noted"), AbsentCell(kMessageColumn)}, 10);
  CHECK(store.events.Text(slot, kMessageColumn) == std::nullopt);
  CHECK(store.events.Text(slot, kNoteColumn) == "noted");
  CHECK(store.events.Id(slot) == "a");
}

TEST_CASE("replacing makes what is not given absent") {
  Store store;
  const Slot slot = store.Insert(5, "a", FullCells());
  store.events.Replace(slot, {}, 2);
  CheckAbsent(store.events, slot);
  CHECK(store.events.Key(slot) == EventKey{5, "a"});
  CHECK(store.events.DictionaryOf(kSourceColumn).size() == 0);
}

TEST_CASE("a dictionary value that stays keeps its code") {
  Store store;
  const Slot slot = store.Insert(5, "a", {TextCell(kSourceColumn, "shop")});
  const DictionaryCode code = store.events.Code(slot, kSourceColumn);
  store.events.Replace(slot, std::vector<Cell>{TextCell(kSourceColumn, "shop")}, 2);
  CHECK(store.events.Code(slot, kSourceColumn) == code);
  store.events.Patch(slot, std::vector<Cell>{TextCell(kSourceColumn, "shop")}, 3);
  CHECK(store.events.Code(slot, kSourceColumn) == code);
  CHECK(store.events.DictionaryOf(kSourceColumn).Uses(code) == 1);
}

TEST_CASE("dictionary values go with the last row that uses them") {
  Store store;
  const Dictionary& sources = store.events.DictionaryOf(kSourceColumn);
  const Slot a = store.Insert(1, "a", {TextCell(kSourceColumn, "shop")});
  const Slot b = store.Insert(2, "b", {TextCell(kSourceColumn, "shop")});
  store.Insert(3, "c", {TextCell(kSourceColumn, "chat")});
  CHECK(sources.size() == 2);
  store.events.Remove(a);
  CHECK(sources.size() == 2);
  store.events.Patch(b, std::vector<Cell>{TextCell(kSourceColumn, "chat")}, 2);
  CHECK(sources.size() == 1);
  CHECK(sources.Uses(store.events.Code(b, kSourceColumn)) == 2);
}

TEST_CASE("a row id names an event at a place in time, whenever the window comes by") {
  Store store;
  const Slot a = store.Insert(1, "a");
  const uint64_t first = store.events.RowId(a);
  CHECK(first < 1ULL << 53);
  CHECK(store.events.RowId(store.Insert(1, "b")) != first);
  store.events.Move(a, 2);
  CHECK(store.events.RowId(a) != first);
  CHECK(store.events.Timestamp(a) == 2);
  store.events.Move(a, 1);
  CHECK(store.events.RowId(a) == first);
  store.events.Clear();
  CHECK(store.events.RowId(store.Insert(1, "a")) == first);
}

TEST_CASE("versions of any size and in any order are held") {
  Store store;
  const std::vector<uint64_t> versions = {1ULL << 40, (1ULL << 40) + 5, 1,
                                          0,          (1ULL << 53) - 1, 300};
  std::vector<Slot> slots;
  for (const uint64_t version : versions) {
    slots.push_back(store.Insert(1, "id" + std::to_string(version), {}, version));
    for (size_t i = 0; i < slots.size(); ++i) CHECK(store.events.Version(slots[i]) == versions[i]);
  }
  store.events.SetVersion(slots[0], 7);
  CHECK(store.events.Version(slots[0]) == 7);
}

TEST_CASE("differences are the columns whose values are not the row's") {
  Store store;
  const Slot slot = store.Insert(5, "a", FullCells());
  const auto patch = [&](const std::vector<Cell>& cells) {
    return store.events.Differences(slot, cells, false);
  };
  const auto whole = [&](const std::vector<Cell>& cells) {
    return store.events.Differences(slot, cells, true);
  };
  CHECK(patch(FullCells()) == 0);
  CHECK(whole(FullCells()) == 0);
  CHECK(patch({}) == 0);
  CHECK(whole({}) == (MaskOf(kSourceColumn) | MaskOf(kMessageColumn) | MaskOf(kAmountColumn) |
                      MaskOf(kDoneColumn) | MaskOf(kNoteColumn)));
  CHECK(patch({NumberCell(2.5), TextCell(kNoteColumn, "x")}) == MaskOf(kNoteColumn));
  CHECK(patch({NumberCell(2), BooleanCell(true)}) == (MaskOf(kAmountColumn) | MaskOf(kDoneColumn)));
  CHECK(patch({AbsentCell(kSourceColumn), AbsentCell(kMessageColumn)}) ==
        (MaskOf(kSourceColumn) | MaskOf(kMessageColumn)));
  CHECK(patch({TextCell(kSourceColumn, "shop"), TextCell(kMessageColumn, "hellO")}) ==
        MaskOf(kMessageColumn));
  store.events.Replace(slot, {}, 2);
  CHECK(whole({}) == 0);
  CHECK(patch({AbsentCell(kSourceColumn), AbsentCell(kAmountColumn), AbsentCell(kDoneColumn)}) ==
        0);
  CHECK(patch({TextCell(kNoteColumn, "")}) == MaskOf(kNoteColumn));
}

TEST_CASE("rows are narrowed by the codes of a dictionary column, of any width") {
  for (const int values : {10, 300, 70'000}) {
    CAPTURE(values);
    Store store;
    for (int i = 0; i < values; ++i) {
      const std::string source = "source" + std::to_string(i);
      store.Insert(i, "id" + std::to_string(i), {TextCell(kSourceColumn, source)});
    }
    const Slot absent = store.Insert(0, "absent");
    const Slot gone = store.Insert(0, "gone", {TextCell(kSourceColumn, "source5")});
    store.events.Remove(gone);
    std::vector<uint8_t> verdicts(store.events.DictionaryOf(kSourceColumn).code_limit());
    const Slot wanted = *store.events.Find("id5");
    verdicts[static_cast<uint32_t>(store.events.Code(wanted, kSourceColumn))] = 1;
    for (const bool keep_absent : {false, true}) {
      std::vector<uint64_t> bits;
      store.events.MarkRows(&bits);
      store.events.KeepCodes(kSourceColumn, verdicts, keep_absent, bits);
      std::vector<uint64_t> expected(bits.size());
      const auto mark = [&](Slot slot) {
        expected[static_cast<uint32_t>(slot) / 64] |= 1ULL << (static_cast<uint32_t>(slot) % 64);
      };
      mark(wanted);
      if (keep_absent) mark(absent);
      CHECK(bits == expected);
    }
  }
}

TEST_CASE("a cleared store is empty and can be used again") {
  Store store;
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = "id" + std::to_string(i);
    store.Insert(i, id, {TextCell(kSourceColumn, id), TextCell(kMessageColumn, "message " + id)});
  }
  store.events.Clear();
  CHECK(store.events.size() == 0);
  CHECK(store.events.Find("id5") == std::nullopt);
  CHECK(store.events.DictionaryOf(kSourceColumn).size() == 0);
  CHECK(store.events.texts().live_bytes() == 0);
  CHECK(store.events.texts().allocated_bytes() == 0);
  const Slot slot = store.Insert(1, "id5", {TextCell(kMessageColumn, "new")});
  CHECK(store.events.Text(slot, kMessageColumn) == "new");
  CHECK(store.events.Code(slot, kSourceColumn) == kAbsentCode);
}

TEST_CASE("a schema without cells, and one with many columns of a type, are held") {
  const Schema smallest({{"timestamp", ColumnType::kTimestamp}, {"id", ColumnType::kId}});
  EventStore bare(smallest, {});
  const Slot slot = bare.Insert({1, "a"}, {}, 1);
  CHECK(bare.Key(slot) == EventKey{1, "a"});

  std::vector<Column> columns = {{"id", ColumnType::kId}, {"timestamp", ColumnType::kTimestamp}};
  constexpr ColumnType kTypes[] = {ColumnType::kText, ColumnType::kDictionary, ColumnType::kNumber,
                                   ColumnType::kBoolean};
  while (columns.size() < kMaxColumns) {
    columns.push_back({"column" + std::to_string(columns.size()), kTypes[columns.size() % 4]});
  }
  const Schema wide(columns);
  EventStore store(wide, {});
  std::vector<Cell> cells;
  for (uint32_t column = 2; column < kMaxColumns; ++column) {
    Cell cell;
    cell.column = column;
    cell.number = column;
    cell.boolean = column % 8 == 3;
    cell.text = wide[column].name;
    cells.push_back(cell);
  }
  const Slot row = store.Insert({1, "a"}, cells, 1);
  for (uint32_t column = 2; column < kMaxColumns; ++column) {
    switch (wide[column].type) {
      case ColumnType::kText:
        CHECK(store.Text(row, column) == wide[column].name);
        break;
      case ColumnType::kDictionary:
        CHECK(store.DictionaryOf(column).Value(store.Code(row, column)) == wide[column].name);
        break;
      case ColumnType::kNumber:
        CHECK(store.Number(row, column) == column);
        break;
      default:
        CHECK(store.Boolean(row, column) == (column % 8 == 3 ? 1 : 0));
        break;
    }
  }
}

}  // namespace
}  // namespace eventglass::test
