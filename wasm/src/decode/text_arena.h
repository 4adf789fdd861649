// Memory for texts that live until all of them are dropped.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace eventglass {

class TextArena {
 public:
  // Room for `size` bytes, which stays where it is until Clear; nullptr if there is no memory for
  // it. What Commit does not take is given out again.
  char* Reserve(size_t size);
  // Keeps the first `size` bytes of the room reserved last.
  void Commit(size_t size) { used_ += size; }
  // Drops all texts, and memory beyond one block.
  void Clear();

 private:
  static constexpr size_t kBlockBytes = 64 << 10;  // 64 KiB: hundreds of texts of a screen line

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t used_ = 0;      // bytes of the last block
  size_t capacity_ = 0;  // of the last block
};

}  // namespace eventglass
