// The events of the window, in columns.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "decode/mutation.h"
#include "decode/schema.h"
#include "store/chunked_array.h"
#include "store/dictionary.h"
#include "store/hash_index.h"
#include "store/row_slots.h"
#include "store/sip_hash.h"
#include "store/slot.h"
#include "store/text_heap.h"
#include "store/uint_column.h"

namespace eventglass {

// Columns of one schema: bit c for column c, and the last bit for all columns from 63 on.
using ColumnMask = uint64_t;
inline constexpr ColumnMask kAllColumns = ~ColumnMask{0};
constexpr ColumnMask MaskOf(uint32_t column) { return 1ULL << (column < 63 ? column : 63); }

// The order of events. A time alone is the key with the empty id. Ids compare byte by byte.
struct EventKey {
  int64_t timestamp = 0;
  std::string_view id;

  friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

// Rows by slot, and their ids. Does not know their order.
//
// A row has a version: the seq of the last mutation that it has taken. It has a row id: a number
// that names one event at one place in time, the same whenever the window comes by there again.
//
// Columns are as narrow as their values allow (uint_column.h). Dictionary codes are stored plus
// one, 0 where absent; versions as distances from a base, which is chosen so that 32 bits serve for
// the next two thousand million mutations.
class EventStore {
 public:
  EventStore(const Schema& schema, HashSeed seed);  // `schema` outlives the store

  uint32_t size() const { return slots_.used(); }

  // Of an id, for the functions that take one: hashing costs as much as all else that they do.
  uint32_t HashOf(std::string_view id) const {
    return static_cast<uint32_t>(SipHash13(seed_, id) >> 32);
  }

  std::optional<Slot> Find(std::string_view id) const { return Find(id, HashOf(id)); }
  std::optional<Slot> Find(std::string_view id, uint32_t hash) const;

  // Reads what applying these mutations will read, many at a time: the memory answers them side by
  // side, and finds them in the cache soon after. `hashes` are those of their ids.
  void Touch(const MutationList& list, std::span<const uint32_t> hashes);
  // The same for the texts of rows.
  uint32_t TouchTexts(std::span<const Slot> rows) const { return texts_.Touch(rows); }

  // Whether the columns have room for whatever so many mutations bring.
  bool HasRoomFor(size_t mutations) const;
  // The first cell that the columns have no room for, or nullptr. Apply only what this accepts.
  const Cell* FirstUnfit(std::span<const Cell> cells) const;

  // REQUIRES: no row has the id
  Slot Insert(const EventKey& key, uint32_t hash, std::span<const Cell> cells, uint64_t version);
  Slot Insert(const EventKey& key, std::span<const Cell> cells, uint64_t version) {
    return Insert(key, HashOf(key.id), cells, version);
  }
  // Sets every cell; those not among `cells` become absent. The row keeps its key.
  void Replace(Slot slot, std::span<const Cell> cells, uint64_t version);
  // Sets some cells. The row keeps its key.
  void Patch(Slot slot, std::span<const Cell> cells, uint64_t version);
  // Gives the row another timestamp, and with it another row id. REQUIRES: the row is in no order
  void Move(Slot slot, int64_t timestamp);

  // The columns in which `cells` differ from the row. A cell that is not among them counts as the
  // row's own value, or with `whole` as absent.
  ColumnMask Differences(Slot slot, std::span<const Cell> cells, bool whole) const;
  // The version alone.
  void SetVersion(Slot slot, uint64_t version) { SetVersion(Index(slot), version); }
  void Remove(Slot slot, uint32_t hash);
  void Remove(Slot slot) { Remove(slot, HashOf(Id(slot))); }
  // Removes every row.
  void Clear();

  EventKey Key(Slot slot) const { return {timestamps_[Index(slot)], Id(slot)}; }
  std::string_view Id(Slot slot) const { return *texts_.Get(Index(slot), 0); }
  int64_t Timestamp(Slot slot) const { return timestamps_[Index(slot)]; }
  uint64_t RowId(Slot slot) const;  // below 2^53
  uint64_t Version(Slot slot) const { return version_base_ + versions_.Get(Index(slot)); }

  // Cells of a row. REQUIRES: `column` has the type. Views live until the store changes.
  std::optional<std::string_view> Text(Slot slot, uint32_t column) const;
  DictionaryCode Code(Slot slot, uint32_t column) const;
  double Number(Slot slot, uint32_t column) const;    // NaN where absent
  uint8_t Boolean(Slot slot, uint32_t column) const;  // kAbsentBoolean where absent
  const Dictionary& DictionaryOf(uint32_t column) const { return dictionaries_[place_[column]]; }

  static constexpr uint8_t kAbsentBoolean = 2;

  // Sets of rows, as a bit per slot: bit s % 64 of word s / 64. Words beyond the last slot are not
  // needed.
  void MarkRows(std::vector<uint64_t>* bits) const;
  // Clears the bits of rows whose value in a dictionary column has no verdict. `verdicts` is 0 or 1
  // by code. REQUIRES: verdicts.size() >= DictionaryOf(column).code_limit()
  void KeepCodes(uint32_t column, std::span<const uint8_t> verdicts, bool keep_absent,
                 std::span<uint64_t> bits) const;

  const TextHeap& texts() const { return texts_; }
  const Schema& schema() const { return schema_; }

 private:
  static uint32_t Index(Slot slot) { return static_cast<uint32_t>(slot); }
  void GrowTo(uint32_t slots);
  void SetVersion(uint32_t slot, uint64_t version);
  void SetAbsent(uint32_t slot);
  void SetCells(uint32_t slot, std::span<const Cell> cells);
  void SetCode(uint32_t slot, uint32_t place, DictionaryCode code);
  bool Differs(Slot slot, const Cell& cell) const;
  uint32_t TouchCell(Slot slot, uint32_t column) const;
  // Fills fields_ from cells: absent or kept where there is none.
  void PrepareTexts(TextField::Kind others, std::span<const Cell> cells);

  const Schema& schema_;
  const HashSeed seed_;
  // By column: its index among the columns of its type, or among the fields of texts_.
  std::vector<uint32_t> place_;

  RowSlots slots_;
  HashIndex ids_;
  ChunkedArray<int64_t> timestamps_;
  uint64_t version_base_ = 0;
  UintColumn versions_{2};  // 4 bytes from the first on: widening would come with the first batches
  std::vector<Dictionary> dictionaries_;
  std::vector<UintColumn> codes_;
  std::vector<ChunkedArray<double>> numbers_;
  std::vector<ChunkedArray<uint8_t>> booleans_;
  TextHeap texts_;  // field 0 is the id

  std::vector<TextField> fields_;                   // scratch
  std::vector<DictionaryCode> old_codes_;           // scratch
  std::vector<Slot> touched_slots_;                 // scratch
  std::vector<const Mutation*> touched_mutations_;  // scratch
  uint32_t touched_ = 0;                            // keeps the reads of Touch from being left out
};

}  // namespace eventglass
