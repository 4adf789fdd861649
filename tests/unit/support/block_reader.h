// Reads row blocks by docs/row_block.md, not by their writer.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace eventglass::test {

class BlockReader {
 public:
  explicit BlockReader(std::span<const char> block) : bytes_(block.begin(), block.end()) {}

  uint32_t U32(size_t at) const { return Read<uint32_t>(at); }
  double F64(size_t at) const { return Read<double>(at); }
  size_t size() const { return bytes_.size(); }

  uint32_t RowCount() const { return U32(8); }
  uint32_t ColumnCount() const { return U32(12); }
  uint32_t RowIdsAt() const { return U32(52); }
  uint32_t RowVersionsAt() const { return U32(56); }
  uint32_t NamesAt() const { return U32(60); }
  uint32_t ChangesAt() const { return U32(64); }
  size_t EntryAt(uint32_t column) const { return 72 + size_t{16} * column; }
  uint32_t ColumnType(uint32_t column) const { return U32(EntryAt(column)); }
  uint32_t ValuesAt(uint32_t column) const { return U32(EntryAt(column) + 4); }
  uint32_t StringsAt(uint32_t column) const { return U32(EntryAt(column) + 8); }
  uint32_t StringCount(uint32_t column) const { return U32(EntryAt(column) + 12); }

  double RowId(uint32_t row) const { return F64(RowIdsAt() + size_t{8} * row); }
  double Version(uint32_t row) const { return F64(RowVersionsAt() + size_t{8} * row); }
  std::string Name(uint32_t column) const { return Text(NamesAt(), ColumnCount(), column); }
  bool Changed(uint32_t row, uint32_t column) const {
    const size_t row_bytes = (ColumnCount() + 7) / 8;
    const auto bits = static_cast<uint8_t>(bytes_.at(ChangesAt() + row_bytes * row + column / 8));
    return (bits >> (column % 8) & 1) != 0;
  }
  double Number(uint32_t column, uint32_t row) const {
    return F64(ValuesAt(column) + size_t{8} * row);
  }
  uint32_t Value(uint32_t column, uint32_t row) const {
    return U32(ValuesAt(column) + size_t{4} * row);
  }
  int Boolean(uint32_t column, uint32_t row) const { return bytes_.at(ValuesAt(column) + row); }
  std::string String(uint32_t column, uint32_t i) const {
    return Text(StringsAt(column), StringCount(column), i);
  }

 private:
  std::string Text(size_t table, size_t count, uint32_t i) const {
    const size_t bytes = table + 4 * (count + 1);
    const uint32_t begin = U32(table + size_t{4} * i);
    return {bytes_.data() + bytes + begin, U32(table + size_t{4} * (i + 1)) - begin};
  }
  template <typename T>
  T Read(size_t at) const {
    T value{};
    if (at + sizeof(T) <= bytes_.size()) {
      std::memcpy(&value, bytes_.data() + at, sizeof(T));
    } else {
      FAIL_CHECK("a read outside the block, at ", at);
    }
    return value;
  }

  std::vector<char> bytes_;
};

}  // namespace eventglass::test
