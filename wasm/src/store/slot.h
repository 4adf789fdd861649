#pragma once

#include <cstdint>

namespace eventglass {

// Where a row's values stand in the columns. Slots are reused; row ids are not.
enum class Slot : uint32_t {};

}  // namespace eventglass
