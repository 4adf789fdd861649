// libFuzzer target: any bytes as a row block. What they decode to is applied, written again and
// decoded again, and must be the same.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "decode/limits.h"
#include "decode/row_block_decoder.h"
#include "rows/row_block.h"
#include "store/event_store.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

std::span<const Cell> CellsOf(const MutationList& page, const Mutation& event) {
  return std::span(page.cells).subspan(event.cell_begin, event.cell_end - event.cell_begin);
}

// Whole events, as a store holds them.
std::string WriteBlock(const Schema& schema, const MutationList& page) {
  EventStore store(schema, {});
  std::vector<Slot> rows;
  for (const Mutation& event : page.mutations) {
    Require(!event.id.empty() && event.id.size() <= kMaxIdBytes, "an id has 1 to 1,024 bytes");
    Require(std::abs(event.timestamp) <= kMaxTimestampMs, "a timestamp is that of a date");
    if (store.Find(event.id)) continue;
    rows.push_back(store.Insert({event.timestamp, event.id}, CellsOf(page, event), 1));
  }
  RowBlockWriter writer(store, 8);
  const std::span<const char> block = writer.WriteForTransport({}, rows);
  return {block.begin(), block.end()};
}

void Run(std::string_view bytes) {
  static const Schema schema = TestSchema();
  MutationList page;
  const DecodeError error = DecodeRowBlock(schema, bytes, &page);
  Require(error.byte_offset <= bytes.size(), "a fault is within the bytes");
  Require(error.ok() || page.mutations.empty(), "what is refused is refused whole");
  if (!error.ok()) return;
  const std::string block = WriteBlock(schema, page);
  MutationList again;
  Require(DecodeRowBlock(schema, block, &again).ok(), "what was written is a block");
  Require(again.skipped.count == 0, "what was written has no bad rows");
  Require(WriteBlock(schema, again) == block, "what was read again is the same");
}

}  // namespace
}  // namespace eventglass::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eventglass::test::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
