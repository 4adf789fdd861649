// A filter and an order over the window: what row indexes mean. This one shows every row of the
// window in the order of time.
#pragma once

#include <cstdint>
#include <vector>

#include "order/time_order.h"
#include "store/event_store.h"

namespace eventglass {

// Row indexes in [begin, end).
struct RowRange {
  uint32_t begin = 0;
  uint32_t end = 0;

  uint32_t size() const { return end - begin; }
};

class View {
 public:
  explicit View(const TimeOrder& order) : order_(order) {}  // `order` outlives the view

  uint32_t row_count() const { return order_.size(); }

  // The part of a range that the view has.
  RowRange Clamp(RowRange range) const {
    const uint32_t end = range.end < row_count() ? range.end : row_count();
    return {range.begin < end ? range.begin : end, end};
  }

  uint32_t Rank(const EventKey& key) const { return order_.Rank(key); }
  Slot Select(uint32_t index) const {
    return order_.Select(index);
  }  // REQUIRES: index < row_count()

  // Appends the rows of a range to `slots`. REQUIRES: the view has the range
  void CopyRange(RowRange range, std::vector<Slot>* slots) const {
    order_.CopyRange(range.begin, range.end, slots);
  }

 private:
  const TimeOrder& order_;
};

}  // namespace eventglass
