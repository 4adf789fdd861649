#include "store/event_store.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "store/bytes.h"

namespace eventglass {

namespace {

constexpr uint32_t kIdSegmentsLog2 = 6;  // growing with 5 million rows pauses for 0.6 MB of copying

uint32_t CountOf(const Schema& schema, ColumnType type) {
  uint32_t count = 0;
  for (const Column& column : schema.columns()) count += column.type == type ? 1 : 0;
  return count;
}

// Codes are stored plus one.
DictionaryCode CodeAt(const UintColumn& codes, uint32_t slot) {
  const auto stored = static_cast<uint32_t>(codes.Get(slot));
  return stored == 0 ? kAbsentCode : DictionaryCode{stored - 1};
}

// Clears the bits of rows whose stored code has no verdict, 64 rows at a time.
template <typename Stored>
void KeepStored(const UintColumn& codes, std::span<const uint8_t> verdicts,
                std::span<uint64_t> bits) {
  for (size_t word = 0; word < bits.size(); ++word) {
    if (bits[word] == 0) continue;
    const auto first = static_cast<uint32_t>(word * 64);
    const Stored* const stored = codes.Chunk<Stored>(first >> UintColumn::kChunkLog2) +
                                 (first & (UintColumn::kChunkSize - 1));
    uint64_t keep = 0;
    for (uint32_t bit = 0; bit < 64; ++bit) keep |= uint64_t{verdicts[stored[bit]]} << bit;
    bits[word] &= keep;
  }
}

}  // namespace

EventStore::EventStore(const Schema& schema, HashSeed seed)
    : schema_(schema),
      seed_(seed),
      place_(schema.size()),
      ids_(kIdSegmentsLog2),
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

std::optional<Slot> EventStore::Find(std::string_view id, uint32_t hash) const {
  const uint32_t slot =
      ids_.Find(hash, [&](uint32_t candidate) { return EqualBytes(Id(Slot{candidate}), id); });
  if (slot == HashIndex::kNotFound) return std::nullopt;
  return Slot{slot};
}

void EventStore::Touch(const MutationList& list, std::span<const uint32_t> hashes) {
  assert(hashes.size() == list.mutations.size());
  uint32_t touched = 0;
  for (const uint32_t hash : hashes) touched += ids_.Touch(hash);
  touched_slots_.clear();
  touched_mutations_.clear();
  for (size_t i = 0; i < hashes.size(); ++i) {
    const uint32_t slot = ids_.Find(hashes[i], [](uint32_t) { return true; });
    if (slot == HashIndex::kNotFound) continue;
    touched_slots_.push_back(Slot{slot});
    touched_mutations_.push_back(&list.mutations[i]);
  }
  for (size_t i = 0; i < touched_slots_.size(); ++i) {
    const Slot slot = touched_slots_[i];
    const Mutation& mutation = *touched_mutations_[i];
    touched += static_cast<uint32_t>(timestamps_[Index(slot)]);
    touched += static_cast<uint32_t>(versions_.Get(Index(slot)));
    for (uint32_t cell = mutation.cell_begin; cell < mutation.cell_end; ++cell) {
      touched += TouchCell(slot, list.cells[cell].column);
    }
    if (mutation.op == MutationOp::kPatch) continue;
    for (const UintColumn& codes : codes_) touched += static_cast<uint32_t>(codes.Get(Index(slot)));
  }
  touched_ = touched + texts_.Touch(touched_slots_);
}

uint32_t EventStore::TouchCell(Slot slot, uint32_t column) const {
  switch (schema_[column].type) {
    case ColumnType::kDictionary:
      return static_cast<uint32_t>(Code(slot, column));
    case ColumnType::kNumber:
      return Number(slot, column) < 0 ? 1 : 0;
    case ColumnType::kBoolean:
      return Boolean(slot, column);
    default:
      return 0;
  }
}

bool EventStore::HasRoomFor(size_t mutations) const {
  return std::all_of(dictionaries_.begin(), dictionaries_.end(), [&](const Dictionary& dictionary) {
    return dictionary.HasRoomFor(mutations);
  });
}

const Cell* EventStore::FirstUnfit(std::span<const Cell> cells) const {
  for (const Cell& cell : cells) {
    if (cell.absent || schema_[cell.column].type != ColumnType::kDictionary) continue;
    if (!DictionaryOf(cell.column).CanAcquire(cell.text)) return &cell;
  }
  return nullptr;
}

Slot EventStore::Insert(const EventKey& key, uint32_t hash, std::span<const Cell> cells,
                        uint64_t version) {
  assert(hash == HashOf(key.id));
  const uint32_t slot = slots_.Take();
  if (slot >= timestamps_.size()) GrowTo(slots_.size());
  timestamps_[slot] = key.timestamp;
  SetVersion(slot, version);
  SetAbsent(slot);
  SetCells(slot, cells);
  PrepareTexts(TextField::Kind::kAbsent, cells);
  fields_[0] = {TextField::Kind::kValue, key.id};
  texts_.Write(slot, fields_);
  ids_.Insert(hash, slot);
  return Slot{slot};
}

void EventStore::Replace(Slot slot, std::span<const Cell> cells, uint64_t version) {
  SetVersion(Index(slot), version);
  // The new values are acquired before the old ones go, so that a value that stays keeps its code.
  old_codes_.clear();
  for (const UintColumn& codes : codes_) old_codes_.push_back(CodeAt(codes, Index(slot)));
  SetAbsent(Index(slot));
  SetCells(Index(slot), cells);
  for (uint32_t i = 0; i < old_codes_.size(); ++i) dictionaries_[i].Release(old_codes_[i]);
  PrepareTexts(TextField::Kind::kAbsent, cells);
  fields_[0] = {TextField::Kind::kKeep, {}};
  texts_.Write(Index(slot), fields_);
}

void EventStore::Patch(Slot slot, std::span<const Cell> cells, uint64_t version) {
  SetVersion(Index(slot), version);
  SetCells(Index(slot), cells);
  bool has_text = false;
  for (const Cell& cell : cells) has_text |= schema_[cell.column].type == ColumnType::kText;
  if (!has_text) return;
  PrepareTexts(TextField::Kind::kKeep, cells);
  texts_.Write(Index(slot), fields_);
}

void EventStore::Move(Slot slot, int64_t timestamp) { timestamps_[Index(slot)] = timestamp; }

ColumnMask EventStore::Differences(Slot slot, std::span<const Cell> cells, bool whole) const {
  ColumnMask given = 0;
  ColumnMask different = 0;
  for (const Cell& cell : cells) {
    given |= MaskOf(cell.column);
    if (Differs(slot, cell)) different |= MaskOf(cell.column);
  }
  if (!whole) return different;
  for (uint32_t column = 0; column < schema_.size(); ++column) {
    if (column == schema_.id_column() || column == schema_.timestamp_column()) continue;
    if (column < 63 && (given & MaskOf(column)) != 0) continue;
    // Beyond column 62 a mask does not tell the columns apart: what is not equal may differ.
    const auto is_column = [&](const Cell& cell) { return cell.column == column; };
    if (column >= 63 && std::any_of(cells.begin(), cells.end(), is_column)) continue;
    Cell absent;
    absent.column = column;
    absent.absent = true;
    if (Differs(slot, absent)) different |= MaskOf(column);
  }
  return different;
}

bool EventStore::Differs(Slot slot, const Cell& cell) const {
  switch (schema_[cell.column].type) {
    case ColumnType::kDictionary: {
      const DictionaryCode code = Code(slot, cell.column);
      if (cell.absent || code == kAbsentCode) return cell.absent != (code == kAbsentCode);
      return !EqualBytes(DictionaryOf(cell.column).Value(code), cell.text);
    }
    case ColumnType::kText: {
      const std::optional<std::string_view> text = Text(slot, cell.column);
      if (cell.absent || !text) return cell.absent == text.has_value();
      return !EqualBytes(*text, cell.text);
    }
    case ColumnType::kNumber: {
      const double number = Number(slot, cell.column);
      return cell.absent ? !std::isnan(number) : number != cell.number;
    }
    case ColumnType::kBoolean: {
      const uint8_t boolean = Boolean(slot, cell.column);
      return boolean != (cell.absent ? kAbsentBoolean : static_cast<uint8_t>(cell.boolean));
    }
    case ColumnType::kId:
    case ColumnType::kTimestamp:
      break;  // the row's key, not cells
  }
  return false;
}

uint64_t EventStore::RowId(Slot slot) const {
  // 53 bits: of 100 rows on a screen two collide once in 10^12 screens.
  const HashSeed seed{seed_.k0 ^ static_cast<uint64_t>(Timestamp(slot)), seed_.k1};
  return SipHash13(seed, Id(slot)) >> 11;
}

void EventStore::SetVersion(uint32_t slot, uint64_t version) {
  constexpr uint64_t kHalf = 1ULL << 31;
  if (size() == 1) version_base_ = version < kHalf ? 0 : version - kHalf;
  if (version < version_base_) {
    for (uint32_t i = 0; i < slots_.size(); ++i) versions_.Set(i, versions_.Get(i) + version_base_);
    version_base_ = 0;
  }
  versions_.Set(slot, version - version_base_);
}

void EventStore::Remove(Slot slot, uint32_t hash) {
  const uint32_t index = Index(slot);
  ids_.Erase(hash, index);
  for (uint32_t i = 0; i < codes_.size(); ++i) dictionaries_[i].Release(CodeAt(codes_[i], index));
  texts_.Erase(index);
  slots_.Release(index);
}

void EventStore::Clear() {
  // Other columns keep their memory: the next rows overwrite it.
  for (UintColumn& codes : codes_) {
    codes = UintColumn();  // no code is left beyond its dictionary
    codes.GrowTo(timestamps_.size());
  }
  slots_ = RowSlots();
  ids_.Clear();
  for (Dictionary& dictionary : dictionaries_) dictionary = Dictionary(seed_);
  texts_ = TextHeap(static_cast<uint32_t>(fields_.size()));
}

std::optional<std::string_view> EventStore::Text(Slot slot, uint32_t column) const {
  return texts_.Get(Index(slot), place_[column]);
}

DictionaryCode EventStore::Code(Slot slot, uint32_t column) const {
  return CodeAt(codes_[place_[column]], Index(slot));
}

double EventStore::Number(Slot slot, uint32_t column) const {
  return numbers_[place_[column]][Index(slot)];
}

uint8_t EventStore::Boolean(Slot slot, uint32_t column) const {
  return booleans_[place_[column]][Index(slot)];
}

void EventStore::MarkRows(std::vector<uint64_t>* bits) const { slots_.MarkTaken(bits); }

void EventStore::KeepCodes(uint32_t column, std::span<const uint8_t> verdicts, bool keep_absent,
                           std::span<uint64_t> bits) const {
  const UintColumn& codes = codes_[place_[column]];
  std::vector<uint8_t> by_stored(verdicts.size() + 1);
  by_stored[0] = keep_absent ? 1 : 0;
  std::copy(verdicts.begin(), verdicts.end(), by_stored.begin() + 1);
  switch (codes.width_bytes()) {
    case 1:
      return KeepStored<uint8_t>(codes, by_stored, bits);
    case 2:
      return KeepStored<uint16_t>(codes, by_stored, bits);
    default:
      return KeepStored<uint32_t>(codes, by_stored, bits);
  }
}

void EventStore::GrowTo(uint32_t slots) {
  timestamps_.GrowTo(slots);
  versions_.GrowTo(slots);
  for (auto& codes : codes_) codes.GrowTo(slots);
  for (auto& numbers : numbers_) numbers.GrowTo(slots);
  for (auto& booleans : booleans_) booleans.GrowTo(slots);
}

// Overwrites without releasing dictionary codes.
void EventStore::SetAbsent(uint32_t slot) {
  for (UintColumn& codes : codes_) codes.Set(slot, 0);
  for (auto& numbers : numbers_) numbers[slot] = std::numeric_limits<double>::quiet_NaN();
  for (auto& booleans : booleans_) booleans[slot] = kAbsentBoolean;
}

void EventStore::SetCells(uint32_t slot, std::span<const Cell> cells) {
  for (const Cell& cell : cells) {
    const uint32_t place = place_[cell.column];
    switch (schema_[cell.column].type) {
      case ColumnType::kDictionary:
        SetCode(slot, place, cell.absent ? kAbsentCode : dictionaries_[place].Acquire(cell.text));
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

// Takes over one use of `code`.
void EventStore::SetCode(uint32_t slot, uint32_t place, DictionaryCode code) {
  const DictionaryCode old = CodeAt(codes_[place], slot);
  codes_[place].Set(slot, code == kAbsentCode ? 0 : uint64_t{static_cast<uint32_t>(code)} + 1);
  dictionaries_[place].Release(old);
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
