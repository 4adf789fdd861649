#include "rows/row_block.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <new>

#include "store/bytes.h"

namespace eventglass {

namespace layout = row_block_layout;

namespace {

// Booleans are written as the store has them.
static_assert(layout::kAbsentBoolean == EventStore::kAbsentBoolean);

constexpr uint64_t kMaxBlockBytes = UINT32_MAX;  // what offsets reach

template <typename T>
void Store(char* at, T value) {
  std::memcpy(at, &value, sizeof(value));
}

uint64_t TableBytes(uint64_t string_count, uint64_t byte_count) {
  return 4 * (string_count + 1) + byte_count;
}

// The string table of docs/row_block.md.
void WriteStrings(std::span<const std::string_view> strings, char* table) {
  char* const bytes = table + 4 * (strings.size() + 1);
  uint32_t offset = 0;
  Store(table, offset);
  for (size_t i = 0; i < strings.size(); ++i) {
    CopyBytes(bytes + offset, strings[i]);
    offset += static_cast<uint32_t>(strings[i].size());
    Store(table + 4 * (i + 1), offset);
  }
}

std::string NamesTable(const Schema& schema) {
  std::vector<std::string_view> names;
  size_t byte_count = 0;
  for (const Column& column : schema.columns()) {
    names.push_back(column.name);
    byte_count += column.name.size();
  }
  std::string table(static_cast<size_t>(TableBytes(names.size(), byte_count)), '\0');
  WriteStrings(names, table.data());
  return table;
}

// Characters that begin in a word of UTF-8: bytes that are not 10xxxxxx.
size_t CountBegins(uint64_t word) {
  constexpr uint64_t kLowBits = 0x0101010101010101;
  return 8 - static_cast<size_t>(std::popcount((word >> 7) & (~word >> 6) & kLowBits));
}

// The bits of columns 8 * byte to 8 * byte + 7: the mask's last one stands for all from there on.
uint8_t ChangeBits(uint64_t mask, uint32_t byte) {
  if (byte < 8) return static_cast<uint8_t>(mask >> (8 * byte));
  return (mask >> 63) != 0 ? UINT8_MAX : 0;
}

}  // namespace

std::string_view CutText(std::string_view text, size_t max_characters) {
  // No text has more characters than bytes.
  if (text.size() <= max_characters) return text;
  size_t end = 0;
  size_t characters = 0;
  while (end + 8 <= text.size()) {
    uint64_t word;
    std::memcpy(&word, text.data() + end, sizeof(word));
    const size_t begins = CountBegins(word);
    if (characters + begins > max_characters) break;
    characters += begins;
    end += 8;
  }
  while (end < text.size()) {
    if (layout::BeginsCharacter(text[end]) && characters++ == max_characters) break;
    ++end;
  }
  return text.substr(0, end);
}

RowBlockWriter::RowBlockWriter(const EventStore& store, uint32_t max_cell_characters)
    : store_(store),
      max_cell_characters_(max_cell_characters),
      names_(NamesTable(store.schema())),
      directory_(store.schema().size()),
      tables_(store.schema().size()) {}

std::span<const char> RowBlockWriter::Write(const RowBlockHeader& header,
                                            std::span<const Slot> rows,
                                            std::span<const uint64_t> changes) {
  return WriteBlock(header, rows, true, max_cell_characters_, changes);
}

std::span<const char> RowBlockWriter::WriteForTransport(const RowBlockHeader& header,
                                                        std::span<const Slot> rows) {
  return WriteBlock(header, rows, false, kWhole, {});
}

std::span<const char> RowBlockWriter::WriteBlock(const RowBlockHeader& header,
                                                 std::span<const Slot> rows, bool has_row_numbers,
                                                 size_t max_characters,
                                                 std::span<const uint64_t> changes) {
  assert(changes.empty() || changes.size() == rows.size());
  const uint64_t row_count = rows.size();
  const uint32_t columns = store_.schema().size();
  layout::Header out;
  out.row_count = static_cast<uint32_t>(row_count);
  out.column_count = columns;
  out.begin = header.begin;
  out.view_row_count = header.view_row_count;
  out.version = static_cast<double>(header.version);
  out.changed_since = static_cast<double>(header.changed_since);

  end_ = sizeof(layout::Header) + sizeof(layout::Column) * columns;
  out.names = Place(names_.size());
  if (has_row_numbers) {
    out.row_ids = Place(8 * row_count);
    out.row_versions = Place(8 * row_count);
  }
  for (uint32_t column = 0; column < columns; ++column) {
    const ColumnType type = store_.schema()[column].type;
    directory_[column] = {.type = static_cast<uint32_t>(type),
                          .values = Place(layout::ValueBytes(type) * row_count)};
  }
  if (!Grow()) return {};
  names_.copy(Section(out.names, names_.size()), names_.size());
  if (has_row_numbers) WriteRowNumbers(out, rows);
  strings_.clear();
  for (uint32_t column = 0; column < columns; ++column) WriteValues(column, rows, max_characters);

  // How long the strings are is known only now.
  for (uint32_t column = 0; column < columns; ++column) {
    if (!layout::HasStrings(store_.schema()[column].type)) continue;
    const Table& table = tables_[column];
    directory_[column].strings = Place(TableBytes(table.count, table.byte_count));
    directory_[column].string_count = table.count;
  }
  if (!changes.empty()) out.changes = Place(layout::ChangeBytes(columns) * row_count);
  if (!Grow()) return {};
  for (uint32_t column = 0; column < columns; ++column) {
    if (directory_[column].strings != 0) WriteTable(column);
  }
  if (!changes.empty()) WriteChanges(out.changes, changes);
  out.byte_length = static_cast<uint32_t>(layout::Aligned(end_));
  Store(bytes_.get(), out);
  std::memcpy(bytes_.get() + sizeof(out), directory_.data(), sizeof(layout::Column) * columns);
  return {bytes_.get(), out.byte_length};
}

void RowBlockWriter::WriteRowNumbers(const layout::Header& header, std::span<const Slot> rows) {
  char* const ids = Section(header.row_ids, 8 * rows.size());
  char* const versions = Section(header.row_versions, 8 * rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    Store(ids + 8 * i, static_cast<double>(store_.RowId(rows[i])));
    Store(versions + 8 * i, static_cast<double>(store_.Version(rows[i])));
  }
}

void RowBlockWriter::WriteValues(uint32_t column, std::span<const Slot> rows,
                                 size_t max_characters) {
  const ColumnType type = store_.schema()[column].type;
  char* const values = Section(directory_[column].values, layout::ValueBytes(type) * rows.size());
  switch (type) {
    case ColumnType::kTimestamp:
      for (size_t i = 0; i < rows.size(); ++i) {
        Store(values + 8 * i, static_cast<double>(store_.Timestamp(rows[i])));
      }
      return;
    case ColumnType::kNumber:
      for (size_t i = 0; i < rows.size(); ++i)
        Store(values + 8 * i, store_.Number(rows[i], column));
      return;
    case ColumnType::kBoolean:
      for (size_t i = 0; i < rows.size(); ++i) Store(values + i, store_.Boolean(rows[i], column));
      return;
    case ColumnType::kDictionary:
      return WriteDictionary(column, rows, values);
    case ColumnType::kId:  // ids are keys: they are never cut
      return WriteTexts(column, rows, kWhole, values);
    case ColumnType::kText:
      return WriteTexts(column, rows, max_characters, values);
  }
}

void RowBlockWriter::WriteDictionary(uint32_t column, std::span<const Slot> rows, char* values) {
  const Dictionary& dictionary = store_.DictionaryOf(column);
  if (block_codes_.size() < dictionary.code_limit()) {
    block_codes_.resize(dictionary.code_limit(), layout::kAbsent);
  }
  const size_t begin = strings_.size();
  for (size_t i = 0; i < rows.size(); ++i) {
    const DictionaryCode code = store_.Code(rows[i], column);
    uint32_t block_code = layout::kAbsent;
    if (code != kAbsentCode) {
      uint32_t& known = block_codes_[static_cast<uint32_t>(code)];
      if (known == layout::kAbsent) {
        known = static_cast<uint32_t>(strings_.size() - begin);
        strings_.push_back(dictionary.Value(code));
        codes_.push_back(code);
      }
      block_code = known;
    }
    Store(values + 4 * i, block_code);
  }
  for (const DictionaryCode code : codes_)
    block_codes_[static_cast<uint32_t>(code)] = layout::kAbsent;
  codes_.clear();
  EndTable(column, begin);
}

void RowBlockWriter::WriteTexts(uint32_t column, std::span<const Slot> rows, size_t max_characters,
                                char* values) {
  const bool is_id = store_.schema()[column].type == ColumnType::kId;
  const size_t begin = strings_.size();
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::optional<std::string_view> text =
        is_id ? store_.Id(rows[i]) : store_.Text(rows[i], column);
    Store(values + 4 * i, text ? static_cast<uint32_t>(text->size()) : layout::kAbsent);
    strings_.push_back(CutText(text.value_or(std::string_view("")), max_characters));
  }
  EndTable(column, begin);
}

