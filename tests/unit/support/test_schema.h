// A schema with a column of every type, and cells for it.
#pragma once

#include <string_view>
#include <vector>

#include "decode/mutation.h"
#include "decode/schema.h"

namespace eventglass::test {

enum TestColumn : uint32_t {
  kIdColumn,
  kTimeColumn,
  kSourceColumn,
  kMessageColumn,
  kAmountColumn,
  kDoneColumn,
  kNoteColumn,
};

inline Schema TestSchema() {
  return Schema({{"id", ColumnType::kId},
                 {"timestamp", ColumnType::kTimestamp},
                 {"source", ColumnType::kDictionary},
                 {"message", ColumnType::kText},
                 {"amount", ColumnType::kNumber},
                 {"done", ColumnType::kBoolean},
                 {"note", ColumnType::kText}});
}

inline Cell TextCell(uint32_t column, std::string_view text) {
  Cell cell;
  cell.column = column;
  cell.text = text;
  return cell;
}

inline Cell NumberCell(double number) {
  Cell cell;
  cell.column = kAmountColumn;
  cell.number = number;
  return cell;
}

inline Cell BooleanCell(bool boolean) {
  Cell cell;
  cell.column = kDoneColumn;
  cell.boolean = boolean;
  return cell;
}

inline Cell AbsentCell(uint32_t column) {
  Cell cell;
  cell.column = column;
  cell.absent = true;
  return cell;
}

}  // namespace eventglass::test
