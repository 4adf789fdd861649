// The sliding window: events in columns, in the order of time, complete within a coverage and
// bounded by a capacity.
//
// Everything that changes it carries a version, and an older version never overwrites a newer one,
// so that doubled, overlapping and late deliveries change nothing:
//
//   - a row takes a mutation only if the mutation's seq is greater than the row's version;
//   - an event that was deleted, or left the coverage, while requests were under way leaves a
//   tombstone, and takes nothing older;
//   - an event outside the coverage is not held.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "decode/mutation.h"
#include "decode/schema.h"
#include "engine/change_log.h"
#include "filter/filter.h"
#include "order/coverage.h"
#include "order/rank_tree.h"
#include "store/event_store.h"
#include "store/tombstones.h"
#include "view/view.h"

namespace eventglass {

// What applying mutations did. The same words as ApplyCounts in wasm/ts/types.ts.
struct ApplyCounts {
  uint64_t inserted = 0;
  uint64_t updated = 0;
  uint64_t moved = 0;  // updates that changed the timestamp
  uint64_t deleted = 0;
  uint64_t stale = 0;    // older than what the window knew
  uint64_t unknown = 0;  // patches and deletes of events that are not in the window
  uint64_t outside_older = 0;
  uint64_t outside_newer = 0;
  uint64_t evicted = 0;
  SkipReport skipped;

  // Whether the window's rows are not what they were.
  bool changed() const { return inserted + updated + moved + deleted + evicted > 0; }

  void Add(const ApplyCounts& more);
};

// Where one mutation found its event and where it left it: what a part of the timeline has to be
// told.
struct MutationEffect {
  static constexpr double kNowhere = std::numeric_limits<double>::quiet_NaN();

  double before_ms = kNowhere;  // the event's timestamp, where there was one
  double after_ms = kNowhere;
  uint64_t shown_before = 0;  // by views, as bits View::number() - 1
  uint64_t shown_after = 0;
};

enum class EvictionSide : uint8_t { kOldest, kNewest };

class Window {
 public:
  // What the window holds before it evicts. Text bytes are those of ids and texts; a single row may
  // have more.
  struct Capacity {
    uint32_t rows = 0;
    uint64_t text_bytes = 0;
  };

  // `schema` outlives the window. REQUIRES: capacity.rows > 0
  Window(const Schema& schema, HashSeed seed, Capacity capacity);

  // Grows with every change of the window's rows.
  uint64_t version() const { return version_; }

  // Applies mutations in turn, each with its own seq as its version. While a page is open, changed
  // cells of rows that it has brought from outside the coverage are left out as unknown.
  // `effects`, where given, gets one for each.
  void Apply(const MutationList& list, ApplyCounts* counts,
             std::vector<MutationEffect>* effects = nullptr);

  // A page, whole or in pieces: the window becomes equal to a page that is exact at `version`
  // within `covered`. Its rows are readable piece by piece; the coverage is widened by it when it
  // ends. Rows there that the page does not have are gone then, unless they are newer than the
  // page.
  //
  // REQUIRES: coverage().Touches(covered); no page is open
  void BeginPage(uint64_t version, const KeyRange& covered);
  // Mutations that the decoder left out count as left out. `is_behind`: the page is older than what
  // the window is exact at, so that an event which the window should hold, and does not, is gone.
  // REQUIRES, all three: a page is open
  void AddToPage(const MutationList& events, bool is_behind, ApplyCounts* counts);
  void EndPage(ApplyCounts* counts);
  // Gives the page up: what it brought outside the coverage goes, what it brought within is true.
  void AbortPage();
  bool has_open_page() const { return page_.has_value(); }

  // Everything is covered from now on: the window is the source itself.
  void CoverAll() { coverage_.Add(KeyRange()); }

  // Forgets rows and coverage. An open page is given up.
  void Clear();

  void set_eviction_side(EvictionSide side) { eviction_side_ = side; }
  Tombstones& tombstones() { return tombstones_; }
  const EventStore& store() const { return store_; }
  const RankTree& order() const { return order_; }
  const Coverage& coverage() const { return page_ ? page_->settled : coverage_; }
  const ChangeLog& changes() const { return changes_; }

  // The rows that match a filter, in an order, kept up to date until CloseView.
  View* OpenView(Filter filter, uint32_t order_column, Direction direction);
  // REQUIRES: `view` is open
  void CloseView(View* view);

 private:
  struct OpenPage {
    uint64_t version = 0;
    KeyRange covered;
    Coverage settled;  // what was covered before, and has not been evicted since
    uint64_t rows_before = 0;
    ApplyCounts counts;  // of all pieces
  };

  // Where an event is: its timestamp, and the views that show it.
  void Locate(const Mutation& mutation, uint32_t hash, double* at_ms, uint64_t* shown) const;
  void ApplyOne(const Mutation& mutation, uint32_t hash, std::span<const Cell> cells,
                uint64_t version, ApplyCounts* counts);
  void Put(const Mutation& mutation, uint32_t hash, std::span<const Cell> cells, uint64_t version,
           ApplyCounts* counts);
  void Patch(const Mutation& mutation, uint32_t hash, std::span<const Cell> cells, uint64_t version,
             ApplyCounts* counts);
  void Delete(const Mutation& mutation, uint32_t hash, uint64_t version, ApplyCounts* counts);
  // Brings a row up to date; with `whole`, cells that are not given become absent.
  void Change(Slot row, int64_t timestamp, std::span<const Cell> cells, bool whole,
              uint64_t version, ApplyCounts* counts);

  // The event is now where nothing is covered: the window lets go of it.
  void LeaveCoverage(const Mutation& mutation, uint32_t hash, std::optional<Slot> row,
                     ApplyCounts* counts);
  void InsertRow(const EventKey& key, uint32_t hash, std::span<const Cell> cells, uint64_t version);
  void RemoveRow(Slot row, uint32_t hash);
  void RemoveRow(Slot row) { RemoveRow(row, store_.HashOf(store_.Id(row))); }
  void RemoveOlderThan(uint64_t version, const KeyRange& range, ApplyCounts* counts);
  void RemoveRange(uint32_t begin, uint32_t end);
  bool IsOverCapacity() const;
  void EvictOverCapacity(ApplyCounts* counts);
  // Computes hashes_, and touches what the mutations will look up.
  void Prepare(const MutationList& list);
  bool SkipIfUnfit(std::span<const Cell> cells, uint32_t position, SkipReport* skipped) const;
  void EndBatch(const ApplyCounts& counts);

  const Capacity capacity_;

  EventStore store_;
  RankTree order_;
  Coverage coverage_;
  Tombstones tombstones_;
  EvictionSide eviction_side_ = EvictionSide::kOldest;
  std::optional<OpenPage> page_;
  std::vector<std::unique_ptr<View>> views_;
  ChangeLog changes_;
  uint64_t version_ = 0;

  std::vector<uint32_t> hashes_;  // scratch: of the ids of the mutations under way
};

}  // namespace eventglass
