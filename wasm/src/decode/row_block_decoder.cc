#include "decode/row_block_decoder.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

#include "decode/limits.h"
#include "decode/row_block_layout.h"

namespace eventglass {

namespace layout = row_block_layout;

namespace {

template <typename T>
T Load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

// n + 1 offsets into the UTF-8 bytes that follow them.
struct StringTable {
  const char* begin = nullptr;
  uint32_t count = 0;

  uint32_t Offset(size_t i) const { return Load<uint32_t>(begin + 4 * i); }
  const char* Bytes() const { return begin + 4 * (size_t{count} + 1); }
  uint32_t Size(size_t i) const { return Offset(i + 1) - Offset(i); }
  std::string_view operator[](size_t i) const { return {Bytes() + Offset(i), Size(i)}; }
};

// A column of the block at hand.
struct BlockColumn {
  uint32_t index = Schema::kNotFound;  // in the schema
  ColumnType type = ColumnType::kId;
  const char* values = nullptr;
  StringTable strings;
};

class Reader {
 public:
  Reader(const Schema& schema, std::string_view block) : schema_(schema), block_(block) {}

  DecodeError Read(MutationList* page) {
    if (!ReadHeader() || !ReadSections() || !MatchColumns() || !CheckStringValues()) return error_;
    page->mutations.reserve(header_.row_count);
    page->positions.reserve(header_.row_count);
    for (uint32_t row = 0; row < header_.row_count; ++row) ReadRow(row, page);
    return {};
  }

 private:
  bool Refuse(DecodeCode code, size_t byte_offset) {
    error_ = {code, byte_offset};
    return false;
  }
  size_t OffsetOf(const char* at) const { return static_cast<size_t>(at - block_.data()); }
  static size_t EntryOffset(size_t column) {
    return sizeof(layout::Header) + sizeof(layout::Column) * column;
  }

  bool ReadHeader() {
    if (block_.empty()) return Refuse(DecodeCode::kEmpty, 0);
    if (block_.size() > kMaxMessageBytes) return Refuse(DecodeCode::kTooLarge, kMaxMessageBytes);
    std::memcpy(&header_, block_.data(), std::min(block_.size(), sizeof(header_)));
    if (header_.magic != layout::kMagic) return Refuse(DecodeCode::kSyntax, 0);
    if (header_.layout_version != layout::kVersion) {
      return Refuse(DecodeCode::kWrongShape, offsetof(layout::Header, layout_version));
    }
    if (block_.size() < sizeof(header_) || block_.size() < header_.byte_length) {
      return Refuse(DecodeCode::kSyntax, block_.size());
    }
    if (block_.size() > header_.byte_length) {
      return Refuse(DecodeCode::kTrailingContent, header_.byte_length);
    }
    if (header_.column_count > kMaxColumns) {
      return Refuse(DecodeCode::kSyntax, offsetof(layout::Header, column_count));
    }
    if (header_.zero != 0) return Refuse(DecodeCode::kSyntax, offsetof(layout::Header, zero));
    return true;
  }

  // Finds every section where it has to be.
  bool ReadSections() {
    const uint64_t rows = header_.row_count;
    end_ = EntryOffset(header_.column_count);
    if (end_ > block_.size()) return Refuse(DecodeCode::kSyntax, block_.size());
    columns_.resize(header_.column_count);
    names_.count = header_.column_count;
    if (!TakeTable(header_.names, offsetof(layout::Header, names), &names_)) return false;
    const char* ignored = nullptr;
    if (header_.row_ids != 0 &&
        !Take(header_.row_ids, 8 * rows, offsetof(layout::Header, row_ids), &ignored)) {
      return false;
    }
    if (header_.row_versions != 0 &&
        !Take(header_.row_versions, 8 * rows, offsetof(layout::Header, row_versions), &ignored)) {
      return false;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!ReadValues(i)) return false;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!ReadStrings(i)) return false;
    }
    if (header_.changes != 0 &&
        !Take(header_.changes, layout::ChangeBytes(header_.column_count) * rows,
              offsetof(layout::Header, changes), &ignored)) {
      return false;
    }
    const bool is_whole = layout::Aligned(end_) == block_.size();
    return is_whole || Refuse(DecodeCode::kSyntax, offsetof(layout::Header, byte_length));
  }

  layout::Column Entry(size_t column) const {
    return Load<layout::Column>(block_.data() + EntryOffset(column));
  }

