#include "engine/window.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace eventglass {

void ApplyCounts::Add(const ApplyCounts& more) {
  inserted += more.inserted;
  updated += more.updated;
  moved += more.moved;
  deleted += more.deleted;
  stale += more.stale;
  unknown += more.unknown;
  outside_older += more.outside_older;
  outside_newer += more.outside_newer;
  evicted += more.evicted;
  skipped.Add(more.skipped);
}

Window::Window(const Schema& schema, HashSeed seed, Capacity capacity)
    : capacity_(capacity),
      store_(schema, seed),
      order_(RowOrder(store_, schema.timestamp_column())),
      tombstones_(seed) {
  assert(capacity.rows > 0);
}

// --- Batches and pages

void Window::Prepare(const MutationList& list) {
  hashes_.clear();
  for (const Mutation& mutation : list.mutations) hashes_.push_back(store_.HashOf(mutation.id));
  store_.Touch(list, hashes_);
}

// Reports a mutation that the dictionaries have no room for, and answers whether it is one.
bool Window::SkipIfUnfit(std::span<const Cell> cells, uint32_t position,
                         SkipReport* skipped) const {
  const Cell* const unfit = store_.FirstUnfit(cells);
  if (unfit == nullptr) return false;
  skipped->Add(position, SkipCode::kDictionaryFull, store_.schema()[unfit->column].name);
  return true;
}

void Window::Locate(const Mutation& mutation, uint32_t hash, double* at_ms, uint64_t* shown) const {
  const std::optional<Slot> row = store_.Find(mutation.id, hash);
  if (!row) return;
  *at_ms = static_cast<double>(store_.Timestamp(*row));
  for (const auto& view : views_) {
    if (view->number() > 0 && view->Has(*row)) *shown |= uint64_t{1} << (view->number() - 1);
  }
}

void Window::Apply(const MutationList& list, ApplyCounts* counts,
                   std::vector<MutationEffect>* effects) {
  Prepare(list);
  if (effects != nullptr) effects->reserve(effects->size() + list.mutations.size());
  const bool all_fit = store_.HasRoomFor(list.mutations.size());
  const std::span<const Cell> cells(list.cells);
  for (size_t i = 0; i < list.mutations.size(); ++i) {
    const Mutation& mutation = list.mutations[i];
    const auto own = cells.subspan(mutation.cell_begin, mutation.cell_end - mutation.cell_begin);
    MutationEffect effect;
    if (effects != nullptr) Locate(mutation, hashes_[i], &effect.before_ms, &effect.shown_before);
    if (all_fit || !SkipIfUnfit(own, list.positions[i], &counts->skipped)) {
      ApplyOne(mutation, hashes_[i], own, mutation.seq, counts);
    }
    if (effects != nullptr) {
      Locate(mutation, hashes_[i], &effect.after_ms, &effect.shown_after);
      effects->push_back(effect);
    }
  }
  EndBatch(*counts);
}

void Window::BeginPage(uint64_t version, const KeyRange& covered) {
  assert(!page_);
  page_ = OpenPage{version, covered, coverage_, store_.size(), {}};
  // Under way, events of the page's range are held; those who ask hear of what is settled.
  coverage_.Add(covered);
}

void Window::AddToPage(const MutationList& events, bool is_behind, ApplyCounts* counts) {
  assert(page_);
  Prepare(events);
  ApplyCounts own;
  own.skipped.Add(events.skipped);
  const bool all_fit = store_.HasRoomFor(events.mutations.size());
  const std::span<const Cell> cells(events.cells);
  for (size_t i = 0; i < events.mutations.size(); ++i) {
    const Mutation& event = events.mutations[i];
    const auto event_cells = cells.subspan(event.cell_begin, event.cell_end - event.cell_begin);
    if (!all_fit && SkipIfUnfit(event_cells, events.positions[i], &own.skipped)) continue;
    if (!page_->covered.Contains({event.timestamp, event.id})) {
      own.skipped.Add(events.positions[i], SkipCode::kOutsidePage, {});
      continue;
    }
    const bool is_settled = page_->settled.Contains({event.timestamp, event.id});
    if (is_behind && is_settled && !store_.Find(event.id, hashes_[i])) {
      ++own.stale;
      continue;
    }
    ApplyOne(event, hashes_[i], event_cells, page_->version, &own);
  }
  EndBatch(own);
  page_->counts.Add(own);
  counts->Add(own);
}

