// A hash table from keys that are stored elsewhere to 32-bit values.
//
// Open addressing with linear probing; an entry is the key's hash and a value, and the caller
// compares keys. Erasing shifts entries back (Knuth, TAOCP 3, 6.4, algorithm R), so there are no
// deleted markers and lookups stay short for ever.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace eventglass {

class HashIndex {
 public:
  static constexpr uint32_t kNotFound = UINT32_MAX;

  uint32_t size() const { return size_; }

  // The value whose key has this hash and for which `is_key(value)` holds, or kNotFound.
  template <typename IsKey>
  uint32_t Find(uint32_t hash, IsKey is_key) const {
    if (entries_.empty()) return kNotFound;
    for (uint32_t at = Home(hash);; at = Next(at)) {
      const Entry& entry = entries_[at];
      if (entry.value == kNotFound) return kNotFound;
      if (entry.hash == hash && is_key(entry.value)) return entry.value;
    }
  }

  // REQUIRES: the key is not in the table, and value != kNotFound
  void Insert(uint32_t hash, uint32_t value) {
    assert(value != kNotFound);
    if ((uint64_t{size_} + 1) * 4 > uint64_t{entries_.size()} * 3) Grow();
    Place(hash, value);
    ++size_;
  }

  // REQUIRES: Insert(hash, value) came before
  void Erase(uint32_t hash, uint32_t value) {
    uint32_t hole = Home(hash);
    while (entries_[hole].value != value) hole = Next(hole);
    for (uint32_t at = Next(hole); entries_[at].value != kNotFound; at = Next(at)) {
      // An entry may move into the hole unless its home lies behind the hole.
      const uint32_t distance_from_home = (at - Home(entries_[at].hash)) & mask();
      const uint32_t distance_from_hole = (at - hole) & mask();
      if (distance_from_home < distance_from_hole) continue;
      entries_[hole] = entries_[at];
      hole = at;
    }
    entries_[hole] = Entry{};
    --size_;
  }

  void Clear() {
    entries_.clear();
    size_ = 0;
  }

 private:
  struct Entry {
    uint32_t hash = 0;
    uint32_t value = kNotFound;
  };

  static constexpr size_t kSmallest = 16;

  uint32_t mask() const { return static_cast<uint32_t>(entries_.size() - 1); }
  uint32_t Home(uint32_t hash) const { return hash & mask(); }
  uint32_t Next(uint32_t at) const { return (at + 1) & mask(); }

  void Place(uint32_t hash, uint32_t value) {
    uint32_t at = Home(hash);
    while (entries_[at].value != kNotFound) at = Next(at);
    entries_[at] = {hash, value};
  }

  void Grow() {
    std::vector<Entry> old(entries_.empty() ? kSmallest : entries_.size() * 2);
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.value != kNotFound) Place(entry.hash, entry.value);
    }
  }

  std::vector<Entry> entries_;  // a power of two of them, at most three quarters full
  uint32_t size_ = 0;
};

}  // namespace eventglass
