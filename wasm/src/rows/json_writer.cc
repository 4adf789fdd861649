#include "rows/json_writer.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "store/memory.h"

namespace eventglass {

JsonWriter::JsonWriter(const EventStore& store) : store_(store) {
  for (const Column& column : store.schema().columns()) {
    out_.clear();
    AppendString(column.name);
    labels_.push_back(out_ + ":");
  }
}

std::string_view JsonWriter::Write(std::span<const Slot> rows) {
  out_.assign(1, '[');
  for (const Slot row : rows) {
    if (!Reserve(row)) {
      out_ = std::string();
      return {};
    }
    if (out_.size() > 1) out_ += ',';
    out_ += '{';
    for (uint32_t column = 0; column < labels_.size(); ++column) AppendValue(row, column);
    out_.back() = '}';  // in the place of the last comma; every row has an id
  }
  out_ += ']';
  return out_;
}

bool JsonWriter::Reserve(Slot row) {
  constexpr size_t kEscapedBytes = 6;  // of one byte: \u0000
  constexpr size_t kNumberBytes = 32;
  size_t bytes = 4 + kEscapedBytes * store_.Id(row).size();
  for (uint32_t column = 0; column < labels_.size(); ++column) {
    bytes += labels_[column].size() + kNumberBytes;
    const ColumnType type = store_.schema()[column].type;
    if (type == ColumnType::kText) {
      bytes += kEscapedBytes * store_.Text(row, column).value_or(std::string_view()).size();
    } else if (type == ColumnType::kDictionary) {
      const DictionaryCode code = store_.Code(row, column);
      if (code == kAbsentCode) continue;
      bytes += kEscapedBytes * store_.DictionaryOf(column).Value(code).size();
    }
  }
  if (out_.capacity() - out_.size() >= bytes) return true;
  const size_t capacity = std::max(out_.size() + bytes, out_.capacity() * 2);
  if (!HasMemoryFor(capacity + 1)) return false;
  out_.reserve(capacity);
  return true;
}

// Appends `"name":value,`, or nothing where the row has no value.
void JsonWriter::AppendValue(Slot row, uint32_t column) {
  const std::string& label = labels_[column];
  switch (store_.schema()[column].type) {
    case ColumnType::kId:
      out_ += label;
      AppendString(store_.Id(row));
      break;
    case ColumnType::kTimestamp: {
      std::array<char, 24> digits;
      const auto end =
          std::to_chars(digits.data(), digits.data() + digits.size(), store_.Timestamp(row));
      out_ += label;
      out_.append(digits.data(), end.ptr);
      break;
    }
    case ColumnType::kDictionary: {
      const DictionaryCode code = store_.Code(row, column);
      if (code == kAbsentCode) return;
      out_ += label;
      AppendString(store_.DictionaryOf(column).Value(code));
      break;
    }
    case ColumnType::kText: {
      const std::optional<std::string_view> text = store_.Text(row, column);
      if (!text) return;
      out_ += label;
      AppendString(*text);
      break;
    }
    case ColumnType::kNumber: {
      const double number = store_.Number(row, column);
      if (std::isnan(number)) return;
      out_ += label;
      AppendNumber(number);
      break;
    }
    case ColumnType::kBoolean: {
      const uint8_t boolean = store_.Boolean(row, column);
      if (boolean == EventStore::kAbsentBoolean) return;
      out_ += label;
      out_ += boolean != 0 ? "true" : "false";
      break;
    }
  }
  out_ += ',';
}

void JsonWriter::AppendString(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out_ += '"';
  size_t plain_begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out_.append(text, plain_begin, at - plain_begin);
    plain_begin = at + 1;
    out_ += '\\';
    if (byte < 0x20) {
      out_ += "u00";
      out_ += kHex[byte >> 4];
      out_ += kHex[byte & 15];
    } else {
      out_ += text[at];
    }
  }
  out_.append(text, plain_begin, text.size() - plain_begin);
  out_ += '"';
}

void JsonWriter::AppendNumber(double number) {
  std::array<char, 32> digits;
  // Grisu2 (Loitsch, PLDI 2010): the digits read back as the same number.
  const char* const end =
      simdjson::internal::to_chars(digits.data(), digits.data() + digits.size(), number);
  std::string_view text(digits.data(), static_cast<size_t>(end - digits.data()));
  if (text.ends_with(".0")) text.remove_suffix(2);
  out_ += text;
}

}  // namespace eventglass
