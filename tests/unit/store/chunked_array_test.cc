#include "store/chunked_array.h"

#include <doctest/doctest.h>

namespace eventglass::test {
namespace {

TEST_CASE("a chunked array grows by whole chunks of zeros") {
  ChunkedArray<uint64_t> array;
  constexpr uint32_t kChunk = ChunkedArray<uint64_t>::kChunkSize;
  CHECK(array.size() == 0);
  array.GrowTo(0);
  CHECK(array.size() == 0);
  array.GrowTo(1);
  CHECK(array.size() == kChunk);
  array.GrowTo(kChunk);
  CHECK(array.size() == kChunk);
  array.GrowTo(kChunk + 1);
  CHECK(array.size() == 2 * kChunk);
  array.GrowTo(1);  // never shrinks
  CHECK(array.size() == 2 * kChunk);
  bool all_zero = true;
  for (uint32_t i = 0; i < array.size(); ++i) all_zero &= array[i] == 0;
  CHECK(all_zero);
}

TEST_CASE("references stay valid and values stay in place while the array grows") {
  ChunkedArray<uint32_t> array;
  array.GrowTo(1);
  uint32_t& first = array[0];
  first = 7;
  for (uint32_t size = 1; size < 100'000; size += 9'973) {
    array.GrowTo(size);
    array[size - 1] = size - 1 == 0 ? 7 : size;
  }
  CHECK(&first == &array[0]);
  CHECK(array[0] == 7);
  CHECK(array[9'973] == 9'974);
}

}  // namespace
}  // namespace eventglass::test
