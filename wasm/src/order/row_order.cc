#include "order/row_order.h"

#include <cstring>
#include <optional>

namespace eventglass {

namespace {

// Numbers as integers that compare alike: the bits of a positive double ascend with it, those of a
// negative one descend. The two zeros are one number.
uint64_t NumberPrefix(double number) {
  if (std::isnan(number)) return RowOrder::kAbsentPrefix;
  const auto bits = std::bit_cast<uint64_t>(number == 0 ? 0.0 : number);
  return (bits >> 63) != 0 ? ~bits : bits | 1ULL << 63;
}

// The first 8 bytes, the first of them the most significant.
uint64_t TextPrefix(std::string_view text) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < 8; ++i) {
    prefix = prefix << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  // Valid UTF-8 has no byte FF, so this is below kAbsentPrefix.
  return prefix;
}

}  // namespace

uint64_t RowOrder::ColumnPrefix(Slot slot) const {
  switch (type_) {
    case ColumnType::kId:
      return TextPrefix(store_.Id(slot));
    case ColumnType::kTimestamp:
      return TimePrefix(store_.Timestamp(slot));
    case ColumnType::kDictionary: {
      const DictionaryCode code = store_.Code(slot, column_);
      return code == kAbsentCode ? kAbsentPrefix
                                 : TextPrefix(store_.DictionaryOf(column_).Value(code));
    }
    case ColumnType::kText: {
      const std::optional<std::string_view> text = store_.Text(slot, column_);
      return text ? TextPrefix(*text) : kAbsentPrefix;
    }
    case ColumnType::kNumber:
      return NumberPrefix(store_.Number(slot, column_));
    case ColumnType::kBoolean: {
      const uint8_t boolean = store_.Boolean(slot, column_);
      return boolean == EventStore::kAbsentBoolean ? kAbsentPrefix : boolean;
    }
  }
  return kAbsentPrefix;
}

std::strong_ordering RowOrder::CompareTexts(Slot a, Slot b) const {
  switch (type_) {
    case ColumnType::kDictionary: {
      const DictionaryCode code_a = store_.Code(a, column_);
      const DictionaryCode code_b = store_.Code(b, column_);
      if (code_a == code_b) return std::strong_ordering::equal;
      const Dictionary& dictionary = store_.DictionaryOf(column_);
      return dictionary.Value(code_a) <=> dictionary.Value(code_b);
    }
    case ColumnType::kText:
      return store_.Text(a, column_).value_or(std::string_view()) <=>
             store_.Text(b, column_).value_or(std::string_view());
    case ColumnType::kId:
      return store_.Id(a) <=> store_.Id(b);
    default:
      return std::strong_ordering::equal;
  }
}

}  // namespace eventglass
