#include "decode/schema.h"

#include <cassert>
#include <unordered_set>
#include <utility>

namespace eventglass {

std::string Schema::Problem(const std::vector<Column>& columns) {
  if (columns.size() > kMaxColumns) {
    return "a schema has at most " + std::to_string(kMaxColumns) + " columns";
  }
  uint32_t ids = 0;
  uint32_t timestamps = 0;
  std::unordered_set<std::string_view> names;
  for (const Column& column : columns) {
    if (column.name.empty()) return "a column has no name";
    if (!names.insert(column.name).second) return "column '" + column.name + "' is named twice";
    if (column.type > ColumnType::kBoolean) return "column '" + column.name + "' has no known type";
    ids += column.type == ColumnType::kId ? 1 : 0;
    timestamps += column.type == ColumnType::kTimestamp ? 1 : 0;
  }
  if (ids != 1) return "a schema has exactly one column of type id";
  if (timestamps != 1) return "a schema has exactly one column of type timestamp";
  return {};
}

Schema::Schema(std::vector<Column> columns) : columns_(std::move(columns)) {
  assert(Problem(columns_).empty());
  for (uint32_t i = 0; i < size(); ++i) {
    if (columns_[i].type == ColumnType::kId) id_column_ = i;
    if (columns_[i].type == ColumnType::kTimestamp) timestamp_column_ = i;
  }
}

uint32_t Schema::Find(std::string_view name, uint32_t hint) const {
  for (uint32_t step = 0; step < size(); ++step) {
    const uint32_t index = (hint + step) % size();
    if (columns_[index].name == name) return index;
  }
  return kNotFound;
}

}  // namespace eventglass
