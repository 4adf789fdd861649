// Whether there is memory, asked before a change begins: in the midst of one it could only be lost.
#pragma once

#include <cstddef>

namespace eventglass {

// Whether `bytes` more can be allocated, in one piece: in smaller ones they can be then as well.
bool HasMemoryFor(size_t bytes);

}  // namespace eventglass