void Window::EndPage(ApplyCounts* counts) {
  assert(page_);
  ApplyCounts own;
  const OpenPage page = std::move(*page_);
  page_.reset();
  // A page with faults does not prove that what it lacks is gone. Where nothing was before, nothing
  // is older than the page.
  const bool is_complete = page.counts.skipped.count == 0;
  if (is_complete && page.rows_before > 0) RemoveOlderThan(page.version, page.covered, &own);
  EndBatch(own);
  counts->Add(own);
}

void Window::AbortPage() {
  assert(page_);
  Coverage settled = std::move(page_->settled);
  page_.reset();
  if (settled.empty()) return Clear();
  coverage_ = std::move(settled);
  const KeyRange& range = coverage_.range();
  ApplyCounts counts;
  if (!range.end.open) {
    const uint32_t end = order_.RankOfKey(range.end.key());
    counts.deleted += order_.size() - end;
    RemoveRange(end, order_.size());
  }
  if (!range.begin.open) {
    const uint32_t begin = order_.RankOfKey(range.begin.key());
    counts.deleted += begin;
    RemoveRange(0, begin);
  }
  EndBatch(counts);
}

void Window::EndBatch(const ApplyCounts& counts) {
  // Changes were logged under the version that now comes about.
  if (counts.changed()) ++version_;
}

// --- One mutation

void Window::ApplyOne(const Mutation& mutation, uint32_t hash, std::span<const Cell> cells,
                      uint64_t version, ApplyCounts* counts) {
  if (tombstones_.size() > 0 && tombstones_.SeqOf(mutation.id) > version) {
    ++counts->stale;
    return;
  }
  switch (mutation.op) {
    case MutationOp::kPut:
      Put(mutation, hash, cells, version, counts);
      break;
    case MutationOp::kPatch:
      Patch(mutation, hash, cells, version, counts);
      break;
    case MutationOp::kDelete:
      Delete(mutation, hash, version, counts);
      break;
  }
  EvictOverCapacity(counts);
}

void Window::Put(const Mutation& mutation, uint32_t hash, std::span<const Cell> cells,
                 uint64_t version, ApplyCounts* counts) {
  const EventKey key{mutation.timestamp, mutation.id};
  const std::optional<Slot> row = store_.Find(mutation.id, hash);
  if (row && store_.Version(*row) >= version) {
    ++counts->stale;
    return;
  }
  if (!coverage_.Contains(key)) return LeaveCoverage(mutation, hash, row, counts);
  if (row) return Change(*row, key.timestamp, cells, true, version, counts);
  InsertRow(key, hash, cells, version);
  ++counts->inserted;
}

void Window::Patch(const Mutation& mutation, uint32_t hash, std::span<const Cell> cells,
                   uint64_t version, ApplyCounts* counts) {
  const std::optional<Slot> row = store_.Find(mutation.id, hash);
  // What an open page has brought from outside the coverage lacks the batches that came while it
  // was under way. They come again after it, in turn, and none of them may be taken before the
  // others.
  if (!row || (page_ && !page_->settled.Contains(store_.Key(*row)))) {
    ++counts->unknown;
    return;
  }
  if (store_.Version(*row) >= version) {
    ++counts->stale;
    return;
  }
  const int64_t timestamp = mutation.has_timestamp ? mutation.timestamp : store_.Timestamp(*row);
  if (mutation.has_timestamp && !coverage_.Contains({timestamp, mutation.id})) {
    return LeaveCoverage(mutation, hash, row, counts);
  }
  Change(*row, timestamp, cells, false, version, counts);
}

