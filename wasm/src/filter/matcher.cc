#include "filter/matcher.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string_view>
#include <utility>

namespace eventglass {

namespace {

size_t DepthOf(const FilterNode& node) {
  size_t depth = 0;
  for (const FilterNode& member : node.members) depth = std::max(depth, 1 + DepthOf(member));
  return depth;
}

bool AnyAccepts(const std::vector<StringTest>& tests, std::string_view text) {
  return std::any_of(tests.begin(), tests.end(),
                     [&](const StringTest& test) { return test.Accepts(text); });
}

template <typename Range, typename Value>
bool AnyContains(const std::vector<Range>& ranges, Value value) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range.Contains(value); });
}

template <typename Visit>
void VisitRows(std::span<const uint64_t> bits, Visit visit) {
  for (size_t word = 0; word < bits.size(); ++word) {
    for (uint64_t left = bits[word]; left != 0; left &= left - 1) {
      visit(Slot{static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(left)))});
    }
  }
}

void ClearRow(Slot row, std::span<uint64_t> bits) {
  const auto slot = static_cast<uint32_t>(row);
  bits[slot / 64] &= ~(uint64_t{1} << (slot % 64));
}

// Clears in `bits` what is set in `others`. REQUIRES: others is a subset of bits
void Subtract(std::span<const uint64_t> others, std::span<uint64_t> bits) {
  for (size_t word = 0; word < bits.size(); ++word) bits[word] ^= others[word];
}

}  // namespace

bool DictionaryVerdicts::Accepts(const FilterTerm& term, const Dictionary& dictionary,
                                 DictionaryCode code) {
  const auto index = static_cast<uint32_t>(code);
  if (index >= kMaxKeptCodes) return AnyAccepts(term.strings, dictionary.Value(code));
  if (index >= births_.size()) {
    const uint32_t size = std::min(dictionary.code_limit(), kMaxKeptCodes);
    births_.resize(size);
    accepted_.resize(size);
  }
  const uint32_t birth = dictionary.Birth(code);
  if (births_[index] != birth) {
    births_[index] = birth;
    accepted_[index] = AnyAccepts(term.strings, dictionary.Value(code)) ? 1 : 0;
  }
  return accepted_[index] != 0;
}

Matcher::Matcher(Filter filter, const EventStore& store)
    : filter_(std::move(filter)),
      store_(store),
      verdicts_(filter_.terms().size()),
      rows_(DepthOf(filter_.root())) {
  const Schema& schema = store.schema();
  for (uint32_t column = 0; column < schema.size(); ++column) {
    if (schema[column].type == ColumnType::kText) text_columns_.push_back(column);
  }
}

void Matcher::Reset() {
  for (DictionaryVerdicts& verdicts : verdicts_) verdicts.Clear();
}

bool Matcher::Matches(const FilterNode& node, Slot row) {
  const auto matches = [&](const FilterNode& member) { return Matches(member, row); };
  switch (node.kind) {
    case FilterNode::Kind::kAll:
      return std::all_of(node.members.begin(), node.members.end(), matches);
    case FilterNode::Kind::kAny:
      return std::any_of(node.members.begin(), node.members.end(), matches);
    case FilterNode::Kind::kTerm:
      break;
  }
  return Matches(node.term, row);
}

bool Matcher::Matches(uint32_t term_index, Slot row) {
  const FilterTerm& term = *filter_.terms()[term_index];
  bool accepts = false;
  switch (term.type) {
    case ColumnType::kId:
      accepts = AnyAccepts(term.strings, store_.Id(row));
      break;
    case ColumnType::kTimestamp:
      accepts = AnyContains(term.times, store_.Timestamp(row));
      break;
    case ColumnType::kDictionary: {
      const DictionaryCode code = store_.Code(row, term.column);
      accepts = code != kAbsentCode &&
                verdicts_[term_index].Accepts(term, store_.DictionaryOf(term.column), code);
      break;
    }
    case ColumnType::kText:
      accepts = AcceptsText(term, row);
      break;
    case ColumnType::kNumber:
      accepts = AnyContains(term.numbers, term.column == FilterTerm::kVersion
                                              ? static_cast<double>(store_.Version(row))
                                              : store_.Number(row, term.column));
      break;
    case ColumnType::kBoolean:
      static_assert(EventStore::kAbsentBoolean == 2);  // a bit that no filter sets
      accepts = (term.booleans >> store_.Boolean(row, term.column) & 1) != 0;
      break;
  }
  return accepts != term.is_negated;
}

