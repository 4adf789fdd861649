// Limits of a filter's text. Past one it is refused, and the error says which.
#pragma once

#include <cstddef>
#include <cstdint>

namespace eventglass {

inline constexpr size_t kMaxFilterBytes =
    4096;  // a filter stands in URLs, which servers cut at 8 KiB
inline constexpr uint32_t kMaxFilterDepth = 64;  // open parentheses; bounds recursion
// As written: each costs a pass over the texts of a million rows, and a word a look at each
// dictionary value besides.
inline constexpr uint32_t kMaxFilterTerms = 256;
inline constexpr uint32_t kMaxFilterTermValues = 256;  // of one term: a list of ticked boxes

}  // namespace eventglass
