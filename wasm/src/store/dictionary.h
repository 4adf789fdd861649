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

  // Whether Acquire(value) has room.
  bool CanAcquire(std::string_view value) const;

  // The value's code, with one more use. REQUIRES: CanAcquire(value)
  DictionaryCode Acquire(std::string_view value);

  // One use less. Does nothing for kAbsentCode.
  void Release(DictionaryCode code);

  // REQUIRES: `code` is in use. The view lives until the next Acquire or Release.
  std::string_view Value(DictionaryCode code) const { return entries_[Index(code)].value; }
  uint32_t Uses(DictionaryCode code) const { return entries_[Index(code)].uses; }

  // Codes are below this.
  uint32_t code_limit() const { return static_cast<uint32_t>(entries_.size()); }
  uint32_t size() const { return index_.size(); }

 private:
  struct Entry {
    std::string value;
    uint32_t uses = 0;
  };

  static uint32_t Index(DictionaryCode code) { return static_cast<uint32_t>(code); }
  uint32_t Hash(std::string_view value) const {
    return static_cast<uint32_t>(SipHash13(seed_, value));
  }
  uint32_t Find(std::string_view value, uint32_t hash) const;

  HashSeed seed_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> free_codes_;
  HashIndex index_;
};

}  // namespace eventglass
