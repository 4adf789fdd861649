#include "store/memory.h"

#include <cstdlib>

namespace eventglass {

bool HasMemoryFor(size_t bytes) {
  // Volatile, as compilers may leave out an allocation that is only freed.
  void* volatile probe = std::malloc(bytes);
  if (probe == nullptr) return false;
  std::free(probe);
  return true;
}

}  // namespace eventglass
