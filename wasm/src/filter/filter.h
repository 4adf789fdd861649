// What rows a view shows, written in the language of docs/filter.md.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "decode/schema.h"
#include "filter/filter_error.h"
#include "filter/needle.h"
#include "filter/time_span.h"
#include "store/event_store.h"

namespace eventglass {

// What one value of a text, dictionary or id column asks of the string in the row.
struct StringTest {
  enum class Kind : uint8_t { kContains, kEquals, kBegins };

  bool Accepts(std::string_view text) const {
    switch (kind) {
      case Kind::kContains:
        return needle.IsIn(text);
      case Kind::kEquals:
        return needle.Equals(text);
      case Kind::kBegins:
        return needle.Begins(text);
    }
    return false;
  }

  Kind kind;
  Needle needle;
};

// Both ends are in it. The default has every number.
struct NumberRange {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();

  bool Contains(double number) const { return number >= min && number <= max; }  // false for NaN
};

// A condition on one column, or a word to find in any text column: holds where one of its values
// accepts what the row has there. A word is a term for texts, and one for each dictionary column.
struct FilterTerm {
  static constexpr uint32_t kEveryTextColumn = UINT32_MAX;
  // The row's version, as a number: no column, and beyond those of any schema.
  static constexpr uint32_t kVersion = kMaxColumns;

  uint32_t column = kEveryTextColumn;
  ColumnType type = ColumnType::kText;
  bool is_negated = false;           // then it is for the rows that it would not be for
  std::vector<StringTest> strings;   // kText, kDictionary, kId
  std::vector<NumberRange> numbers;  // kNumber
  std::vector<TimeSpan> times;       // kTimestamp
  uint8_t booleans = 0;              // kBoolean: bit 0 accepts false, bit 1 true
};

// Filters that were made of each other share terms.
using FilterTerms = std::vector<std::shared_ptr<const FilterTerm>>;

struct FilterNode {
  enum class Kind : uint8_t { kAll, kAny, kTerm };

  // A group, with groups of its own kind taken apart and the cheapest members first.
  static FilterNode Group(Kind kind, std::vector<FilterNode> members);

  Kind kind = Kind::kAll;
  uint32_t term = 0;  // kTerm: its index
  uint32_t cost = 0;  // relative to others
  std::vector<FilterNode> members;
};

// A filter of one schema. Immutable once made, and cheap to copy; the default matches every row.
class Filter {
 public:
  Filter() = default;

  // The filter, or nothing and the first error in the text. Any bytes may be given.
  static std::optional<Filter> Parse(std::string_view text, const Schema& schema,
                                     FilterError* error);

  // Matches what both match. REQUIRES: both are of one schema
  static Filter And(const Filter& a, const Filter& b);

  bool matches_all() const { return root_.kind == FilterNode::Kind::kAll && root_.members.empty(); }
  // The columns whose values decide if a row matches, id, timestamp and FilterTerm::kVersion
  // included.
  ColumnMask used_columns() const { return used_columns_; }

  // Nodes name terms by their index. Negation is in the terms alone.
  const FilterNode& root() const { return root_; }
  const FilterTerms& terms() const { return terms_; }

 private:
  FilterTerms terms_;
  FilterNode root_;
  ColumnMask used_columns_ = 0;
};

}  // namespace eventglass
