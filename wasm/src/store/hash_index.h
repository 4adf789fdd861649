// A hash table from keys that are stored elsewhere to 32-bit values.
//
// An entry is the key's hash and a value, and the caller compares keys. A segment is a table whose
// entries stand in ascending order of their hashes, each at or after its home, the place that its
// hash has in proportion: linear probing that keeps its entries sorted (Amble and Knuth, "Ordered
// hash tables", 1974). A search ends at the first larger hash, erasing shifts entries back, and
// growing is one sequential copy, so that a table may grow by a fifth and stay well filled. The
// upper bits of a hash choose the segment, so that growing never pauses for the whole table.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace eventglass {

class HashIndex {
 public:
  static constexpr uint32_t kNotFound = UINT32_MAX;

  // 2^segments_log2 segments. With 64 of them, growing with 5 million keys copies 0.6 MB at a time.
  explicit HashIndex(uint32_t segments_log2 = 0)
      : segments_log2_(segments_log2), segments_(size_t{1} << segments_log2) {}

  uint32_t size() const { return size_; }

  // The value whose key has this hash and for which `is_key(value)` holds, or kNotFound.
  template <typename IsKey>
  uint32_t Find(uint32_t hash, IsKey is_key) const {
    const Segment& segment = SegmentOf(hash);
    if (segment.entries.empty()) return kNotFound;
    for (const Entry* at = segment.entries.data() + Home(segment, hash); at->value != kNotFound;
         ++at) {
      if (at->hash < hash) continue;
      if (at->hash > hash) break;
      if (is_key(at->value)) return at->value;
    }
    return kNotFound;
  }

  // Reads where `hash` would be found, so that a search soon after finds it in the cache.
  uint32_t Touch(uint32_t hash) const {
    const Segment& segment = SegmentOf(hash);
    return segment.entries.empty() ? kNotFound : segment.entries[Home(segment, hash)].value;
  }

  // REQUIRES: the key is not in the table, and value != kNotFound
  void Insert(uint32_t hash, uint32_t value) {
    assert(value != kNotFound);
    Segment& segment = segments_[SegmentIndex(hash)];
    if (uint64_t{segment.count + 1} * 8 > uint64_t{segment.homes} * 7) Grow(&segment);
    while (!Place(&segment, {hash, value})) Rebuild(&segment, segment.homes, segment.spare * 2);
    ++segment.count;
    ++size_;
  }

  // REQUIRES: Insert(hash, value) came before
  void Erase(uint32_t hash, uint32_t value) {
    Segment& segment = segments_[SegmentIndex(hash)];
    Entry* hole = segment.entries.data() + Home(segment, hash);
    while (hole->value != value || hole->hash != hash) ++hole;
    // What follows moves back, up to a gap or an entry that is at its home.
    for (;; ++hole) {
      const Entry& next = hole[1];
      const auto place = static_cast<size_t>(hole - segment.entries.data());
      if (next.value == kNotFound || Home(segment, next.hash) > place) break;
      *hole = next;
    }
    *hole = Entry{};
    --segment.count;
    --size_;
  }

  void Clear() {
    for (Segment& segment : segments_) segment = Segment();
    size_ = 0;
  }

 private:
  struct Entry {
    uint32_t hash = 0;
    uint32_t value = kNotFound;
  };

  struct Segment {
    uint32_t homes = 0;               // places that are the home of some hash
    uint32_t spare = kSmallestSpare;  // places after them, for what is pushed beyond the last
    uint32_t count = 0;
    std::vector<Entry> entries;  // homes, spare and one that is always empty
  };

  static constexpr uint32_t kSmallestHomes = 14;
  static constexpr uint32_t kSmallestSpare = 16;

  uint32_t SegmentIndex(uint32_t hash) const {
    return static_cast<uint32_t>(uint64_t{hash} << segments_log2_ >> 32);
  }
  const Segment& SegmentOf(uint32_t hash) const { return segments_[SegmentIndex(hash)]; }

  // Ascends with the hash within a segment.
  uint32_t Home(const Segment& segment, uint32_t hash) const {
    return static_cast<uint32_t>(uint64_t{hash << segments_log2_} * segment.homes >> 32);
  }

  // False if there is no room left behind the homes.
  bool Place(Segment* segment, Entry entry) const {
    Entry* const entries = segment->entries.data();
    const size_t last = segment->entries.size() - 1;  // always empty
    size_t at = Home(*segment, entry.hash);
    while (entries[at].value != kNotFound && entries[at].hash <= entry.hash) ++at;
    size_t gap = at;
    while (entries[gap].value != kNotFound) ++gap;
    if (gap >= last) return false;
    for (; gap > at; --gap) entries[gap] = entries[gap - 1];
    entries[at] = entry;
    return true;
  }

  void Grow(Segment* segment) const {
    const uint32_t homes = segment->homes + segment->homes / 5 + 1;
    Rebuild(segment, homes < kSmallestHomes ? kSmallestHomes : homes, segment->spare);
  }

  void Rebuild(Segment* segment, uint32_t homes, uint32_t spare) const {
    Segment grown{.homes = homes, .spare = spare, .count = segment->count, .entries = {}};
    grown.entries.resize(size_t{homes} + spare + 1);
    // In order, so each entry goes to its home or right behind the one before it.
    size_t free = 0;
    for (const Entry& entry : segment->entries) {
      if (entry.value == kNotFound) continue;
      const size_t home = Home(grown, entry.hash);
      const size_t at = home > free ? home : free;
      if (at >= size_t{homes} + spare) return Rebuild(segment, homes, spare * 2);
      grown.entries[at] = entry;
      free = at + 1;
    }
    *segment = std::move(grown);
  }

  uint32_t segments_log2_;
  std::vector<Segment> segments_;
  uint32_t size_ = 0;
};

}  // namespace eventglass
