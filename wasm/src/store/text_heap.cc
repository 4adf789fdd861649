#include "store/text_heap.h"

#include <algorithm>
#include <cassert>

#include "store/bytes.h"

namespace eventglass {

uint32_t TextHeap::LengthBytes(uint32_t length) {
  uint32_t bytes = 1;
  for (uint32_t rest = (length + 1) >> 7; rest != 0; rest >>= 7) ++bytes;
  return bytes;
}

uint32_t TextHeap::ReadLength(const char** at) {
  const auto* byte = reinterpret_cast<const uint8_t*>(*at);
  uint32_t value = *byte & 0x7FU;
  for (uint32_t shift = 7; (*byte++ & 0x80U) != 0; shift += 7) value |= (*byte & 0x7FU) << shift;
  *at = reinterpret_cast<const char*>(byte);
  return value - 1;
}

void TextHeap::WriteLength(char** at, uint32_t length) {
  uint32_t rest = length + 1;
  for (; rest > 0x7F; rest >>= 7) *(*at)++ = static_cast<char>(rest | 0x80U);
  *(*at)++ = static_cast<char>(rest);
}

uint32_t TextHeap::RecordBytes(const char* record) const {
  const char* at = record + sizeof(uint32_t);
  uint32_t value_bytes = 0;
  for (uint32_t field = 0; field < field_count_; ++field) {
    const uint32_t length = ReadLength(&at);
    if (length != kAbsent) value_bytes += length;
  }
  return static_cast<uint32_t>(at - record) + value_bytes;
}

void TextHeap::Write(uint32_t slot, std::span<const TextField> fields) {
  assert(fields.size() == field_count_);
  if (slot >= refs_.size()) {
    const uint32_t old_size = refs_.size();
    refs_.GrowTo(slot + 1);
    for (uint32_t i = old_size; i < refs_.size(); ++i) refs_[i] = kNoRef;
  }
  const uint32_t bytes = CollectValues(slot, fields);
  const uint64_t moves = moves_;
  const Ref ref = Allocate(bytes);
  // Kept values may have been moved with the row's present record.
  if (moves != moves_) CollectValues(slot, fields);
  char* at = const_cast<char*>(Record(ref));
  std::memcpy(at, &slot, sizeof(slot));
  at += sizeof(slot);
  for (const Value& value : values_) WriteLength(&at, value.length);
  for (const Value& value : values_) {
    if (value.length == kAbsent) continue;
    CopyBytes(at, {value.bytes, value.length});
    at += value.length;
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
  const char* at = Record(refs_[slot]) + sizeof(uint32_t);
  uint32_t bytes_before = 0;
  uint32_t length = ReadLength(&at);
  for (uint32_t before = 0; before < field; ++before) {
    if (length != kAbsent) bytes_before += length;
    length = ReadLength(&at);
  }
  if (length == kAbsent) return std::nullopt;
  for (uint32_t after = field + 1; after < field_count_; ++after) ReadLength(&at);
  return std::string_view(at + bytes_before, length);
}

// Fills values_, and returns the size of a record of them.
uint32_t TextHeap::CollectValues(uint32_t slot, std::span<const TextField> fields) {
  uint32_t bytes = sizeof(uint32_t);
  values_.clear();
  for (uint32_t field = 0; field < field_count_; ++field) {
    const TextField& source = fields[field];
    std::optional<std::string_view> text;
    if (source.kind == TextField::Kind::kValue) text = source.value;
    if (source.kind == TextField::Kind::kKeep) text = Get(slot, field);
    const auto length = text ? static_cast<uint32_t>(text->size()) : kAbsent;
    values_.push_back({text ? text->data() : nullptr, length});
    bytes += LengthBytes(length) + (text ? length : 0);
  }
  return bytes;
}

uint32_t TextHeap::Touch(std::span<const Slot> slots) const {
  // An id and a text of common lengths lie in up to three lines of the cache.
  constexpr uint32_t kLineBytes = 64;
  constexpr uint32_t kBytes = 3 * kLineBytes;
  uint32_t touched = 0;
  for (const Slot slot : slots) {
    const Ref ref = refs_[static_cast<uint32_t>(slot)];
    const Block& block = blocks_[ref >> kOffsetBits];
    const uint32_t begin = ref & ((1U << kOffsetBits) - 1);
    const uint32_t end = std::min(begin + kBytes, block.used);  // never out of the block
    for (uint32_t at = begin; at < end; at += kLineBytes) {
      touched += static_cast<unsigned char>(block.bytes[at]);
    }
  }
  return touched;
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
  const Ref ref = MakeRef(number, block.used);
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
    assert(number < kMaxBlocks);
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
    const uint32_t slot = SlotOf(record);
    const Ref ref = MakeRef(worst, offset);
    if (refs_[slot] == ref) {
      ++moves_;
      if (blocks_[current_].used + length > kBlockBytes) StartBlock();
      Block& target = blocks_[current_];
      CopyBytes(target.bytes.get() + target.used, {record, length});
      refs_[slot] = MakeRef(current_, target.used);
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
  const uint32_t number = ref >> kOffsetBits;
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
