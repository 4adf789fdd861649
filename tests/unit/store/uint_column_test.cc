#include "store/uint_column.h"

#include <doctest/doctest.h>

#include <vector>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

TEST_CASE("a column is as narrow as its largest value allows, and keeps what it held") {
  UintColumn column;
  column.GrowTo(1);
  CHECK(column.size() == UintColumn::kChunkSize);
  CHECK(column.Get(5) == 0);
  const struct {
    uint64_t value;
    uint32_t width_bytes;
  } steps[] = {{255, 1},        {256, 2},        {65'535, 2},
               {65'536, 4},     {UINT32_MAX, 4}, {uint64_t{UINT32_MAX} + 1, 8},
               {UINT64_MAX, 8}, {0, 8}};
  uint32_t index = 0;
  for (const auto& step : steps) {
    column.Set(index, step.value);
    CHECK(column.width_bytes() == step.width_bytes);
    for (uint32_t i = 0; i <= index; ++i) CHECK(column.Get(i) == steps[i].value);
    ++index;
  }
}

TEST_CASE("a column that skips widths keeps what it held") {
  UintColumn column;
  column.GrowTo(3 * UintColumn::kChunkSize);
  column.Set(0, 7);
  column.Set(2 * UintColumn::kChunkSize, 200);
  column.Set(UintColumn::kChunkSize, UINT64_MAX);
  CHECK(column.Get(0) == 7);
  CHECK(column.Get(2 * UintColumn::kChunkSize) == 200);
  CHECK(column.Get(UintColumn::kChunkSize) == UINT64_MAX);
}

TEST_CASE("random values keep to what a vector says") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  Random random(seed);
  UintColumn column;
  std::vector<uint64_t> model;
  for (int step = 0; step < 50'000; ++step) {
    if (step % 100 == 0) {
      column.GrowTo(static_cast<uint32_t>(step) + 1);
      model.resize(column.size());
    }
    const size_t index = random.Below(model.size());
    const uint64_t value = random.Bits() >> (63 - random.Below(step / 1'000 + 10));
    column.Set(static_cast<uint32_t>(index), value);
    model[index] = value;
  }
  bool equal = true;
  for (uint32_t i = 0; i < model.size(); ++i) equal &= column.Get(i) == model[i];
  CHECK(equal);
}

}  // namespace
}  // namespace eventglass::test
