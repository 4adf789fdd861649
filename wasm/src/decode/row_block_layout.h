// The row block layout of docs/row_block.md, for the code that writes it and the code that reads
// it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "decode/schema.h"

namespace eventglass::row_block_layout {

// Blocks are little-endian, and copied to and from the structs below as they are.
static_assert(std::endian::native == std::endian::little);

inline constexpr uint32_t kMagic = 0x42524745;  // "EGRB"
inline constexpr uint32_t kVersion = 2;
inline constexpr uint32_t kAbsent = UINT32_MAX;  // in u32 values
inline constexpr uint8_t kAbsentBoolean = 2;
inline constexpr size_t kSectionAlignment =
    8;  // so that a reader can lay typed arrays over a block

struct Header {
  uint32_t magic = kMagic;
  uint32_t layout_version = kVersion;
  uint32_t row_count = 0;
  uint32_t column_count = 0;
  double begin = 0;
  double view_row_count = 0;
  double version = 0;
  double changed_since = 0;
  uint32_t byte_length = 0;
  uint32_t row_ids = 0;       // offset, or 0: the block is for transport
  uint32_t row_versions = 0;  // offset, or 0: the block is for transport
  uint32_t names = 0;         // offset
  uint32_t changes = 0;       // offset, or 0: every cell counts as changed
  uint32_t zero = 0;
};
static_assert(sizeof(Header) == 72);

// An entry of the column directory, which follows the header.
struct Column {
  uint32_t type = 0;
  uint32_t values = 0;   // offset
  uint32_t strings = 0;  // offset, or 0: there is no string table
  uint32_t string_count = 0;
};
static_assert(sizeof(Column) == 16);

constexpr size_t ValueBytes(ColumnType type) {
  switch (type) {
    case ColumnType::kTimestamp:
    case ColumnType::kNumber:
      return 8;
    case ColumnType::kId:
    case ColumnType::kDictionary:
    case ColumnType::kText:
      return 4;
    case ColumnType::kBoolean:
      return 1;
  }
  return 0;
}

constexpr bool HasStrings(ColumnType type) {
  return type == ColumnType::kId || type == ColumnType::kDictionary || type == ColumnType::kText;
}

// Bytes of a row's bits in the change section.
constexpr uint32_t ChangeBytes(uint32_t column_count) { return (column_count + 7) / 8; }

// Whether a byte of UTF-8 is the first of a character: any that is not 10xxxxxx.
constexpr bool BeginsCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

constexpr uint64_t Aligned(uint64_t offset) {
  return (offset + kSectionAlignment - 1) & ~uint64_t{kSectionAlignment - 1};
}

}  // namespace eventglass::row_block_layout
