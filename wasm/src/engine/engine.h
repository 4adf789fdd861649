// Everything behind one handle: bytes in, rows out. Plain C++; knows nothing of JavaScript, throws
// nothing, prints nothing.
//
// Not thread-safe: one engine lives in one thread. Views that it returns live until its next call.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decode/json_decoder.h"
#include "decode/schema.h"
#include "engine/window.h"
#include "rows/json_writer.h"
#include "rows/row_block.h"
#include "view/view.h"

namespace eventglass {

// The last mutation that has been applied. Sequence numbers compare only within an epoch.
struct Cursor {
  std::string epoch;
  uint64_t seq = 0;
};

struct EngineOptions {
  uint32_t capacity_rows = 200'000;  // rows held before the window evicts
  // Of ids and texts: a quarter of what a WebAssembly memory grows to, as emptying blocks, growing
  // tables and parsing need room as well.
  uint64_t capacity_text_bytes = 1 << 30;
  uint32_t max_cell_bytes = 1024;  // of text in a row block; no screen shows more in a cell
  HashSeed seed;                   // random, where ids are not trusted
};

enum class PageStatus : uint8_t {
  kApplied,
  kMalformed,
  kEpochChanged,  // the page is of another epoch than the window
  kDisjoint,      // the page neither touches nor overlaps the coverage, or its range is inverted
  kSuperseded,    // more events were deleted since the request began than are remembered
};

struct PageReport {
  PageStatus status = PageStatus::kApplied;
  DecodeError error;
  ApplyCounts counts;
};

enum class FeedStatus : uint8_t {
  kApplied,
  kDuplicate,  // at or before the cursor
  kGap,        // messages between the cursor and this one are missing
  kEpochChanged,
  kReset,
  kError,
  kMalformed,
};

struct FeedReport {
  FeedStatus status = FeedStatus::kApplied;
  MessageType type = MessageType::kUnknown;
  DecodeError error;
  std::string epoch;
  uint64_t seq = 0;
  bool has_total_count = false;
  uint64_t total_count = 0;
  std::string reason;
  ApplyCounts counts;
};

class Engine {
 public:
  // REQUIRES: options.capacity_rows > 0
  Engine(Schema schema, const EngineOptions& options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // From now on the engine holds the whole timeline, with sequence numbers counted from `cursor`.
  void BeSource(Cursor cursor);

  // Where the next input's bytes go: `size` of them, and padding after. nullptr if there is no
  // memory for it.
  char* InputBuffer(size_t size);

  // Each takes the first `size` bytes of the input buffer. REQUIRES: InputBuffer(size) or more came
  // before
  PageReport ApplyPage(size_t size, const Cursor& cursor, const KeyRange& covered);
  FeedReport ApplyFeed(size_t size);
  // A batch seen before, again, after a page that was under way when it came. Does not look at the
  // cursor, nor move it.
  FeedReport ReapplyFeed(size_t size);

  void BeginRequest() { window_.tombstones().BeginRequest(); }
  // False if no request is open.
  bool EndRequest();
  void SetEvictionSide(EvictionSide side) { window_.set_eviction_side(side); }
  void Clear();

  const Schema& schema() const { return schema_; }
  uint32_t row_count() const { return view_.row_count(); }
  uint64_t version() const { return version_; }
  const std::optional<Cursor>& cursor() const { return cursor_; }
  const Coverage& coverage() const { return window_.coverage(); }

  uint32_t Rank(const EventKey& key) const { return view_.Rank(key); }
  // REQUIRES: index < row_count()
  EventKey KeyAt(uint32_t index) const { return window_.store().Key(view_.Select(index)); }
  // The row index of an event, or nothing if the window does not hold it.
  std::optional<uint32_t> IndexOf(std::string_view id) const;
  // The whole text of a cell. REQUIRES: index < row_count(), and the column is of type text
  std::optional<std::string_view> ReadText(uint32_t index, uint32_t column) const;

  // The part of the range that the view has, as a row block (docs/row_block.md), or as a JSON array
  // of events.
  std::span<const char> ReadRows(RowRange range);
  std::string_view WriteJson(RowRange range);
  // REQUIRES: every index < row_count()
  std::span<const char> ReadRowsAt(std::span<const uint32_t> indexes);

 private:
  FeedReport DecodeFeed(size_t size);
  FeedStatus StatusOfBatch() const;
  std::string_view Input(size_t size);
  void ReleaseInput();
  void CopyRange(RowRange range);
  RowBlockHeader Header(uint32_t begin) const;

  const Schema schema_;

  JsonDecoder decoder_;
  Window window_;
  View view_;
  RowBlockWriter row_block_writer_;
  JsonWriter json_writer_;
  std::optional<Cursor> cursor_;
  uint64_t version_ = 0;

  std::unique_ptr<char[]> input_;  // input_size_ bytes
  size_t input_size_ = 0;
  MutationList page_;       // scratch
  FeedMessage message_;     // scratch
  std::vector<Slot> rows_;  // scratch
};

}  // namespace eventglass
