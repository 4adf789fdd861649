// Tells which rows of one store a filter matches.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "filter/filter.h"
#include "store/event_store.h"

namespace eventglass {

// The verdicts of a term on the values of its dictionary column, each made once. A code is given to
// other values in turn, which a verdict notices by the value's birth.
class DictionaryVerdicts {
 public:
  // 64 Ki codes, 320 KiB per term and 80 MiB for the kMaxFilterTerms of one text,
  // times the columns where they are words. Verdicts on
  // higher codes are made anew each time.
  static constexpr uint32_t kMaxKeptCodes = 1U << 16;

  // Whether one of the term's values accepts the code's. REQUIRES: the code is in use
  bool Accepts(const FilterTerm& term, const Dictionary& dictionary, DictionaryCode code);

  void Clear() { births_.clear(); }

 private:
  std::vector<uint32_t> births_;  // by code; 0: no verdict
  std::vector<uint8_t> accepted_;
};

// A filter at work on a store. Keeps verdicts and scratch memory, so each view has its own.
//
// After EventStore::Clear(), which numbers dictionary values anew, Reset() comes before anything
// else; other changes of the store need nothing. Not thread-safe.
class Matcher {
 public:
  Matcher(Filter filter, const EventStore& store);  // `store` outlives the matcher

  const Filter& filter() const { return filter_; }

  // REQUIRES: `row` is in the store
  bool Matches(Slot row) { return Matches(filter_.root(), row); }

  // Clears the bits of rows that do not match, among bits as EventStore::MarkRows sets them. What
  // is cheap to test goes first, so texts are read of the rows left over by everything else.
  // REQUIRES: every bit set is a row's
  void Keep(std::span<uint64_t> bits) { Keep(filter_.root(), 0, bits); }

  // Forgets what was known of the store.
  void Reset();

 private:
  bool Matches(const FilterNode& node, Slot row);
  bool Matches(uint32_t term_index, Slot row);
  bool AcceptsText(const FilterTerm& term, Slot row) const;
  std::span<const uint32_t> TextColumnsOf(const FilterTerm& term) const;
  // `depth` is the number of groups around the node.
  void Keep(const FilterNode& node, size_t depth, std::span<uint64_t> bits);
  void KeepAnyOf(const FilterNode& node, size_t depth, std::span<uint64_t> bits);
  void KeepTerm(uint32_t term_index, std::span<uint64_t> bits);
  void KeepCodes(uint32_t term_index, std::span<uint64_t> bits);
  void KeepTexts(const FilterTerm& term, std::span<uint64_t> bits);

  Filter filter_;
  const EventStore& store_;
  std::vector<uint32_t> text_columns_;

  std::vector<DictionaryVerdicts> verdicts_;  // by term

  // Scratch.
  struct Rows {
    std::vector<uint64_t> undecided;
    std::vector<uint64_t> kept;
  };
  std::vector<Rows> rows_;  // by depth
  std::vector<uint8_t> code_verdicts_;
  uint32_t touched_ = 0;  // of EventStore::TouchTexts
};

}  // namespace eventglass
