#include "store/dictionary.h"

#include <cassert>

namespace eventglass {

uint32_t Dictionary::Find(std::string_view value, uint32_t hash) const {
  return index_.Find(hash, [&](uint32_t code) { return entries_[code].value == value; });
}

bool Dictionary::CanAcquire(std::string_view value) const {
  return size() < kMaxValues || Find(value, Hash(value)) != HashIndex::kNotFound;
}

DictionaryCode Dictionary::Acquire(std::string_view value) {
  const uint32_t hash = Hash(value);
  uint32_t code = Find(value, hash);
  if (code == HashIndex::kNotFound) {
    assert(size() < kMaxValues);
    if (free_codes_.empty()) {
      code = code_limit();
      entries_.emplace_back();
    } else {
      code = free_codes_.back();
      free_codes_.pop_back();
    }
    entries_[code].value = value;
    index_.Insert(hash, code);
  }
  ++entries_[code].uses;
  return DictionaryCode{code};
}

void Dictionary::Release(DictionaryCode code) {
  if (code == kAbsentCode) return;
  Entry& entry = entries_[Index(code)];
  assert(entry.uses > 0);
  if (--entry.uses > 0) return;
  index_.Erase(Hash(entry.value), Index(code));
  entry.value = std::string();  // gives the bytes back
  free_codes_.push_back(Index(code));
}

}  // namespace eventglass
