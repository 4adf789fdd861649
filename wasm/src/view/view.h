// A filter and an order over the window: what row indexes mean.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "filter/filter.h"
#include "filter/matcher.h"
#include "order/rank_tree.h"
#include "store/event_store.h"

namespace eventglass {

// Row indexes in [begin, end).
struct RowRange {
  uint32_t begin = 0;
  uint32_t end = 0;

  uint32_t size() const { return end - begin; }
};

enum class Direction : uint8_t { kAscending, kDescending };

// Rows that match a filter, by time or by another column, and rows that are equal there by time.
// Rows without a value in the column come last in either direction; all others, those that are
// equal included, stand the other way round in descending order.
//
// A view is up to date with every change of the window, which tells it before and after. Without a
// filter, in the order of time, it is the window's own order and takes no memory; else it costs 4
// to 5 bytes a row for each order that it keeps, and a bit for each slot.
class View {
 public:
  // Takes O(n), or O(n log n) where it sorts. `store` and `by_time`, the order of the window,
  // outlive the view.
  View(const EventStore& store, const RankTree& by_time, Filter filter, const RowOrder& order,
       Direction direction);

  const Filter& filter() const { return matcher_.filter(); }
  const RowOrder& order() const { return rows().order(); }
  Direction direction() const { return direction_; }

  // A name for it among the views of its window, given once; 0 until then.
  uint32_t number() const { return number_; }
  void set_number(uint32_t number) { number_ = number; }

  uint32_t row_count() const { return rows().size(); }

  // The part of a range that the view has.
  RowRange Clamp(RowRange range) const;

  // The row at an index. REQUIRES: index < row_count()
  Slot Select(uint32_t index) const;

  // Appends the rows of a range to `slots`. REQUIRES: the view has the range
  void CopyRange(RowRange range, std::vector<Slot>* slots) const;

  // Whether the view shows a row of the window.
  bool Has(Slot slot) const;
  // The row index of a row, or nothing where the view does not show it.
  std::optional<uint32_t> IndexOf(Slot slot) const;
  // Rows before `slot`, which need not be in the view.
  uint32_t RankOf(Slot slot) const;
  // Rows before a key. REQUIRES: order().is_by_time()
  uint32_t RankOfKey(const EventKey& key) const;

  // Number of rows in each of `buckets.size()` equal parts of [begin_ms, end_ms): a row is in part
  // b if begin_ms + b * width <= timestamp < begin_ms + (b + 1) * width, computed in doubles.
  void CountBuckets(double begin_ms, double end_ms, std::span<uint32_t> buckets) const;

  struct ValueCount {
    std::string_view value;
    uint32_t count = 0;  // rows that have it
  };
  struct Facet {
    std::vector<ValueCount> values;  // the most frequent, ties by value
    uint32_t distinct_count = 0;     // of all values that rows have
    uint32_t missing_count = 0;      // rows without a value
  };
  // The values of a dictionary column, `limit` of them at most. With a filter the first call looks
  // at all rows, and counts are kept from then on; else a call takes O(values of the column). What
  // it returns lives until the store changes. REQUIRES: the column's type
  Facet CountValues(uint32_t column, uint32_t limit);

  // --- For the window ---------------------------------------------------------------------------

  // A row is in the window from now on.
  void Add(Slot slot);
  // A row is about to leave it, or to move in time.
  void Remove(Slot slot);
  // The columns of a row are about to change, and have changed: those that differ, and
  // FilterTerm::kVersion. Its time stays.
  void BeforeChange(Slot slot, ColumnMask columns);
  void AfterChange(Slot slot, ColumnMask columns);
  // Every row has left the window.
  void Clear();

 private:
  // Rows by code of one dictionary column.
  struct FacetCounts {
    uint32_t column;
    std::vector<uint32_t> by_code;
  };

  bool is_filtered() const { return own_by_time_ != nullptr; }
  void SetMember(Slot slot, bool member);
  // Calls `visit` with each row, in no order. REQUIRES: is_filtered()
  template <typename Visit>
  void ForEachMember(Visit visit) const;
  void Fill();
  void Show(Slot slot);
  static void Sort(const RowOrder& order, std::vector<Slot>* slots);
  // Whether a change of these columns changes a row's place in own_by_column_.
  bool Places(ColumnMask columns) const;
  void CountFacets(Slot slot, ColumnMask columns, int difference);
  static void CountFacet(const EventStore& store, Slot slot, int difference, FacetCounts* counts);
  const FacetCounts& CountsOf(uint32_t column);

  const RankTree& by_time() const { return own_by_time_ ? *own_by_time_ : window_by_time_; }
  const RankTree& rows() const { return own_by_column_ ? *own_by_column_ : by_time(); }
  // Rows with a value, which are those that a descending order turns round.
  uint32_t TurnedRows() const;

  const EventStore& store_;
  const RankTree& window_by_time_;
  const Direction direction_;
  uint32_t number_ = 0;

  Matcher matcher_;
  std::unique_ptr<RankTree> own_by_time_;    // where the filter does not match every row
  std::unique_ptr<RankTree> own_by_column_;  // where the order is not that of time
  std::vector<uint64_t> members_;            // bit per slot; used with a filter
  std::vector<FacetCounts> facets_;          // used with a filter
};

}  // namespace eventglass
