#include "view/view.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <utility>

namespace eventglass {

View::View(const EventStore& store, const RankTree& by_time, Filter filter, const RowOrder& order,
           Direction direction)
    : store_(store),
      window_by_time_(by_time),
      direction_(direction),
      matcher_(std::move(filter), store) {
  if (!this->filter().matches_all()) own_by_time_ = std::make_unique<RankTree>(by_time.order());
  if (!order.is_by_time()) own_by_column_ = std::make_unique<RankTree>(order);
  Fill();
}

// --- Reading

RowRange View::Clamp(RowRange range) const {
  const uint32_t end = std::min(range.end, row_count());
  return {std::min(range.begin, end), end};
}

uint32_t View::TurnedRows() const {
  if (direction_ == Direction::kAscending) return 0;
  if (order().is_by_time()) return rows().size();
  return rows().RankOfPrefix(RowOrder::kAbsentPrefix);
}

Slot View::Select(uint32_t index) const {
  const uint32_t turned = TurnedRows();
  return rows().Select(index < turned ? turned - 1 - index : index);
}

void View::CopyRange(RowRange range, std::vector<Slot>* slots) const {
  const uint32_t turned = TurnedRows();
  if (range.begin < turned) {
    const uint32_t end = std::min(range.end, turned);
    const auto copied = static_cast<std::ptrdiff_t>(slots->size());
    rows().CopyRange(turned - end, turned - range.begin, slots);
    std::reverse(slots->begin() + copied, slots->end());
    range.begin = end;
  }
  rows().CopyRange(range.begin, range.end, slots);
}

std::optional<uint32_t> View::IndexOf(Slot slot) const {
  if (!Has(slot)) return std::nullopt;
  return RankOf(slot);
}

uint32_t View::RankOf(Slot slot) const {
  const uint32_t rank = rows().RankOf(slot);
  if (direction_ == Direction::kAscending || !order().HasValue(slot)) return rank;
  return TurnedRows() - rank - (Has(slot) ? 1 : 0);
}

uint32_t View::RankOfKey(const EventKey& key) const {
  assert(order().is_by_time());
  const uint32_t rank = rows().RankOfKey(key);
  if (direction_ == Direction::kAscending) return rank;
  // Those after the key.
  const bool is_row = rank < rows().size() && store_.Key(rows().Select(rank)) == key;
  return rows().size() - rank - (is_row ? 1 : 0);
}

void View::CountBuckets(double begin_ms, double end_ms, std::span<uint32_t> buckets) const {
  const double width_ms = (end_ms - begin_ms) / static_cast<double>(buckets.size());
  const auto rank = [&](size_t bucket) {
    const double bound_ms = std::ceil(begin_ms + static_cast<double>(bucket) * width_ms);
    return by_time().RankOfKey({static_cast<int64_t>(bound_ms), {}});
  };
  uint32_t before = rank(0);
  for (size_t bucket = 0; bucket < buckets.size(); ++bucket) {
    const uint32_t through = rank(bucket + 1);
    buckets[bucket] = through - before;
    before = through;
  }
}

template <typename Visit>
void View::ForEachMember(Visit visit) const {
  for (size_t word = 0; word < members_.size(); ++word) {
    for (uint64_t left = members_[word]; left != 0; left &= left - 1) {
      visit(Slot{static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(left))});
    }
  }
}

// --- Facets

void View::CountFacet(const EventStore& store, Slot slot, int difference, FacetCounts* counts) {
  const DictionaryCode code = store.Code(slot, counts->column);
  if (code == kAbsentCode) return;
  const auto index = static_cast<uint32_t>(code);
  if (index >= counts->by_code.size()) counts->by_code.resize(index + 1);
  counts->by_code[index] += static_cast<uint32_t>(difference);
}

void View::CountFacets(Slot slot, ColumnMask columns, int difference) {
  for (FacetCounts& counts : facets_) {
    if ((columns & MaskOf(counts.column)) != 0) CountFacet(store_, slot, difference, &counts);
  }
}

const View::FacetCounts& View::CountsOf(uint32_t column) {
  for (const FacetCounts& counts : facets_) {
    if (counts.column == column) return counts;
  }
  FacetCounts& counts = facets_.emplace_back(FacetCounts{column, {}});
  ForEachMember([&](Slot slot) { CountFacet(store_, slot, 1, &counts); });
  return counts;
}