  bool ReadValues(size_t i) {
    const layout::Column entry = Entry(i);
    if (entry.type > static_cast<uint32_t>(ColumnType::kBoolean)) {
      return Refuse(DecodeCode::kSyntax, EntryOffset(i) + offsetof(layout::Column, type));
    }
    columns_[i].type = static_cast<ColumnType>(entry.type);
    return Take(entry.values, layout::ValueBytes(columns_[i].type) * uint64_t{header_.row_count},
                EntryOffset(i) + offsetof(layout::Column, values), &columns_[i].values);
  }

  bool ReadStrings(size_t i) {
    const layout::Column entry = Entry(i);
    BlockColumn& column = columns_[i];
    const bool is_dictionary = column.type == ColumnType::kDictionary;
    const bool has_strings = layout::HasStrings(column.type);
    const uint32_t count = has_strings ? header_.row_count : 0;
    if (!is_dictionary && entry.string_count != count) {
      return Refuse(DecodeCode::kSyntax, EntryOffset(i) + offsetof(layout::Column, string_count));
    }
    const size_t field = EntryOffset(i) + offsetof(layout::Column, strings);
    if (!has_strings) return entry.strings == 0 || Refuse(DecodeCode::kSyntax, field);
    column.strings.count = entry.string_count;
    return TakeTable(entry.strings, field, &column.strings);
  }

  // The next section, if `offset`, which stands at `field`, is where it has to be and `bytes` are
  // there.
  bool Take(uint32_t offset, uint64_t bytes, size_t field, const char** section) {
    const uint64_t begin = layout::Aligned(end_);
    if (offset != begin || begin + bytes > block_.size()) {
      return Refuse(DecodeCode::kSyntax, field);
    }
    *section = block_.data() + begin;
    end_ = begin + bytes;
    return true;
  }

  // The next section as a string table. REQUIRES: table->count is set
  bool TakeTable(uint32_t offset, size_t field, StringTable* table) {
    if (!Take(offset, 4 * (uint64_t{table->count} + 1), field, &table->begin)) return false;
    uint32_t last = 0;
    for (size_t i = 0; i <= table->count; ++i) {
      const uint32_t next = table->Offset(i);
      const bool fits = i == 0 ? next == 0 : next >= last && next <= block_.size() - end_;
      if (!fits) return Refuse(DecodeCode::kSyntax, OffsetOf(table->begin + 4 * i));
      last = next;
    }
    end_ += last;
    return CheckUtf8(*table);
  }

  bool CheckUtf8(const StringTable& table) {
    // All at once, and then that no string begins within a character.
    const std::string_view bytes(table.Bytes(), table.Offset(table.count));
    bool is_valid = simdjson::validate_utf8(bytes.data(), bytes.size());
    for (size_t i = 0; is_valid && i < table.count; ++i) {
      const uint32_t begin = table.Offset(i);
      is_valid = begin == bytes.size() || layout::BeginsCharacter(bytes[begin]);
    }
    if (is_valid) return true;
    for (size_t i = 0; i < table.count; ++i) {
      const std::string_view string = table[i];
      if (!simdjson::validate_utf8(string.data(), string.size())) {
        return Refuse(DecodeCode::kInvalidUtf8, OffsetOf(string.data()));
      }
    }
    return true;
  }

