// What it means for one row to come before another.
#pragma once

#include <bit>
#include <cmath>
#include <compare>
#include <cstdint>
#include <string_view>

#include "store/event_store.h"

namespace eventglass {

// Rows by one column, and rows that are equal there by (timestamp, id); by the timestamp column,
// which is the order of events, or by any other. Texts and ids compare byte by byte. Rows without a
// value come last.
//
// A row has a prefix: 64 bits that compare as rows do wherever they differ. Trees keep prefixes at
// hand, and look at rows only where they are equal.
class RowOrder {
 public:
  // `store` outlives the order. REQUIRES: column < store.schema().size()
  RowOrder(const EventStore& store, uint32_t column)
      : store_(store), column_(column), type_(store.schema()[column].type) {}

  uint32_t column() const { return column_; }
  bool is_by_time() const { return type_ == ColumnType::kTimestamp; }

  // Of rows without a value.
  static constexpr uint64_t kAbsentPrefix = UINT64_MAX;

  static uint64_t TimePrefix(int64_t timestamp) {
    return static_cast<uint64_t>(timestamp) ^ 1ULL << 63;
  }

  uint64_t Prefix(Slot slot) const {
    if (is_by_time()) return TimePrefix(store_.Timestamp(slot));
    return ColumnPrefix(slot);
  }

  bool HasValue(Slot slot) const { return is_by_time() || Prefix(slot) != kAbsentPrefix; }

  // Whether row `a` comes before row `b`. REQUIRES: their prefixes are equal
  bool IsBeforeAtEqualPrefix(Slot a, Slot b) const {
    if (is_by_time()) return store_.Id(a) < store_.Id(b);
    const std::strong_ordering texts = CompareTexts(a, b);
    if (texts != std::strong_ordering::equal) return texts == std::strong_ordering::less;
    return store_.Key(a) < store_.Key(b);
  }

  // Whether row `a`, at the time of a key, comes before it. REQUIRES: is_by_time()
  bool IsBeforeId(Slot a, std::string_view id) const { return store_.Id(a) < id; }

  bool IsBefore(Slot a, Slot b) const {
    const uint64_t prefix_a = Prefix(a);
    const uint64_t prefix_b = Prefix(b);
    return prefix_a == prefix_b ? IsBeforeAtEqualPrefix(a, b) : prefix_a < prefix_b;
  }

 private:
  uint64_t ColumnPrefix(Slot slot) const;
  // Of columns of strings, equal for all others: a prefix is all of a number.
  std::strong_ordering CompareTexts(Slot a, Slot b) const;

  const EventStore& store_;
  uint32_t column_;
  ColumnType type_;
};

}  // namespace eventglass
