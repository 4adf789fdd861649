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
#include "store/text_heap.h"

namespace eventglass {

// Where a row's values stand in the columns. Slots are reused; row ids are not.
enum class Slot : uint32_t {};

// The order of events. A time alone is the key with the empty id. Ids compare byte by byte.
struct EventKey {
  int64_t timestamp = 0;
  std::string_view id;

  friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

// Rows by slot, and their ids. Does not know their order.
//
// A row has a row id: a number that grows for ever, and names one event at one place in time. A row
// has a version: the seq of the last mutation that it has taken.
class EventStore {
 public:
  EventStore(const Schema& schema, HashSeed seed);  // `schema` outlives the store

  uint32_t size() const { return slots_.used(); }

  std::optional<Slot> Find(std::string_view id) const;

  // The first cell that the columns have no room for, or nullptr. Apply only what this accepts.
  const Cell* FirstUnfit(std::span<const Cell> cells) const;

  // REQUIRES: no row has the id
  Slot Insert(const EventKey& key, std::span<const Cell> cells, uint64_t version);
  // Sets every cell; those not among `cells` become absent. The row keeps its key.
  void Replace(Slot slot, std::span<const Cell> cells, uint64_t version);
  // Sets some cells. The row keeps its key.
  void Patch(Slot slot, std::span<const Cell> cells, uint64_t version);
  // Gives the row another timestamp and a new row id. REQUIRES: the row is in no order
  void Move(Slot slot, int64_t timestamp);
  void Remove(Slot slot);
  // Removes every row. Row ids go on from where they were.
  void Clear();

  EventKey Key(Slot slot) const { return {timestamps_[Index(slot)], Id(slot)}; }
  std::string_view Id(Slot slot) const { return *texts_.Get(Index(slot), 0); }
  int64_t Timestamp(Slot slot) const { return timestamps_[Index(slot)]; }
  uint64_t RowId(Slot slot) const { return row_ids_[Index(slot)]; }
  uint64_t Version(Slot slot) const { return versions_[Index(slot)]; }

  // Cells of a row. REQUIRES: `column` has the type. Views live until the store changes.
  std::optional<std::string_view> Text(Slot slot, uint32_t column) const;
  DictionaryCode Code(Slot slot, uint32_t column) const;
  double Number(Slot slot, uint32_t column) const;    // NaN where absent
  uint8_t Boolean(Slot slot, uint32_t column) const;  // kAbsentBoolean where absent
  const Dictionary& DictionaryOf(uint32_t column) const { return dictionaries_[place_[column]]; }

  static constexpr uint8_t kAbsentBoolean = 2;

  const TextHeap& texts() const { return texts_; }
  const Schema& schema() const { return schema_; }

 private:
  static uint32_t Index(Slot slot) { return static_cast<uint32_t>(slot); }
  uint32_t Hash(std::string_view id) const { return static_cast<uint32_t>(SipHash13(seed_, id)); }
  void GrowTo(uint32_t slots);
  void SetAbsent(uint32_t slot);
  void SetCells(uint32_t slot, std::span<const Cell> cells);
  void SetCode(uint32_t slot, uint32_t place, const Cell& cell);
  // Fills fields_ from cells: absent or kept where there is none.
  void PrepareTexts(TextField::Kind others, std::span<const Cell> cells);

  const Schema& schema_;
  const HashSeed seed_;
  // By column: its index among the columns of its type, or among the fields of texts_.
  std::vector<uint32_t> place_;

  RowSlots slots_;
  HashIndex ids_;
  uint64_t next_row_id_ = 1;
  ChunkedArray<int64_t> timestamps_;
  ChunkedArray<uint64_t> row_ids_;
  ChunkedArray<uint64_t> versions_;
  std::vector<Dictionary> dictionaries_;
  std::vector<ChunkedArray<DictionaryCode>> codes_;
  std::vector<ChunkedArray<double>> numbers_;
  std::vector<ChunkedArray<uint8_t>> booleans_;
  TextHeap texts_;  // field 0 is the id

  std::vector<TextField> fields_;  // scratch
};

}  // namespace eventglass