  bool MatchColumns() {
    std::vector<bool> is_known(schema_.size());
    uint32_t expected = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const uint32_t index = schema_.Find(names_[i], expected);
      if (index == Schema::kNotFound) continue;
      expected = index + 1;
      if (columns_[i].type != schema_[index].type || is_known[index]) {
        return Refuse(DecodeCode::kWrongShape, EntryOffset(i));
      }
      is_known[index] = true;
      columns_[i].index = index;
    }
    if (!is_known[schema_.id_column()] || !is_known[schema_.timestamp_column()]) {
      return Refuse(DecodeCode::kWrongShape, offsetof(layout::Header, names));
    }
    return true;
  }

  // Whether dictionary codes and lengths agree with the string tables.
  bool CheckStringValues() {
    for (const BlockColumn& column : columns_) {
      if (!layout::HasStrings(column.type)) continue;
      for (size_t row = 0; row < header_.row_count; ++row) {
        const char* const at = column.values + 4 * row;
        const auto value = Load<uint32_t>(at);
        if (column.type == ColumnType::kDictionary) {
          if (value < column.strings.count || value == layout::kAbsent) continue;
          return Refuse(DecodeCode::kSyntax, OffsetOf(at));
        }
        const uint32_t size = column.strings.Size(row);
        if (size == (value == layout::kAbsent ? 0 : value)) continue;
        const bool is_cut = size < value && value != layout::kAbsent;
        return Refuse(is_cut ? DecodeCode::kWrongShape : DecodeCode::kSyntax, OffsetOf(at));
      }
    }
    return true;
  }

  void ReadRow(uint32_t row, MutationList* page) const {
    const size_t cells_before = page->cells.size();
    Mutation event;
    for (const BlockColumn& column : columns_) {
      if (column.index == Schema::kNotFound) continue;
      auto fault = SkipCode::kWrongType;
      if (ReadValue(column, row, &event, &page->cells, &fault)) continue;
      page->cells.resize(cells_before);
      page->skipped.Add(row, fault, schema_[column.index].name);
      return;
    }
    event.cell_begin = static_cast<uint32_t>(cells_before);
    event.cell_end = static_cast<uint32_t>(page->cells.size());
    page->mutations.push_back(event);
    page->positions.push_back(row);
  }

  // Adds the value to the event or its cells. False, with `fault`, if the column can't hold it.
  static bool ReadValue(const BlockColumn& column, size_t row, Mutation* event,
                        std::vector<Cell>* cells, SkipCode* fault) {
    Cell cell;
    cell.column = column.index;
    switch (column.type) {
      case ColumnType::kId:
        event->id = column.strings[row];
        *fault = event->id.empty() ? SkipCode::kMissingId : SkipCode::kTooLong;
        return !event->id.empty() && event->id.size() <= kMaxIdBytes;
      case ColumnType::kTimestamp: {
        const auto number = Load<double>(column.values + 8 * row);
        *fault = std::isnan(number) ? SkipCode::kMissingTimestamp : SkipCode::kOutOfRange;
        // Not a number fails here as well.
        if (!(std::abs(number) <= static_cast<double>(kMaxTimestampMs))) return false;
        event->has_timestamp = true;
        event->timestamp = static_cast<int64_t>(number);
        return std::trunc(number) == number;
      }
      case ColumnType::kDictionary: {
        const auto code = Load<uint32_t>(column.values + 4 * row);
        if (code == layout::kAbsent) return true;
        cell.text = column.strings[code];
        *fault = SkipCode::kTooLong;
        if (cell.text.size() > kMaxDictionaryValueBytes) return false;
        break;
      }
      case ColumnType::kText:
        if (Load<uint32_t>(column.values + 4 * row) == layout::kAbsent) return true;
        cell.text = column.strings[row];
        *fault = SkipCode::kTooLong;
        if (cell.text.size() > kMaxTextBytes) return false;
        break;
      case ColumnType::kNumber:
        cell.number = Load<double>(column.values + 8 * row);
        if (std::isnan(cell.number)) return true;
        *fault = SkipCode::kOutOfRange;
        if (std::isinf(cell.number)) return false;
        break;
      case ColumnType::kBoolean: {
        const auto boolean = Load<uint8_t>(column.values + row);
        if (boolean == layout::kAbsentBoolean) return true;
        *fault = SkipCode::kWrongType;
        if (boolean > layout::kAbsentBoolean) return false;
        cell.boolean = boolean == 1;
        break;
      }
    }
    cells->push_back(cell);
    return true;
  }

  const Schema& schema_;
  const std::string_view block_;

  layout::Header header_;
  StringTable names_;
  std::vector<BlockColumn> columns_;
  uint64_t end_ = 0;  // of the sections found so far
  DecodeError error_;
};

}  // namespace

DecodeError DecodeRowBlock(const Schema& schema, std::string_view block, MutationList* page) {
  page->Clear();
  return Reader(schema, block).Read(page);
}

std::string_view RowBlockMessage(DecodeCode code) {
  switch (code) {
    case DecodeCode::kEmpty:
      return "there is no row block";
    case DecodeCode::kSyntax:
      return "this is not a row block, or a part of one";
    case DecodeCode::kTrailingContent:
      return "something follows the row block";
    case DecodeCode::kWrongShape:
      return "a row block, but of another schema or layout version, or with texts that are cut";
    default:
      return DecodeMessage(code);
  }
}

}  // namespace eventglass
