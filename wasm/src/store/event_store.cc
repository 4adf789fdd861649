#include "store/event_store.h"

#include <cassert>
#include <limits>

namespace eventglass {

namespace {

uint32_t CountOf(const Schema& schema, ColumnType type) {
  uint32_t count = 0;
  for (const Column& column : schema.columns()) count += column.type == type ? 1 : 0;
  return count;
}

}  // namespace

EventStore::EventStore(const Schema& schema, HashSeed seed)
    : schema_(schema),
      seed_(seed),
      place_(schema.size()),
      codes_(CountOf(schema, ColumnType::kDictionary)),
      numbers_(CountOf(schema, ColumnType::kNumber)),
      booleans_(CountOf(schema, ColumnType::kBoolean)),
      texts_(CountOf(schema, ColumnType::kText) + 1),
      fields_(CountOf(schema, ColumnType::kText) + 1) {
  dictionaries_.assign(codes_.size(), Dictionary(seed));
  uint32_t next[6] = {};
  next[static_cast<uint32_t>(ColumnType::kText)] = 1;  // after the id
  for (uint32_t column = 0; column < schema.size(); ++column) {
    place_[column] = next[static_cast<uint32_t>(schema[column].type)]++;
  }
}

std::optional<Slot> EventStore::Find(std::string_view id) const {
  const uint32_t slot =
      ids_.Find(Hash(id), [&](uint32_t candidate) { return Id(Slot{candidate}) == id; });
  if (slot == HashIndex::kNotFound) return std::nullopt;
  return Slot{slot};
}

const Cell* EventStore::FirstUnfit(std::span<const Cell> cells) const {
  for (const Cell& cell : cells) {
    if (cell.absent || schema_[cell.column].type != ColumnType::kDictionary) continue;
    if (!DictionaryOf(cell.column).CanAcquire(cell.text)) return &cell;
  }
  return nullptr;
}

Slot EventStore::Insert(const EventKey& key, std::span<const Cell> cells, uint64_t version) {
  const uint32_t slot = slots_.Take();
  GrowTo(slots_.size());
  timestamps_[slot] = key.timestamp;
  row_ids_[slot] = next_row_id_++;
  versions_[slot] = version;
  SetAbsent(slot);
  SetCells(slot, cells);
  PrepareTexts(TextField::Kind::kAbsent, cells);
  fields_[0] = {TextField::Kind::kValue, key.id};
  texts_.Write(slot, fields_);
  ids_.Insert(Hash(key.id), slot);
  return Slot{slot};
}

void EventStore::Replace(Slot slot, std::span<const Cell> cells, uint64_t version) {
  versions_[Index(slot)] = version;
  // The new values are acquired before the old ones go, so that a value that stays keeps its code.
  std::vector<DictionaryCode> old_codes;
  for (ChunkedArray<DictionaryCode>& codes : codes_) old_codes.push_back(codes[Index(slot)]);
  SetAbsent(Index(slot));
  SetCells(Index(slot), cells);
  for (uint32_t i = 0; i < old_codes.size(); ++i) dictionaries_[i].Release(old_codes[i]);
  PrepareTexts(TextField::Kind::kAbsent, cells);
  fields_[0] = {TextField::Kind::kKeep, {}};
  texts_.Write(Index(slot), fields_);
}

void EventStore::Patch(Slot slot, std::span<const Cell> cells, uint64_t version) {
  versions_[Index(slot)] = version;
  SetCells(Index(slot), cells);
  bool has_text = false;
  for (const Cell& cell : cells) has_text |= schema_[cell.column].type == ColumnType::kText;
  if (!has_text) return;
  PrepareTexts(TextField::Kind::kKeep, cells);
  texts_.Write(Index(slot), fields_);
}

void EventStore::Move(Slot slot, int64_t timestamp) {
  timestamps_[Index(slot)] = timestamp;
  row_ids_[Index(slot)] = next_row_id_++;
}

void EventStore::Remove(Slot slot) {
  const uint32_t index = Index(slot);
  ids_.Erase(Hash(Id(slot)), index);
  for (uint32_t i = 0; i < codes_.size(); ++i) dictionaries_[i].Release(codes_[i][index]);
  texts_.Erase(index);
  slots_.Release(index);
}

void EventStore::Clear() {
  // Columns keep their memory: the next rows overwrite it.
  slots_ = RowSlots();
  ids_.Clear();
  for (Dictionary& dictionary : dictionaries_) dictionary = Dictionary(seed_);
  texts_ = TextHeap(static_cast<uint32_t>(fields_.size()));
}

std::optional<std::string_view> EventStore::Text(Slot slot, uint32_t column) const {
  return texts_.Get(Index(slot), place_[column]);
}

DictionaryCode EventStore::Code(Slot slot, uint32_t column) const {
  return codes_[place_[column]][Index(slot)];
}

double EventStore::Number(Slot slot, uint32_t column) const {
  return numbers_[place_[column]][Index(slot)];
}

uint8_t EventStore::Boolean(Slot slot, uint32_t column) const {
  return booleans_[place_[column]][Index(slot)];
}

void EventStore::GrowTo(uint32_t slots) {
  timestamps_.GrowTo(slots);
  row_ids_.GrowTo(slots);
  versions_.GrowTo(slots);
  for (auto& codes : codes_) codes.GrowTo(slots);
  for (auto& numbers : numbers_) numbers.GrowTo(slots);
  for (auto& booleans : booleans_) booleans.GrowTo(slots);
}

// Overwrites without releasing dictionary codes.
void EventStore::SetAbsent(uint32_t slot) {
  for (auto& codes : codes_) codes[slot] = kAbsentCode;
  for (auto& numbers : numbers_) numbers[slot] = std::numeric_limits<double>::quiet_NaN();
  for (auto& booleans : booleans_) booleans[slot] = kAbsentBoolean;
}

void EventStore::SetCells(uint32_t slot, std::span<const Cell> cells) {
  for (const Cell& cell : cells) {
    const uint32_t place = place_[cell.column];
    switch (schema_[cell.column].type) {
      case ColumnType::kDictionary:
        SetCode(slot, place, cell);
        break;
      case ColumnType::kNumber:
        numbers_[place][slot] =
            cell.absent ? std::numeric_limits<double>::quiet_NaN() : cell.number;
        break;
      case ColumnType::kBoolean:
        booleans_[place][slot] = cell.absent ? kAbsentBoolean : static_cast<uint8_t>(cell.boolean);
        break;
      case ColumnType::kText:
        break;  // with the row's other strings, in one record
      case ColumnType::kId:
      case ColumnType::kTimestamp:
        assert(false);  // the row's key, not cells
        break;
    }
  }
}

void EventStore::SetCode(uint32_t slot, uint32_t place, const Cell& cell) {
  Dictionary& dictionary = dictionaries_[place];
  const DictionaryCode old = codes_[place][slot];
  codes_[place][slot] = cell.absent ? kAbsentCode : dictionary.Acquire(cell.text);
  dictionary.Release(old);
}

void EventStore::PrepareTexts(TextField::Kind others, std::span<const Cell> cells) {
  for (TextField& field : fields_) field = {others, {}};
  for (const Cell& cell : cells) {
    if (schema_[cell.column].type != ColumnType::kText) continue;
    fields_[place_[cell.column]] = {
        cell.absent ? TextField::Kind::kAbsent : TextField::Kind::kValue, cell.text};
  }
}

}  // namespace eventglass
