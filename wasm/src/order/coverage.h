// The range of keys for which the window is complete.
#pragma once

#include <cstdint>
#include <string>

#include "store/event_store.h"

namespace eventglass {

// One side of a range of keys: a key, or open. As a begin it includes its key, as an end it
// excludes it.
struct KeyBound {
  bool open = true;
  int64_t timestamp = 0;
  std::string id;

  static KeyBound At(const EventKey& key) { return {false, key.timestamp, std::string(key.id)}; }
  // The smallest key after `key`.
  static KeyBound After(const EventKey& key) {
    KeyBound bound = At(key);
    bound.id.push_back('\0');
    return bound;
  }

  EventKey key() const { return {timestamp, id}; }  // REQUIRES: !open; lives as long as the bound
};

// Keys in [begin, end).
struct KeyRange {
  KeyBound begin;
  KeyBound end;

  bool IsBefore(const EventKey& key) const { return !end.open && end.key() <= key; }
  bool IsAfter(const EventKey& key) const { return !begin.open && key < begin.key(); }
  bool Contains(const EventKey& key) const { return !IsBefore(key) && !IsAfter(key); }

  // Both sides are keys, and they are the wrong way round.
  bool IsInverted() const { return !begin.open && !end.open && end.key() < begin.key(); }
};

// Either nothing, or one range without holes.
class Coverage {
 public:
  bool empty() const { return empty_; }
  const KeyRange& range() const { return range_; }  // REQUIRES: !empty()
  bool Contains(const EventKey& key) const { return !empty_ && range_.Contains(key); }

  // Whether `range` and the coverage together have no hole between them.
  bool Touches(const KeyRange& range) const;

  // Widens the coverage by `range`. REQUIRES: Touches(range)
  void Add(const KeyRange& range);

  // Gives up what lies at and before `key`, or at and after it.
  void DropThrough(const EventKey& key) { range_.begin = KeyBound::After(key); }
  void DropFrom(const EventKey& key) { range_.end = KeyBound::At(key); }

  // Gives up what lies outside `range`.
  void CutTo(const KeyRange& range);

  void Clear() { *this = Coverage(); }

 private:
  bool empty_ = true;
  KeyRange range_;
};

}  // namespace eventglass
