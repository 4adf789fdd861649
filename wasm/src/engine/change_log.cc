#include "engine/change_log.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace eventglass {

void ChangeLog::Add(Slot slot, ColumnMask columns, uint64_t version) {
  if (ring_.size() < kMaxChanges) {
    ring_.push_back({version, columns, slot});
  } else {
    Change& oldest = ring_[added_ % kMaxChanges];
    known_since_ = std::max(known_since_, oldest.version);
    oldest = {version, columns, slot};
  }
  ++added_;
}

void ChangeLog::Forget(uint64_t version) {
  ring_.clear();
  added_ = 0;
  known_since_ = version;
}

void ChangeLog::ColumnsSince(uint64_t since, std::span<const Slot> rows,
                             std::span<ColumnMask> masks) const {
  assert(Knows(since) && rows.size() == masks.size());
  std::fill(masks.begin(), masks.end(), 0);
  std::vector<std::pair<Slot, uint32_t>> places;  // of the rows, by slot
  for (uint32_t i = 0; i < rows.size(); ++i) places.emplace_back(rows[i], i);
  std::sort(places.begin(), places.end());
  // From the newest back to the first that is not asked for.
  for (uint64_t back = 1; back <= ring_.size(); ++back) {
    const Change& change = ring_[(added_ - back) % ring_.size()];
    if (change.version <= since) break;
    auto place = std::lower_bound(places.begin(), places.end(), std::pair(change.slot, 0U));
    for (; place != places.end() && place->first == change.slot; ++place) {
      masks[place->second] |= change.columns;
    }
  }
}

}  // namespace eventglass
