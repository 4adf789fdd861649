#include "store/text_heap.h"

#include <cassert>
#include <cstring>

namespace eventglass {

uint32_t TextHeap::Load(const char* at) {
  uint32_t value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

void TextHeap::Store(char* at, uint32_t value) { std::memcpy(at, &value, sizeof(value)); }

uint32_t TextHeap::RecordBytes(const char* record) const {
  uint32_t bytes = HeaderBytes();
  for (uint32_t field = 0; field < field_count_; ++field) {
    const uint32_t length = Length(record, field);
    if (length != kAbsentLength) bytes += length;
  }
  return (bytes + 3) & ~3U;
}

void TextHeap::Write(uint32_t slot, std::span<const TextField> fields) {
  assert(fields.size() == field_count_);
  if (slot >= refs_.size()) {
    const uint32_t old_size = refs_.size();
    refs_.GrowTo(slot + 1);
    for (uint32_t i = old_size; i < refs_.size(); ++i) refs_[i] = kNoRef;
  }
  const auto kept = [&](uint32_t field) { return Get(slot, field); };
  uint32_t bytes = HeaderBytes();
  for (uint32_t field = 0; field < field_count_; ++field) {
    const TextField& source = fields[field];
    if (source.kind == TextField::Kind::kValue) bytes += static_cast<uint32_t>(source.value.size());
    if (source.kind == TextField::Kind::kKeep) {
      bytes += static_cast<uint32_t>(kept(field).value_or(std::string_view()).size());
    }
  }

  // This may move the row's present record, so kept fields are looked up again below.
  const Ref ref = Allocate((bytes + 3) & ~3U);
  char* const record = const_cast<char*>(Record(ref));
  Store(record, slot);
  char* at = record + HeaderBytes();
  for (uint32_t field = 0; field < field_count_; ++field) {
    std::optional<std::string_view> value;
    if (fields[field].kind == TextField::Kind::kValue) value = fields[field].value;
    if (fields[field].kind == TextField::Kind::kKeep) value = kept(field);
    Store(record + 4 + size_t{4} * field,
          value ? static_cast<uint32_t>(value->size()) : kAbsentLength);
    if (!value) continue;
    at += value->copy(at, value->size());
  }
  if (refs_[slot] != kNoRef) Discard(refs_[slot]);
  refs_[slot] = ref;
}

void TextHeap::Erase(uint32_t slot) {
  assert(refs_[slot] != kNoRef);
  Discard(refs_[slot]);
  refs_[slot] = kNoRef;
}

std::optional<std::string_view> TextHeap::Get(uint32_t slot, uint32_t field) const {
  assert(refs_[slot] != kNoRef);
  const char* const record = Record(refs_[slot]);
  const char* at = record + HeaderBytes();
  for (uint32_t before = 0; before < field; ++before) {
    const uint32_t length = Length(record, before);
    if (length != kAbsentLength) at += length;
  }
  const uint32_t length = Length(record, field);
  if (length == kAbsentLength) return std::nullopt;
  return std::string_view(at, length);
}

TextHeap::Ref TextHeap::Allocate(uint32_t bytes) {
  uint32_t number = current_;
  if (bytes > kBlockBytes) {
    number = AddBlock(bytes);
  } else if (current_ == UINT32_MAX || blocks_[current_].used + bytes > kBlockBytes) {
    StartBlock();
    // Emptying blocks fills the new one, and more.
    for (uint32_t moves = 0; moves < kMaxMovesPerWrite && EmptyWorstBlock(); ++moves) {
    }
    if (blocks_[current_].used + bytes > kBlockBytes) StartBlock();
    number = current_;
  }
  Block& block = blocks_[number];
  const Ref ref = number << 16 | block.used / 4;
  block.used += bytes;
  block.live += bytes;
  live_bytes_ += bytes;
  return ref;
}

void TextHeap::StartBlock() {
  if (current_ != UINT32_MAX && blocks_[current_].live == 0) {
    // Everything written into it is dead already: begin it again.
    dead_bytes_ -= blocks_[current_].used;
    blocks_[current_].used = 0;
    return;
  }
  if (empty_blocks_.empty()) {
    current_ = AddBlock(kBlockBytes);
    return;
  }
  current_ = empty_blocks_.back();
  empty_blocks_.pop_back();
}

uint32_t TextHeap::AddBlock(uint32_t bytes) {
  uint32_t number;
  if (free_numbers_.empty()) {
    number = static_cast<uint32_t>(blocks_.size());
    assert(number < 1U << 16);
    blocks_.emplace_back();
  } else {
    number = free_numbers_.back();
    free_numbers_.pop_back();
  }
  blocks_[number] = {.bytes = std::make_unique_for_overwrite<char[]>(bytes), .size = bytes};
  allocated_bytes_ += bytes;
  return number;
}

bool TextHeap::EmptyWorstBlock() {
  if (dead_bytes_ * 5 <= live_bytes_ + dead_bytes_) return false;
  uint32_t worst = UINT32_MAX;
  uint32_t most_dead = kBlockBytes / 8;  // less is not worth the copying
  for (uint32_t number = 0; number < blocks_.size(); ++number) {
    const Block& block = blocks_[number];
    if (number == current_ || block.size != kBlockBytes) continue;
    if (block.used - block.live > most_dead) {
      most_dead = block.used - block.live;
      worst = number;
    }
  }
  if (worst == UINT32_MAX) return false;

  const char* const bytes = blocks_[worst].bytes.get();
  const uint32_t used = blocks_[worst].used;
  for (uint32_t offset = 0; offset < used && blocks_[worst].live > 0;) {
    const char* const record = bytes + offset;
    const uint32_t length = RecordBytes(record);
    const uint32_t slot = Load(record);
    const Ref ref = worst << 16 | offset / 4;
    if (refs_[slot] == ref) {
      if (blocks_[current_].used + length > kBlockBytes) StartBlock();
      Block& target = blocks_[current_];
      std::memcpy(target.bytes.get() + target.used, record, length);
      refs_[slot] = current_ << 16 | target.used / 4;
      target.used += length;
      target.live += length;
      live_bytes_ += length;
      Discard(ref);
    }
    offset += length;
  }
  return true;
}

void TextHeap::Discard(Ref ref) {
  const uint32_t number = ref >> 16;
  const uint32_t bytes = RecordBytes(Record(ref));
  Block& block = blocks_[number];
  block.live -= bytes;
  live_bytes_ -= bytes;
  dead_bytes_ += bytes;
  if (block.live > 0 || number == current_) return;
  dead_bytes_ -= block.used;
  if (block.size == kBlockBytes && empty_blocks_.size() < kMaxEmptyBlocks) {
    block.used = 0;
    empty_blocks_.push_back(number);
    return;
  }
  allocated_bytes_ -= block.size;
  block = Block{};
  free_numbers_.push_back(number);
}

}  // namespace eventglass
