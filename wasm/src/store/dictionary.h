// The distinct values of a dictionary column, each with a code and a count of the rows that use it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/hash_index.h"
#include "store/sip_hash.h"

namespace eventglass {

enum class DictionaryCode : uint32_t {};

inline constexpr DictionaryCode kAbsentCode{UINT32_MAX};

// Codes are small and dense; the code of a value that no row uses any more is given to another one.
class Dictionary {
 public:
  // A million values: a column with more is not a dictionary but an id.
  static constexpr uint32_t kMaxValues = 1U << 20;

  explicit Dictionary(HashSeed seed) : seed_(seed) {}

  // Whether Acquire has room for so many values, none of them known.
  bool HasRoomFor(size_t values) const { return values <= kMaxValues - size(); }
  // Whether Acquire(value) has room.
  bool CanAcquire(std::string_view value) const;

  // The value's code, with one more use. REQUIRES: CanAcquire(value)
  DictionaryCode Acquire(std::string_view value);

  // One use less. Does nothing for kAbsentCode.
  void Release(DictionaryCode code);

  // REQUIRES: `code` is in use. The view lives until the next Acquire or Release.
  std::string_view Value(DictionaryCode code) const { return entries_[Index(code)].value; }
  uint32_t Uses(DictionaryCode code) const { return entries_[Index(code)].uses; }
  // Tells apart the values that a code stands for in turn: grows with each, and is never 0.
  uint32_t Birth(DictionaryCode code) const { return entries_[Index(code)].birth; }

  // Codes are below this.
  uint32_t code_limit() const { return static_cast<uint32_t>(entries_.size()); }
  uint32_t size() const { return index_.size(); }

 private:
  struct Entry {
    std::string value;
    uint32_t uses = 0;
    uint32_t birth = 0;
  };

  static constexpr uint32_t kMinMemo = 64;
  static constexpr uint32_t kMaxMemo = 1U << 14;  // 64 KiB: stays in the second-level cache

  // Where the memo keeps what was asked last. Not seeded: values that collide here only miss.
  static uint64_t MemoHash(std::string_view value);  // 32 bits
  bool IsValue(uint32_t code, std::string_view value) const;
  uint32_t FindOrAdd(std::string_view value);

  static uint32_t Index(DictionaryCode code) { return static_cast<uint32_t>(code); }
  uint32_t Hash(std::string_view value) const {
    return static_cast<uint32_t>(SipHash13(seed_, value));
  }
  uint32_t Find(std::string_view value, uint32_t hash) const;

  HashSeed seed_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> free_codes_;
  HashIndex index_;
  // By MemoHash, a pair of codes that were asked for last, the last of them in front; 0, or the
  // code of a value that has gone, where there is none. A power of two of codes.
  std::vector<uint32_t> memo_;
};

}  // namespace eventglass
