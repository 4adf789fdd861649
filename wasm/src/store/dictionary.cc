#include "store/dictionary.h"

#include <cassert>
#include <cstring>
#include <utility>

#include "store/bytes.h"

namespace eventglass {

uint32_t Dictionary::Find(std::string_view value, uint32_t hash) const {
  return index_.Find(hash, [&](uint32_t code) { return EqualBytes(entries_[code].value, value); });
}

bool Dictionary::CanAcquire(std::string_view value) const {
  return size() < kMaxValues || Find(value, Hash(value)) != HashIndex::kNotFound;
}

// Of the length and the last 8 bytes, in which values of one column differ most.
uint64_t Dictionary::MemoHash(std::string_view value) {
  uint64_t word = value.size();
  const size_t length = value.size() < 8 ? value.size() : 8;
  if (length == 8) {
    std::memcpy(&word, value.data() + value.size() - 8, 8);
  } else {
    for (const char c : value) word = word << 8 | static_cast<unsigned char>(c);
  }
  // The upper half of a product depends on every bit (Knuth, TAOCP 3, 6.4: Fibonacci hashing).
  return (word ^ value.size()) * 0x9E3779B97F4A7C15ULL >> 32;
}

bool Dictionary::IsValue(uint32_t code, std::string_view value) const {
  const Entry& entry = entries_[code];
  return entry.uses > 0 && EqualBytes(entry.value, value);
}

DictionaryCode Dictionary::Acquire(std::string_view value) {
  if (memo_.size() < kMaxMemo && memo_.size() < size_t{2} * code_limit()) {
    memo_.assign(memo_.empty() ? kMinMemo : memo_.size() * 2, 0);
  }
  uint32_t code;
  if (memo_.empty()) {
    code = FindOrAdd(value);
  } else {
    uint32_t* const pair = &memo_[(MemoHash(value) * memo_.size() >> 32) & ~uint64_t{1}];
    if (!IsValue(pair[0], value)) {
      std::swap(pair[0], pair[1]);
      if (!IsValue(pair[0], value)) pair[0] = FindOrAdd(value);
    }
    code = pair[0];
  }
  ++entries_[code].uses;
  return DictionaryCode{code};
}

uint32_t Dictionary::FindOrAdd(std::string_view value) {
  const uint32_t hash = Hash(value);
  uint32_t code = Find(value, hash);
  if (code != HashIndex::kNotFound) return code;
  assert(size() < kMaxValues);
  if (free_codes_.empty()) {
    code = code_limit();
    entries_.emplace_back();
  } else {
    code = free_codes_.back();
    free_codes_.pop_back();
  }
  entries_[code].value = value;
  ++entries_[code].birth;
  index_.Insert(hash, code);
  return code;
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
