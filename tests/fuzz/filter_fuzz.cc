// Arbitrary bytes as a filter: an error lies within them, and a filter matches by row what it keeps
// of all.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "filter/matcher.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

struct Rows {
  Rows() {
    const auto insert = [&](int64_t timestamp, std::string_view id, std::vector<Cell> cells) {
      store.Insert({timestamp, id}, cells, 1);
    };
    insert(0, "a", {});
    insert(1795478400000, "evt_1", {TextCell(kSourceColumn, "Shop"), NumberCell(10)});
    insert(-1, "\u212A",
           {TextCell(kMessageColumn, "The request timed out after 30 seconds; \u017Fee the log."),
            TextCell(kNoteColumn, "Größe"), BooleanCell(true)});
    insert(1795516215123, "b",
           {TextCell(kSourceColumn, "sHoP"), TextCell(kMessageColumn, "aaaaaaaaaaaaaaaaaaaaaab"),
            NumberCell(-0.0), BooleanCell(false)});
    insert(5, "c", {TextCell(kSourceColumn, ""), TextCell(kNoteColumn, "")});
  }

  Schema schema = TestSchema();
  EventStore store{schema, {1, 2}};
};

void Check(std::string_view text) {
  static const Rows rows;
  FilterError error;
  const auto filter = Filter::Parse(text, rows.schema, &error);
  if (!filter) {
    Require(error.begin <= error.end && error.end <= text.size() && !error.expected.empty());
    return;
  }
  const Filter filters[] = {*filter, Filter::And(*filter, *filter)};
  std::vector<uint64_t> kept[2];
  for (size_t i = 0; i < 2; ++i) {
    Matcher matcher(filters[i], rows.store);
    rows.store.MarkRows(&kept[i]);
    matcher.Keep(kept[i]);
    for (uint32_t row = 0; row < rows.store.size(); ++row) {
      Require(matcher.Matches(Slot{row}) == ((kept[i][0] >> row & 1) != 0));
    }
  }
  Require(kept[0] == kept[1]);
}

}  // namespace
}  // namespace eventglass::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eventglass::test::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