View::Facet View::CountValues(uint32_t column, uint32_t limit) {
  const Dictionary& dictionary = store_.DictionaryOf(column);
  // Without a filter the dictionary itself counts the rows that use a value.
  const FacetCounts* const counts = is_filtered() ? &CountsOf(column) : nullptr;
  Facet facet;
  facet.missing_count = row_count();
  std::vector<ValueCount>& values = facet.values;
  const uint32_t codes =
      counts != nullptr ? static_cast<uint32_t>(counts->by_code.size()) : dictionary.code_limit();
  for (uint32_t code = 0; code < codes; ++code) {
    const uint32_t count =
        counts != nullptr ? counts->by_code[code] : dictionary.Uses(DictionaryCode{code});
    if (count > 0) values.push_back({dictionary.Value(DictionaryCode{code}), count});
    facet.missing_count -= count;
  }
  facet.distinct_count = static_cast<uint32_t>(values.size());
  const auto end =
      values.begin() + static_cast<std::ptrdiff_t>(std::min(limit, facet.distinct_count));
  std::partial_sort(values.begin(), end, values.end(),
                    [](const ValueCount& a, const ValueCount& b) {
                      return a.count != b.count ? a.count > b.count : a.value < b.value;
                    });
  values.erase(end, values.end());
  return facet;
}

// --- Following the window

bool View::Has(Slot slot) const {
  if (!is_filtered()) return true;
  const auto index = static_cast<uint32_t>(slot);
  return index / 64 < members_.size() && (members_[index / 64] >> (index % 64) & 1) != 0;
}

void View::SetMember(Slot slot, bool member) {
  if (!is_filtered()) return;
  const auto index = static_cast<uint32_t>(slot);
  if (index / 64 >= members_.size()) members_.resize(index / 64 + 1);
  const uint64_t bit = 1ULL << (index % 64);
  members_[index / 64] = member ? members_[index / 64] | bit : members_[index / 64] & ~bit;
}

// Fills the orders from the window.
void View::Fill() {
  if (is_filtered()) {
    store_.MarkRows(&members_);
    matcher_.Keep(members_);
  }
  if (!own_by_time_ && !own_by_column_) return;
  std::vector<Slot> slots;
  size_t matches = 0;
  for (const uint64_t word : members_) matches += static_cast<size_t>(std::popcount(word));
  // Few rows are quicker to sort than all of them to look at.
  constexpr size_t kFew = 16;
  if (is_filtered() && matches < window_by_time_.size() / kFew) {
    ForEachMember([&](Slot slot) { slots.push_back(slot); });
    Sort(window_by_time_.order(), &slots);
  } else {
    window_by_time_.CopyRange(0, window_by_time_.size(), &slots);
    if (is_filtered()) std::erase_if(slots, [this](Slot slot) { return !Has(slot); });
  }
  if (own_by_time_) own_by_time_->Build(slots);
  if (!own_by_column_) return;
  Sort(own_by_column_->order(), &slots);
  own_by_column_->Build(slots);
}

void View::Sort(const RowOrder& order, std::vector<Slot>* slots) {
  std::vector<std::pair<uint64_t, Slot>> keyed;
  keyed.reserve(slots->size());
  for (const Slot slot : *slots) keyed.emplace_back(order.Prefix(slot), slot);
  std::sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return order.IsBeforeAtEqualPrefix(a.second, b.second);
  });
  std::transform(keyed.begin(), keyed.end(), slots->begin(),
                 [](const auto& entry) { return entry.second; });
}

void View::Add(Slot slot) {
  if (!is_filtered() || matcher_.Matches(slot)) Show(slot);
}

void View::Show(Slot slot) {
  SetMember(slot, true);
  if (own_by_time_) own_by_time_->Insert(slot);
  if (own_by_column_) own_by_column_->Insert(slot);
  CountFacets(slot, kAllColumns, 1);
}

void View::Remove(Slot slot) {
  if (!Has(slot)) return;
  SetMember(slot, false);
  if (own_by_time_) own_by_time_->Erase(slot);
  if (own_by_column_) own_by_column_->Erase(slot);
  CountFacets(slot, kAllColumns, -1);
}

bool View::Places(ColumnMask columns) const {
  return own_by_column_ && (columns & MaskOf(order().column())) != 0;
}

void View::BeforeChange(Slot slot, ColumnMask columns) {
  if (!Has(slot)) return;
  if (Places(columns)) own_by_column_->Erase(slot);
  CountFacets(slot, columns, -1);
}

void View::AfterChange(Slot slot, ColumnMask columns) {
  const bool was_here = Has(slot);
  bool is_here = was_here;
  if ((columns & filter().used_columns()) != 0) is_here = matcher_.Matches(slot);
  if (!was_here && is_here) return Show(slot);
  if (!was_here) return;
  // As it is now, the row is in the view whole, to stay or to leave.
  if (Places(columns)) own_by_column_->Insert(slot);
  CountFacets(slot, columns, 1);
  if (!is_here) Remove(slot);
}

void View::Clear() {
  if (own_by_time_) own_by_time_->Clear();
  if (own_by_column_) own_by_column_->Clear();
  matcher_.Reset();
  members_.clear();
  for (FacetCounts& counts : facets_) counts.by_code.clear();
}

}  // namespace eventglass
