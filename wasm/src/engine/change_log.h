// Which cells have changed lately, so that a table repaints only those.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/event_store.h"

namespace eventglass {

// The last changes of rows, each with the window's version that it led to. A ring: older ones are
// forgotten.
class ChangeLog {
 public:
  // 16,384: a third of a second at 50,000 mutations a second, 20 frames.
  static constexpr uint32_t kMaxChanges = 1U << 14;

  // REQUIRES: versions do not descend
  void Add(Slot slot, ColumnMask columns, uint64_t version);

  // Nothing is known of before `version`.
  void Forget(uint64_t version);

  // Whether every change since the window had this version is remembered.
  bool Knows(uint64_t since) const { return since >= known_since_; }

  // For each row, the columns that have changed since the window had version `since`.
  // REQUIRES: Knows(since), masks.size() == rows.size()
  void ColumnsSince(uint64_t since, std::span<const Slot> rows, std::span<ColumnMask> masks) const;

 private:
  struct Change {
    uint64_t version;
    ColumnMask columns;
    Slot slot;
  };

  std::vector<Change> ring_;  // grows up to kMaxChanges
  uint64_t added_ = 0;
  uint64_t known_since_ = 0;  // every change after this version is in the ring
};

}  // namespace eventglass
