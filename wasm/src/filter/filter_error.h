// Why a text is not a filter.
#pragma once

#include <cstddef>
#include <string>

namespace eventglass {

struct FilterError {
  // The faulty token, in bytes of the text: [begin, end). Both are the text's size where it ends
  // too early.
  size_t begin = 0;
  size_t end = 0;
  std::string expected;  // a sentence for people: "expected a number after '>='"
};

}  // namespace eventglass
