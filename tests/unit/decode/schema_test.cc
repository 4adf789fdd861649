#include "decode/schema.h"

#include <doctest/doctest.h>

#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

using Columns = std::vector<Column>;

const Column kId{"id", ColumnType::kId};
const Column kTime{"timestamp", ColumnType::kTimestamp};

// An id, a timestamp and texts, `count` columns together.
Columns ManyColumns(uint32_t count) {
  Columns columns = {kId, kTime};
  while (columns.size() < count) {
    columns.push_back({"text" + std::to_string(columns.size()), ColumnType::kText});
  }
  return columns;
}

TEST_CASE("an id and a timestamp make a schema") {
  CHECK(Schema::Problem({kId, kTime}).empty());
  CHECK(Schema::Problem({kTime, kId}).empty());
}

TEST_CASE("a schema names its problem") {
  CHECK(Schema::Problem({}) == "a schema has exactly one column of type id");
  CHECK(Schema::Problem({kTime}) == "a schema has exactly one column of type id");
  CHECK(Schema::Problem({kId}) == "a schema has exactly one column of type timestamp");
  CHECK(Schema::Problem({kId, kTime, {"other", ColumnType::kId}}) ==
        "a schema has exactly one column of type id");
  CHECK(Schema::Problem({kId, kTime, {"other", ColumnType::kTimestamp}}) ==
        "a schema has exactly one column of type timestamp");
  CHECK(Schema::Problem({kId, kTime, {"", ColumnType::kText}}) == "a column has no name");
  CHECK(Schema::Problem({kId, kTime, {"id", ColumnType::kText}}) == "column 'id' is named twice");
  CHECK(Schema::Problem({kId, kTime, {"x", static_cast<ColumnType>(6)}}) ==
        "column 'x' has no known type");
  CHECK(Schema::Problem({kId, kTime, {"x", static_cast<ColumnType>(255)}}) ==
        "column 'x' has no known type");
}

TEST_CASE("a schema has at most kMaxColumns columns") {
  CHECK(Schema::Problem(ManyColumns(kMaxColumns)).empty());
  CHECK(Schema::Problem(ManyColumns(kMaxColumns + 1)) == "a schema has at most 256 columns");
}

TEST_CASE("the id and timestamp columns are known wherever they stand") {
  const Schema schema({{"a", ColumnType::kText}, kTime, {"b", ColumnType::kNumber}, kId});
  CHECK(schema.size() == 4);
  CHECK(schema.timestamp_column() == 1);
  CHECK(schema.id_column() == 3);
}

TEST_CASE("a column is found from every hint") {
  const Schema schema = TestSchema();
  for (uint32_t hint = 0; hint <= schema.size(); ++hint) {
    for (uint32_t column = 0; column < schema.size(); ++column) {
      CHECK(schema.Find(schema[column].name, hint) == column);
    }
    CHECK(schema.Find("unknown", hint) == Schema::kNotFound);
    CHECK(schema.Find("", hint) == Schema::kNotFound);
    CHECK(schema.Find("ID", hint) == Schema::kNotFound);
  }
}

}  // namespace
}  // namespace eventglass::test
