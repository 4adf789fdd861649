#include "order/coverage.h"

#include <cassert>

namespace eventglass {

bool Coverage::Touches(const KeyRange& range) const {
  if (empty_) return true;
  const auto ends_before = [](const KeyRange& left, const KeyRange& right) {
    return !left.end.open && !right.begin.open && left.end.key() < right.begin.key();
  };
  return !ends_before(range, range_) && !ends_before(range_, range);
}

void Coverage::Add(const KeyRange& range) {
  assert(Touches(range));
  if (empty_) {
    range_ = range;
    empty_ = false;
    return;
  }
  if (range.begin.open || (!range_.begin.open && range.begin.key() < range_.begin.key())) {
    range_.begin = range.begin;
  }
  if (range.end.open || (!range_.end.open && range_.end.key() < range.end.key())) {
    range_.end = range.end;
  }
}

void Coverage::CutTo(const KeyRange& range) {
  if (empty_) return;
  if (!range.begin.open && (range_.begin.open || range_.begin.key() < range.begin.key())) {
    range_.begin = range.begin;
  }
  if (!range.end.open && (range_.end.open || range.end.key() < range_.end.key())) {
    range_.end = range.end;
  }
  const bool is_nothing =
      !range_.begin.open && !range_.end.open && range_.end.key() <= range_.begin.key();
  if (is_nothing) Clear();
}

}  // namespace eventglass
