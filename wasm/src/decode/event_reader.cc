#include "decode/event_reader.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "decode/limits.h"

namespace eventglass {

namespace {

void SetTimestamp(const Column& column, const Scalar& scalar, Draft* draft) {
  if (scalar.kind == Scalar::Kind::kNull) {
    return draft->Skip(SkipCode::kMissingTimestamp, column.name);
  }
  if (scalar.kind != Scalar::Kind::kNumber) return draft->Skip(SkipCode::kWrongType, column.name);
  if (!scalar.IsIntegerWithin(static_cast<double>(kMaxTimestampMs))) {
    return draft->Skip(SkipCode::kOutOfRange, column.name);
  }
  draft->mutation.has_timestamp = true;
  draft->mutation.timestamp = static_cast<int64_t>(scalar.number);
}

// The last of two equal keys counts, as with JSON.parse.
void SetCell(const Cell& cell, MutationList* list, uint32_t cell_begin) {
  for (size_t i = cell_begin; i < list->cells.size(); ++i) {
    if (list->cells[i].column == cell.column) {
      list->cells[i] = cell;
      return;
    }
  }
  list->cells.push_back(cell);
}

// The longest text of a column; 0 for columns of other types.
size_t TextLimit(ColumnType type) {
  if (type == ColumnType::kDictionary) return kMaxDictionaryValueBytes;
  return type == ColumnType::kText ? kMaxTextBytes : 0;
}

Scalar::Kind KindOf(ColumnType type) {
  if (type == ColumnType::kNumber) return Scalar::Kind::kNumber;
  if (type == ColumnType::kBoolean) return Scalar::Kind::kBoolean;
  return Scalar::Kind::kString;
}

}  // namespace

EventReader::KeyPattern::KeyPattern(std::string_view name) {
  const std::string key = '"' + std::string(name) + "\":";
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (!is_plain || key.size() > sizeof(bytes)) return;
  size = static_cast<uint32_t>(key.size());
  std::memcpy(bytes, key.data(), key.size());
  std::memset(mask, 0xFF, key.size());
}

EventReader::EventReader(const Schema& schema, JsonReader* json) : schema_(schema), json_(json) {
  for (const Column& column : schema.columns()) {
    keys_.emplace_back(column.name);
    text_limits_.push_back(TextLimit(column.type));
  }
}

const char* EventReader::ReadEvent(const char* at, uint32_t depth, MutationList* list,
                                   Draft* draft) {
  // Nothing is left of an event that stood here under the same key.
  list->cells.resize(draft->mutation.cell_begin);
  draft->mutation.id = {};
  draft->mutation.has_timestamp = false;
  uint32_t expected = 0;  // the column after the one found last
  uint32_t unseen = 0;    // neither this column nor those after it have come yet
  at = json_->ReadItems(at + 1, '}', [&](const char* field) -> const char* {
    uint32_t index = expected;
    field =
        IsExpected(field, index) ? json_->Token(field + keys_[index].size) : ReadKey(field, &index);
    if (field == nullptr) return nullptr;
    if (index == Schema::kNotFound) {
      Scalar dropped;
      return json_->ReadValue(field, depth, &dropped);
    }
    const bool is_first = index >= unseen;
    expected = index + 1;
    if (is_first) unseen = expected;
    // Nearly all values are the first string in a column of strings.
    const size_t limit = text_limits_[index];
    if (*field != '"' || limit == 0 || !is_first) {
      return ReadColumn(field, depth, index, list, draft);
    }
    Cell cell;
    cell.column = index;
    field = json_->ReadString(field + 1, &cell.text);
    if (cell.text.size() <= limit) {
      list->cells.push_back(cell);
    } else {
      draft->Skip(SkipCode::kTooLong, schema_[index].name);
    }
    return field;
  });
  draft->mutation.cell_end = static_cast<uint32_t>(list->cells.size());
  return at;
}

const char* EventReader::ReadKey(const char* at, uint32_t* index) const {
  std::string_view key;
  at = json_->ReadKey(at, &key);
  if (at != nullptr) *index = schema_.Find(key, *index);
  return at;
}

const char* EventReader::ReadColumn(const char* at, uint32_t depth, uint32_t index,
                                    MutationList* list, Draft* draft) const {
  Scalar scalar;
  at = json_->ReadValue(at, depth, &scalar);
  if (at != nullptr) SetColumn(index, scalar, list, draft);
  return at;
}

void EventReader::Finish(bool is_whole, uint32_t position, MutationList* list, Draft* draft) const {
  // What every mutation needs: an id, and a timestamp where the event is whole.
  const Mutation& mutation = draft->mutation;
  if (mutation.id.empty()) draft->Skip(SkipCode::kMissingId, IdName());
  if (mutation.op == MutationOp::kPut && !mutation.has_timestamp) {
    draft->Skip(SkipCode::kMissingTimestamp, schema_[schema_.timestamp_column()].name);
  }
  if (is_whole && !draft->skip) {
    list->mutations.push_back(mutation);
    list->positions.push_back(position);
    return;
  }
  list->cells.resize(mutation.cell_begin);
  if (is_whole) list->skipped.Add(position, draft->skip_code, draft->skip_column);
}

void EventReader::SetColumn(uint32_t index, const Scalar& scalar, MutationList* list,
                            Draft* draft) const {
  const Column& column = schema_[index];
  if (column.type == ColumnType::kId) return SetId(scalar, draft);
  if (column.type == ColumnType::kTimestamp) return SetTimestamp(column, scalar, draft);
  Cell cell;
  cell.column = index;
  cell.absent = scalar.kind == Scalar::Kind::kNull;
  if (!cell.absent) {
    if (scalar.kind != KindOf(column.type)) return draft->Skip(SkipCode::kWrongType, column.name);
    if (!scalar.in_range) return draft->Skip(SkipCode::kOutOfRange, column.name);
    if (scalar.text.size() > text_limits_[index]) {
      return draft->Skip(SkipCode::kTooLong, column.name);
    }
    cell.boolean = scalar.boolean;
    cell.number = scalar.number;
    cell.text = scalar.text;
  }
  SetCell(cell, list, draft->mutation.cell_begin);
}

void EventReader::SetId(const Scalar& scalar, Draft* draft) const {
  draft->mutation.id = {};
  if (scalar.kind == Scalar::Kind::kNull) return;  // missing, which Finish reports
  if (scalar.kind != Scalar::Kind::kString) return draft->Skip(SkipCode::kWrongType, IdName());
  if (scalar.text.size() > kMaxIdBytes) return draft->Skip(SkipCode::kTooLong, IdName());
  draft->mutation.id = scalar.text;
}

}  // namespace eventglass
