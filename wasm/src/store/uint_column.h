// A column of unsigned integers, as narrow as its largest value allows.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace eventglass {

// Elements are 1, 2, 4 or 8 bytes wide, all alike; the first value that needs more widens the
// column for good. New elements are 0. Widening copies the column once: 5 million codes take a few
// milliseconds, at most three times in a column's life.
class UintColumn {
 public:
  // Elements take 2^width_log2 bytes to begin with.
  explicit UintColumn(uint32_t width_log2 = 0) : width_log2_(width_log2) {}

  static constexpr uint32_t kChunkLog2 = 13;  // as ChunkedArray
  static constexpr uint32_t kChunkSize = 1U << kChunkLog2;

  uint32_t size() const { return static_cast<uint32_t>(chunks_.size()) << kChunkLog2; }
  uint32_t width_bytes() const { return 1U << width_log2_; }

  uint64_t Get(uint32_t index) const {
    switch (width_log2_) {
      case 0:
        return At<uint8_t>(index);
      case 1:
        return At<uint16_t>(index);
      case 2:
        return At<uint32_t>(index);
      default:
        return At<uint64_t>(index);
    }
  }

  void Set(uint32_t index, uint64_t value) {
    if (value > MaxValue()) Widen(value);
    switch (width_log2_) {
      case 0:
        At<uint8_t>(index) = static_cast<uint8_t>(value);
        break;
      case 1:
        At<uint16_t>(index) = static_cast<uint16_t>(value);
        break;
      case 2:
        At<uint32_t>(index) = static_cast<uint32_t>(value);
        break;
      default:
        At<uint64_t>(index) = value;
    }
  }

  void GrowTo(uint32_t size_wanted) {
    while (size() < size_wanted) chunks_.push_back(NewChunk(width_log2_));
  }

  // Elements of chunk `chunk`, which are of type T. REQUIRES: sizeof(T) == width_bytes()
  template <typename T>
  const T* Chunk(uint32_t chunk) const {
    assert(sizeof(T) == width_bytes());
    return reinterpret_cast<const T*>(chunks_[chunk].get());
  }

 private:
  // In words, so that elements of every width are aligned.
  using Words = std::unique_ptr<uint64_t[]>;

  static Words NewChunk(uint32_t width_log2) {
    return std::make_unique<uint64_t[]>((kChunkSize << width_log2) / sizeof(uint64_t));
  }

  uint64_t MaxValue() const { return ~0ULL >> (64 - (8U << width_log2_)); }

  template <typename T>
  T& At(uint32_t index) {
    assert(index < size());
    return reinterpret_cast<T*>(chunks_[index >> kChunkLog2].get())[index & (kChunkSize - 1)];
  }
  template <typename T>
  const T& At(uint32_t index) const {
    assert(index < size());
    return reinterpret_cast<const T*>(chunks_[index >> kChunkLog2].get())[index & (kChunkSize - 1)];
  }

  void Widen(uint64_t value) {
    UintColumn wider;
    while (value > wider.MaxValue()) ++wider.width_log2_;
    for (uint32_t chunk = 0; chunk < chunks_.size(); ++chunk) {
      wider.chunks_.push_back(NewChunk(wider.width_log2_));
      for (uint32_t i = 0; i < kChunkSize; ++i) {
        const uint32_t index = chunk << kChunkLog2 | i;
        wider.Set(index, Get(index));
      }
      chunks_[chunk].reset();  // the column never stands in memory twice
    }
    *this = std::move(wider);
  }

  uint32_t width_log2_;
  std::vector<Words> chunks_;
};

}  // namespace eventglass
