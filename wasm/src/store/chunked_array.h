// An array that grows without moving what it holds: no copy and no doubled memory while it grows.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace eventglass {

// A column's values by slot. Elements are value-initialised. References stay valid for the array's
// life.
template <typename T>
class ChunkedArray {
 public:
  // 8,192 elements: 64 KiB of timestamps, one page of WebAssembly memory.
  static constexpr uint32_t kChunkLog2 = 13;
  static constexpr uint32_t kChunkSize = 1U << kChunkLog2;

  T& operator[](uint32_t index) {
    assert(index < size());
    return chunks_[index >> kChunkLog2][index & (kChunkSize - 1)];
  }
  const T& operator[](uint32_t index) const {
    assert(index < size());
    return chunks_[index >> kChunkLog2][index & (kChunkSize - 1)];
  }

  uint32_t size() const { return static_cast<uint32_t>(chunks_.size()) << kChunkLog2; }

  void GrowTo(uint32_t size_wanted) {
    while (size() < size_wanted) chunks_.push_back(std::make_unique<T[]>(kChunkSize));
  }

 private:
  std::vector<std::unique_ptr<T[]>> chunks_;
};

}  // namespace eventglass