void Window::Delete(const Mutation& mutation, uint32_t hash, uint64_t version,
                    ApplyCounts* counts) {
  const std::optional<Slot> row = store_.Find(mutation.id, hash);
  if (row && store_.Version(*row) >= version) {
    ++counts->stale;
    return;
  }
  tombstones_.Add(mutation.id, version);
  if (!row) {
    ++counts->unknown;
    return;
  }
  RemoveRow(*row, hash);
  ++counts->deleted;
}

void Window::LeaveCoverage(const Mutation& mutation, uint32_t hash, std::optional<Slot> row,
                           ApplyCounts* counts) {
  const EventKey key{mutation.timestamp, mutation.id};
  // Not for the events of a page that eviction has cut: another page, older than that one, may hold
  // them where they still are.
  if (mutation.seq > 0) tombstones_.Add(key.id, mutation.seq);
  const bool is_newer = !coverage_.empty() && coverage_.range().IsBefore(key);
  ++(is_newer ? counts->outside_newer : counts->outside_older);
  if (!row) return;
  RemoveRow(*row, hash);
  ++counts->deleted;
}

// --- Rows

void Window::InsertRow(const EventKey& key, uint32_t hash, std::span<const Cell> cells,
                       uint64_t version) {
  const Slot row = store_.Insert(key, hash, cells, version);
  order_.Insert(row);
  for (const auto& view : views_) view->Add(row);
  changes_.Add(row, kAllColumns, version_ + 1);
}

void Window::Change(Slot row, int64_t timestamp, std::span<const Cell> cells, bool whole,
                    uint64_t version, ApplyCounts* counts) {
  const bool moves = store_.Timestamp(row) != timestamp;
  const ColumnMask columns = moves ? kAllColumns : store_.Differences(row, cells, whole);
  ++(moves ? counts->moved : counts->updated);
  const ColumnMask changed = columns | MaskOf(FilterTerm::kVersion);
  if (moves) {
    for (const auto& view : views_) view->Remove(row);
    order_.Erase(row);
    store_.Move(row, timestamp);
  } else {
    for (const auto& view : views_) view->BeforeChange(row, changed);
  }
  if (columns == 0) {
    store_.SetVersion(row, version);
  } else if (whole) {
    store_.Replace(row, cells, version);
  } else {
    store_.Patch(row, cells, version);
  }
  if (moves) {
    order_.Insert(row);
    for (const auto& view : views_) view->Add(row);
  } else {
    for (const auto& view : views_) view->AfterChange(row, changed);
  }
  if (columns != 0) changes_.Add(row, columns, version_ + 1);
}

void Window::RemoveRow(Slot row, uint32_t hash) {
  for (const auto& view : views_) view->Remove(row);
  order_.Erase(row);
  store_.Remove(row, hash);
}

void Window::RemoveRange(uint32_t begin, uint32_t end) {
  std::vector<Slot> rows;
  order_.CopyRange(begin, end, &rows);
  for (const Slot row : rows) RemoveRow(row);
}

void Window::RemoveOlderThan(uint64_t version, const KeyRange& range, ApplyCounts* counts) {
  const uint32_t begin = range.begin.open ? 0 : order_.RankOfKey(range.begin.key());
  const uint32_t end = range.end.open ? order_.size() : order_.RankOfKey(range.end.key());
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
    if (page_) page_->settled.CutTo(coverage_.range());
  }
}

void Window::Clear() {
  page_.reset();
  for (const auto& view : views_) view->Clear();
  order_.Clear();
  store_.Clear();
  coverage_.Clear();
  changes_.Forget(++version_);
}

// --- Views

View* Window::OpenView(Filter filter, uint32_t order_column, Direction direction) {
  views_.push_back(std::make_unique<View>(store_, order_, std::move(filter),
                                          RowOrder(store_, order_column), direction));
  return views_.back().get();
}

void Window::CloseView(View* view) {
  const auto is_it = [view](const auto& open) { return open.get() == view; };
  const auto place = std::find_if(views_.begin(), views_.end(), is_it);
  assert(place != views_.end());
  views_.erase(place);
}

}  // namespace eventglass