std::span<const uint32_t> Matcher::TextColumnsOf(const FilterTerm& term) const {
  if (term.column == FilterTerm::kEveryTextColumn) return text_columns_;
  return {&term.column, 1};
}

bool Matcher::AcceptsText(const FilterTerm& term, Slot row) const {
  const std::span<const uint32_t> columns = TextColumnsOf(term);
  return std::any_of(columns.begin(), columns.end(), [&](uint32_t column) {
    const std::optional<std::string_view> text = store_.Text(row, column);
    return text && AnyAccepts(term.strings, *text);
  });
}

void Matcher::Keep(const FilterNode& node, size_t depth, std::span<uint64_t> bits) {
  switch (node.kind) {
    case FilterNode::Kind::kAll:
      for (const FilterNode& member : node.members) Keep(member, depth + 1, bits);
      break;
    case FilterNode::Kind::kAny:
      KeepAnyOf(node, depth, bits);
      break;
    case FilterNode::Kind::kTerm:
      KeepTerm(node.term, bits);
      break;
  }
}

void Matcher::KeepAnyOf(const FilterNode& node, size_t depth, std::span<uint64_t> bits) {
  auto& [undecided, kept] = rows_[depth];
  undecided.assign(bits.begin(), bits.end());
  for (const FilterNode& member : node.members) {
    kept = undecided;
    Keep(member, depth + 1, kept);
    Subtract(kept, undecided);
  }
  Subtract(undecided, bits);
}

void Matcher::KeepTerm(uint32_t term_index, std::span<uint64_t> bits) {
  const FilterTerm& term = *filter_.terms()[term_index];
  if (term.type == ColumnType::kDictionary) return KeepCodes(term_index, bits);
  if (term.type == ColumnType::kText) return KeepTexts(term, bits);
  VisitRows(bits, [&](Slot row) {
    if (!Matches(term_index, row)) ClearRow(row, bits);
  });
}

void Matcher::KeepCodes(uint32_t term_index, std::span<uint64_t> bits) {
  const FilterTerm& term = *filter_.terms()[term_index];
  const Dictionary& dictionary = store_.DictionaryOf(term.column);
  code_verdicts_.assign(dictionary.code_limit(), 0);
  for (uint32_t index = 0; index < code_verdicts_.size(); ++index) {
    const DictionaryCode code{index};
    if (dictionary.Uses(code) == 0) continue;
    const bool accepts = verdicts_[term_index].Accepts(term, dictionary, code);
    code_verdicts_[index] = accepts != term.is_negated ? 1 : 0;
  }
  store_.KeepCodes(term.column, code_verdicts_, term.is_negated, bits);
}

void Matcher::KeepTexts(const FilterTerm& term, std::span<uint64_t> bits) {
  // Where texts lie is looked up for so many rows at a time, so that waits for memory overlap.
  constexpr size_t kBatchRows = 32;
  std::array<Slot, kBatchRows> rows;
  std::array<std::optional<std::string_view>, kBatchRows> texts;
  size_t count = 0;
  const auto decide = [&] {
    touched_ += store_.TouchTexts({rows.data(), count});
    for (const uint32_t column : TextColumnsOf(term)) {
      for (size_t i = 0; i < count; ++i) texts[i] = store_.Text(rows[i], column);
      size_t undecided = 0;
      for (size_t i = 0; i < count; ++i) {
        if (!texts[i] || !AnyAccepts(term.strings, *texts[i])) {
          rows[undecided++] = rows[i];
        } else if (term.is_negated) {
          ClearRow(rows[i], bits);
        }
      }
      count = undecided;
    }
    for (size_t i = 0; i < count && !term.is_negated; ++i) ClearRow(rows[i], bits);
    count = 0;
  };
  VisitRows(bits, [&](Slot row) {
    rows[count++] = row;
    if (count == kBatchRows) decide();
  });
  decide();
}

}  // namespace eventglass
