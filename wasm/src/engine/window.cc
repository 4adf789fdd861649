#include "engine/window.h"

#include <cassert>
#include <vector>

namespace eventglass {

Window::Window(const Schema& schema, HashSeed seed, Capacity capacity)
    : capacity_(capacity), store_(schema, seed), order_(store_), tombstones_(seed) {
  assert(capacity.rows > 0);
}

void Window::Apply(const MutationList& list, ApplyCounts* counts) {
  const std::span<const Cell> cells(list.cells);
  for (size_t i = 0; i < list.mutations.size(); ++i) {
    const Mutation& mutation = list.mutations[i];
    const auto own = cells.subspan(mutation.cell_begin, mutation.cell_end - mutation.cell_begin);
    if (const Cell* unfit = store_.FirstUnfit(own)) {
      counts->skipped.Add(list.positions[i], SkipCode::kDictionaryFull,
                          store_.schema()[unfit->column].name);
      continue;
    }
    ApplyOne(mutation, own, mutation.seq, counts);
  }
}

void Window::ApplyPage(const MutationList& page, uint64_t version, const KeyRange& covered,
                       ApplyCounts* counts) {
  coverage_.Add(covered);
  const std::span<const Cell> cells(page.cells);
  for (size_t i = 0; i < page.mutations.size(); ++i) {
    const Mutation& event = page.mutations[i];
    const auto own = cells.subspan(event.cell_begin, event.cell_end - event.cell_begin);
    if (const Cell* unfit = store_.FirstUnfit(own)) {
      counts->skipped.Add(page.positions[i], SkipCode::kDictionaryFull,
                          store_.schema()[unfit->column].name);
      continue;
    }
    if (!covered.Contains({event.timestamp, event.id})) {
      counts->skipped.Add(page.positions[i], SkipCode::kOutsidePage, {});
      continue;
    }
    ApplyOne(event, own, version, counts);
  }
  // A page with faults does not prove that what it lacks is gone.
  if (counts->skipped.count == 0) RemoveOlderThan(version, covered, counts);
}

void Window::ApplyOne(const Mutation& mutation, std::span<const Cell> cells, uint64_t version,
                      ApplyCounts* counts) {
  if (tombstones_.SeqOf(mutation.id) > version) {
    ++counts->stale;
    return;
  }
  switch (mutation.op) {
    case MutationOp::kPut:
      Put(mutation, cells, version, counts);
      break;
    case MutationOp::kPatch:
      Patch(mutation, cells, version, counts);
      break;
    case MutationOp::kDelete:
      Delete(mutation, version, counts);
      break;
  }
  EvictOverCapacity(counts);
}

void Window::Put(const Mutation& mutation, std::span<const Cell> cells, uint64_t version,
                 ApplyCounts* counts) {
  const EventKey key{mutation.timestamp, mutation.id};
  const std::optional<Slot> row = store_.Find(mutation.id);
  if (row && store_.Version(*row) >= version) {
    ++counts->stale;
    return;
  }
  if (!coverage_.Contains(key)) return LeaveCoverage(mutation, row, counts);
  if (!row) {
    order_.Insert(store_.Insert(key, cells, version));
    ++counts->inserted;
    return;
  }
  const bool moves = store_.Timestamp(*row) != key.timestamp;
  if (moves) MoveRow(*row, key.timestamp);
  store_.Replace(*row, cells, version);
  ++(moves ? counts->moved : counts->updated);
}

void Window::Patch(const Mutation& mutation, std::span<const Cell> cells, uint64_t version,
                   ApplyCounts* counts) {
  const std::optional<Slot> row = store_.Find(mutation.id);
  if (!row) {
    ++counts->unknown;
    return;
  }
  if (store_.Version(*row) >= version) {
    ++counts->stale;
    return;
  }
  const bool moves = mutation.has_timestamp && store_.Timestamp(*row) != mutation.timestamp;
  if (moves) {
    if (!coverage_.Contains({mutation.timestamp, mutation.id})) {
      return LeaveCoverage(mutation, row, counts);
    }
    MoveRow(*row, mutation.timestamp);
  }
  store_.Patch(*row, cells, version);
  ++(moves ? counts->moved : counts->updated);
}

void Window::Delete(const Mutation& mutation, uint64_t version, ApplyCounts* counts) {
  const std::optional<Slot> row = store_.Find(mutation.id);
  if (row && store_.Version(*row) >= version) {
    ++counts->stale;
    return;
  }
  tombstones_.Add(mutation.id, version);
  if (!row) {
    ++counts->unknown;
    return;
  }
  RemoveRow(*row);
  ++counts->deleted;
}

void Window::LeaveCoverage(const Mutation& mutation, std::optional<Slot> row, ApplyCounts* counts) {
  const EventKey key{mutation.timestamp, mutation.id};
  // Not for the events of a page that eviction has cut: another page, older than that one, may hold
  // them where they still are.
  if (mutation.seq > 0) tombstones_.Add(key.id, mutation.seq);
  const bool is_newer = !coverage_.empty() && coverage_.range().IsBefore(key);
  ++(is_newer ? counts->outside_newer : counts->outside_older);
  if (!row) return;
  RemoveRow(*row);
  ++counts->deleted;
}

void Window::MoveRow(Slot row, int64_t timestamp) {
  order_.Erase(row);
  store_.Move(row, timestamp);
  order_.Insert(row);
}

void Window::RemoveRow(Slot row) {
  order_.Erase(row);
  store_.Remove(row);
}

void Window::RemoveOlderThan(uint64_t version, const KeyRange& range, ApplyCounts* counts) {
  const uint32_t begin = range.begin.open ? 0 : order_.Rank(range.begin.key());
  const uint32_t end = range.end.open ? order_.size() : order_.Rank(range.end.key());
  std::vector<Slot> rows;
  order_.CopyRange(begin, end, &rows);
  for (const Slot row : rows) {
    if (store_.Version(row) >= version) continue;
    RemoveRow(row);
    ++counts->deleted;
  }
}

bool Window::IsOverCapacity() const {
  return store_.size() > capacity_.rows ||
         (store_.texts().live_bytes() > capacity_.text_bytes && store_.size() > 1);
}

void Window::EvictOverCapacity(ApplyCounts* counts) {
  while (IsOverCapacity()) {
    const bool oldest = eviction_side_ == EvictionSide::kOldest;
    const Slot row = order_.Select(oldest ? 0 : order_.size() - 1);
    if (oldest) {
      coverage_.DropThrough(store_.Key(row));
    } else {
      coverage_.DropFrom(store_.Key(row));
    }
    RemoveRow(row);
    ++counts->evicted;
  }
}

void Window::Clear() {
  order_.Clear();
  store_.Clear();
  coverage_.Clear();
}

}  // namespace eventglass
