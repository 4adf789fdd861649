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
#include <span>

#include "decode/mutation.h"
#include "decode/schema.h"
#include "order/coverage.h"
#include "order/time_order.h"
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

  // Applies mutations in turn, each with its own seq as its version.
  void Apply(const MutationList& list, ApplyCounts* counts);

  // Makes the window equal to a page that is exact at `version` within `covered`, and widens the
  // coverage by it. Rows there that the page does not have are gone, unless they are newer than the
  // page. REQUIRES: coverage().Touches(covered)
  void ApplyPage(const MutationList& page, uint64_t version, const KeyRange& covered,
                 ApplyCounts* counts);

  // Everything is covered from now on: the window is the source itself.
  void CoverAll() { coverage_.Add(KeyRange()); }

  // Forgets rows and coverage.
  void Clear();

  void set_eviction_side(EvictionSide side) { eviction_side_ = side; }
  Tombstones& tombstones() { return tombstones_; }
  const EventStore& store() const { return store_; }
  const TimeOrder& order() const { return order_; }
  const Coverage& coverage() const { return coverage_; }

 private:
  void ApplyOne(const Mutation& mutation, std::span<const Cell> cells, uint64_t version,
                ApplyCounts* counts);
  void Put(const Mutation& mutation, std::span<const Cell> cells, uint64_t version,
           ApplyCounts* counts);
  void Patch(const Mutation& mutation, std::span<const Cell> cells, uint64_t version,
             ApplyCounts* counts);
  void Delete(const Mutation& mutation, uint64_t version, ApplyCounts* counts);

  // The event is now where nothing is covered: the window lets go of it.
  void LeaveCoverage(const Mutation& mutation, std::optional<Slot> row, ApplyCounts* counts);
  void MoveRow(Slot row, int64_t timestamp);
  void RemoveRow(Slot row);
  void RemoveOlderThan(uint64_t version, const KeyRange& range, ApplyCounts* counts);
  bool IsOverCapacity() const;
  void EvictOverCapacity(ApplyCounts* counts);

  const Capacity capacity_;

  EventStore store_;
  TimeOrder order_;
  Coverage coverage_;
  Tombstones tombstones_;
  EvictionSide eviction_side_ = EvictionSide::kOldest;
};

}  // namespace eventglass