void RowBlockWriter::EndTable(uint32_t column, size_t begin) {
  Table& table = tables_[column];
  table = {static_cast<uint32_t>(begin), static_cast<uint32_t>(strings_.size() - begin), 0};
  for (size_t i = begin; i < strings_.size(); ++i) table.byte_count += strings_[i].size();
}

void RowBlockWriter::WriteTable(uint32_t column) {
  const Table& table = tables_[column];
  char* const section =
      Section(directory_[column].strings, TableBytes(table.count, table.byte_count));
  WriteStrings(std::span(strings_).subspan(table.begin, table.count), section);
}

void RowBlockWriter::WriteChanges(uint32_t offset, std::span<const uint64_t> changes) {
  const uint32_t columns = store_.schema().size();
  const uint32_t row_bytes = layout::ChangeBytes(columns);
  const uint32_t spare_bits = row_bytes * 8 - columns;
  char* at = Section(offset, row_bytes * changes.size());
  for (const uint64_t mask : changes) {
    for (uint32_t byte = 0; byte < row_bytes; ++byte) Store(at + byte, ChangeBits(mask, byte));
    at[row_bytes - 1] = static_cast<char>(at[row_bytes - 1] & (UINT8_MAX >> spare_bits));
    at += row_bytes;
  }
}

uint32_t RowBlockWriter::Place(uint64_t bytes) {
  const uint64_t offset = layout::Aligned(end_);
  end_ = offset + bytes;
  return static_cast<uint32_t>(offset);
}

bool RowBlockWriter::Grow() {
  const uint64_t needed = layout::Aligned(end_);
  if (needed > kMaxBlockBytes) return false;
  if (needed <= capacity_) return true;
  // A quarter more, so that blocks which grow little by little don't each pay for it.
  const auto capacity = static_cast<size_t>(std::min(needed + needed / 4, kMaxBlockBytes));
  std::unique_ptr<char[]> grown(new (std::nothrow) char[capacity]);
  if (!grown) return false;
  if (bytes_) std::memcpy(grown.get(), bytes_.get(), capacity_);
  bytes_ = std::move(grown);
  capacity_ = capacity;
  return true;
}

char* RowBlockWriter::Section(uint32_t offset, uint64_t bytes) {
  char* const section = bytes_.get() + offset;
  std::memset(section + bytes, 0, static_cast<size_t>(layout::Aligned(bytes) - bytes));
  return section;
}

}  // namespace eventglass
