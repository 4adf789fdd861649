#include "decode/text_arena.h"

#include <algorithm>
#include <new>
#include <utility>

namespace eventglass {

char* TextArena::Reserve(size_t size) {
  if (blocks_.empty() || size > capacity_ - used_) {
    const size_t capacity = std::max(size, kBlockBytes);
    std::unique_ptr<char[]> block(new (std::nothrow) char[capacity]);
    if (!block) return nullptr;
    blocks_.push_back(std::move(block));
    capacity_ = capacity;
    used_ = 0;
  }
  return blocks_.back().get() + used_;
}

void TextArena::Clear() {
  used_ = 0;
  if (blocks_.size() > 1 || capacity_ > kBlockBytes) {
    blocks_.clear();
    capacity_ = 0;
  }
}

}  // namespace eventglass
