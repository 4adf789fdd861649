#include "rows/row_block.h"

#include <cstring>

namespace eventglass {

namespace {

constexpr uint32_t kHeaderBytes = 64;
constexpr uint32_t kDirectoryEntryBytes = 16;
constexpr uint32_t kAbsent = UINT32_MAX;

}  // namespace

std::string_view CutText(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::span<const char> RowBlockWriter::Write(const RowBlockHeader& header,
                                            std::span<const Slot> rows) {
  const uint32_t columns = store_.schema().size();
  bytes_.clear();
  Reserve(kHeaderBytes + size_t{kDirectoryEntryBytes} * columns);
  Put(0, kMagic);
  Put(4, kLayoutVersion);
  Put(8, static_cast<uint32_t>(rows.size()));
  Put(12, columns);
  Put(16, static_cast<double>(header.begin));
  Put(24, static_cast<double>(header.view_row_count));
  Put(32, static_cast<double>(header.version));

  const uint32_t row_ids = Reserve(8 * rows.size());
  const uint32_t versions = Reserve(8 * rows.size());
  Put(44, row_ids);
  Put(48, versions);
  for (size_t i = 0; i < rows.size(); ++i) {
    Put(row_ids + 8 * i, static_cast<double>(store_.RowId(rows[i])));
    Put(versions + 8 * i, static_cast<double>(store_.Version(rows[i])));
  }
  for (uint32_t column = 0; column < columns; ++column) WriteColumn(column, rows);
  Reserve(0);
  Put(40, static_cast<uint32_t>(bytes_.size()));
  return bytes_;
}

void RowBlockWriter::WriteColumn(uint32_t column, std::span<const Slot> rows) {
  const ColumnType type = store_.schema()[column].type;
  const uint32_t entry = kHeaderBytes + kDirectoryEntryBytes * column;
  const uint32_t value_bytes = type == ColumnType::kBoolean                                    ? 1
                               : type == ColumnType::kTimestamp || type == ColumnType::kNumber ? 8
                                                                                               : 4;
  const uint32_t values = Reserve(value_bytes * rows.size());
  Put(entry, static_cast<uint32_t>(type));
  Put(entry + 4, values);
  switch (type) {
    case ColumnType::kTimestamp:
      for (size_t i = 0; i < rows.size(); ++i) {
        Put(values + 8 * i, static_cast<double>(store_.Timestamp(rows[i])));
      }
      return;
    case ColumnType::kNumber:
      for (size_t i = 0; i < rows.size(); ++i) Put(values + 8 * i, store_.Number(rows[i], column));
      return;
    case ColumnType::kBoolean:
      for (size_t i = 0; i < rows.size(); ++i) Put(values + i, store_.Boolean(rows[i], column));
      return;
    case ColumnType::kDictionary:
      return WriteDictionary(column, rows);
    case ColumnType::kId:
    case ColumnType::kText:
      return WriteTexts(column, rows);
  }
}

void RowBlockWriter::WriteDictionary(uint32_t column, std::span<const Slot> rows) {
  const uint32_t entry = kHeaderBytes + kDirectoryEntryBytes * column;
  uint32_t values;
  std::memcpy(&values, bytes_.data() + entry + 4, sizeof(values));
  const Dictionary& dictionary = store_.DictionaryOf(column);
  if (block_codes_.size() < dictionary.code_limit()) {
    block_codes_.resize(dictionary.code_limit(), kAbsent);
  }
  strings_.clear();
  for (size_t i = 0; i < rows.size(); ++i) {
    const DictionaryCode code = store_.Code(rows[i], column);
    uint32_t block_code = kAbsent;
    if (code != kAbsentCode) {
      uint32_t& known = block_codes_[static_cast<uint32_t>(code)];
      if (known == kAbsent) {
        known = static_cast<uint32_t>(strings_.size());
        strings_.push_back(dictionary.Value(code));
      }
      block_code = known;
    }
    Put(values + 4 * i, block_code);
  }
  for (const Slot row : rows) {
    const DictionaryCode code = store_.Code(row, column);
    if (code != kAbsentCode) block_codes_[static_cast<uint32_t>(code)] = kAbsent;
  }
  Put(entry + 8, WriteStrings(strings_));
  Put(entry + 12, static_cast<uint32_t>(strings_.size()));
}

void RowBlockWriter::WriteTexts(uint32_t column, std::span<const Slot> rows) {
  const uint32_t entry = kHeaderBytes + kDirectoryEntryBytes * column;
  uint32_t values;
  std::memcpy(&values, bytes_.data() + entry + 4, sizeof(values));
  const bool is_id = store_.schema()[column].type == ColumnType::kId;
  strings_.clear();
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::optional<std::string_view> text =
        is_id ? store_.Id(rows[i]) : store_.Text(rows[i], column);
    Put(values + 4 * i, text ? static_cast<uint32_t>(text->size()) : kAbsent);
    // Ids are keys: they are never cut.
    const std::string_view whole = text.value_or(std::string_view());
    strings_.push_back(is_id ? whole : CutText(whole, max_cell_bytes_));
  }
  Put(entry + 8, WriteStrings(strings_));
  Put(entry + 12, static_cast<uint32_t>(strings_.size()));
}

uint32_t RowBlockWriter::WriteStrings(std::span<const std::string_view> strings) {
  size_t total = 0;
  for (const std::string_view string : strings) total += string.size();
  const size_t offsets_bytes = 4 * (strings.size() + 1);
  const uint32_t table = Reserve(offsets_bytes + total);
  uint32_t offset = 0;
  for (size_t i = 0; i < strings.size(); ++i) {
    Put(table + 4 * i, offset);
    strings[i].copy(bytes_.data() + table + offsets_bytes + offset, strings[i].size());
    offset += static_cast<uint32_t>(strings[i].size());
  }
  Put(table + 4 * strings.size(), offset);
  return table;
}

uint32_t RowBlockWriter::Reserve(size_t bytes) {
  const size_t offset = (bytes_.size() + 7) & ~size_t{7};
  bytes_.resize(offset + bytes);
  return static_cast<uint32_t>(offset);
}

template <typename T>
void RowBlockWriter::Put(size_t offset, T value) {
  std::memcpy(bytes_.data() + offset, &value, sizeof(value));
}

}  // namespace eventglass
