// The columns of an event, named by the embedder. Nothing in the engine knows a particular
// backend's fields.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eventglass {

// The numbers are part of the row block layout (docs/row_block.md).
enum class ColumnType : uint8_t {
  kId = 0,
  kTimestamp = 1,
  kDictionary = 2,
  kText = 3,
  kNumber = 4,
  kBoolean = 5,
};

struct Column {
  std::string name;
  ColumnType type;
};

inline constexpr uint32_t kMaxColumns = 256;  // one byte of a code; display tables have dozens

// A validated list of columns, in the embedder's order.
//
// Invariants: 2 to kMaxColumns columns, names distinct and not empty, exactly one kId and one
// kTimestamp. Immutable, so one schema can be shared by every part of an engine.
class Schema {
 public:
  // What is wrong with `columns`, or an empty string when a schema can be made of them.
  static std::string Problem(const std::vector<Column>& columns);

  // REQUIRES: Problem(columns).empty()
  explicit Schema(std::vector<Column> columns);

  const std::vector<Column>& columns() const { return columns_; }
  uint32_t size() const { return static_cast<uint32_t>(columns_.size()); }
  const Column& operator[](uint32_t index) const { return columns_[index]; }
  uint32_t id_column() const { return id_column_; }
  uint32_t timestamp_column() const { return timestamp_column_; }

  static constexpr uint32_t kNotFound = UINT32_MAX;

  // Index of the column called `name`, or kNotFound. Events name their fields in the same order
  // again and again, so the search begins at `hint`, the column after the one found last.
  uint32_t Find(std::string_view name, uint32_t hint) const;

 private:
  const std::vector<Column> columns_;
  uint32_t id_column_ = 0;
  uint32_t timestamp_column_ = 0;
};

}  // namespace eventglass
