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
#include "decode/page_pieces.h"
#include "decode/schema.h"
#include "engine/open_views.h"
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
  uint32_t max_cell_characters = 1024;  // of text in a row block; no screen shows more in a cell
  HashSeed seed;                        // random, where ids are not trusted
};

enum class PageStatus : uint8_t {
  kApplied,
  kMalformed,
  kEpochChanged,  // the page is of another epoch than the window
  kDisjoint,      // the page neither touches nor overlaps the coverage, or its range is inverted
  kSuperseded,    // more events were deleted since the request began than are remembered
  kOutOfMemory,   // there may not be memory for what it holds
  kBusy,          // a page in pieces is open
  kNotOpen,       // a piece of a page that has been ended
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
  kOutOfMemory,  // there may not be memory for what it brings; nothing was applied
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
  // The same for a page that is a row block.
  PageReport ApplyPageBlock(size_t size, const Cursor& cursor, const KeyRange& covered);
  // `effects`, where given, gets one for each mutation of a batch that is applied.
  FeedReport ApplyFeed(size_t size, std::vector<MutationEffect>* effects = nullptr);
  // A batch seen before, again, after a page that was under way when it came. Does not look at the
  // cursor, nor move it.
  FeedReport ReapplyFeed(size_t size);

  // A page in pieces, of any size, cut anywhere. Rows can be read after each piece; the coverage
  // grows when the page is closed. While it is open, feed messages may come between its pieces, and
  // have to be applied again after it; no other page may.
  PageStatus OpenPage(const Cursor& cursor, const KeyRange& covered, PageFormat format);
  bool has_open_page() const { return pieces_.has_value() && window_.has_open_page(); }
  // Where the next piece goes. nullptr if there is no memory for it, or no page is open.
  char* PieceBuffer(size_t size);
  // Takes `size` bytes from there. REQUIRES: PieceBuffer(size) or more came before. Any status but
  // kApplied ends the page: what it brought outside the coverage is gone.
  PageReport AddPiece(size_t size);
  PageReport ClosePage();
  void AbortPage();

  void BeginRequest() { window_.tombstones().BeginRequest(); }
  // False if no request is open.
  bool EndRequest();
  void SetEvictionSide(EvictionSide side) { window_.set_eviction_side(side); }
  void Clear();

  const Schema& schema() const { return schema_; }
  uint64_t version() const { return window_.version(); }
  const std::optional<Cursor>& cursor() const { return cursor_; }
  const Coverage& coverage() const { return window_.coverage(); }

  // --- Views: kWindowView, and those that are opened -------------------------------------------

  OpenViews& views() { return views_; }

  // REQUIRES, all below: the view is open
  uint32_t row_count(ViewId view = kWindowView) const { return views_[view].row_count(); }

  // Rows before a key. REQUIRES: the view is in the order of time
  uint32_t Rank(const EventKey& key, ViewId view = kWindowView) const {
    return views_[view].RankOfKey(key);
  }
  // REQUIRES: index < row_count(view)
  EventKey KeyAt(uint32_t index, ViewId view = kWindowView) const {
    return window_.store().Key(views_[view].Select(index));
  }
  // The row index of an event, or nothing if the view does not show it.
  std::optional<uint32_t> IndexOf(std::string_view id, ViewId view = kWindowView) const;
  // The whole text of a cell. REQUIRES: index < row_count(view), and the column is of type text
  std::optional<std::string_view> ReadText(uint32_t index, uint32_t column,
                                           ViewId view = kWindowView) const;

  // Reading gives no bytes where there is no memory for them.
  //
  // The part of the range that the view has, as a row block (docs/row_block.md), which tells the
  // cells that have changed since the engine had version `since`, where that is not 0 (all of them
  // where it is too long ago); or as a JSON array of events.
  std::span<const char> ReadRows(RowRange range, ViewId view = kWindowView, uint64_t since = 0);
  std::string_view WriteJson(RowRange range, ViewId view = kWindowView);
  // The same rows as a block for another engine: ApplyPageBlock() reads it.
  std::span<const char> WriteBlock(RowRange range, ViewId view = kWindowView);
  // REQUIRES: every index < row_count(view)
  std::span<const char> ReadRowsAt(std::span<const uint32_t> indexes, ViewId view = kWindowView);

  // Rows in each of `buckets` equal parts of a time range (View::CountBuckets).
  std::span<const uint32_t> Density(double begin_ms, double end_ms, uint32_t buckets,
                                    ViewId view = kWindowView);

 private:
  // Holds the input, where decoded strings stand, until they have been applied.
  class InputUse {
   public:
    explicit InputUse(Engine* engine) : engine_(engine) {}
    ~InputUse() { engine_->ReleaseInput(); }
    InputUse(const InputUse&) = delete;
    InputUse& operator=(const InputUse&) = delete;

   private:
    Engine* const engine_;
  };

  PageReport ApplyDecodedPage(const DecodeError& error, const Cursor& cursor,
                              const KeyRange& covered);
  PageStatus BeginPage(const Cursor& cursor, const KeyRange& covered);
  void AddDecoded(PageReport* report);
  PageReport AddToOpenPage(const DecodeError& error);
  void GiveUpPage();
  FeedReport DecodeFeed(size_t size);
  FeedStatus StatusOfBatch() const;
  std::string_view Input(size_t size);
  void ReleaseInput();
  bool CopyRange(RowRange range, const View& view);
  bool HasMemoryToRead(size_t rows) const;
  RowBlockHeader Header(uint32_t begin, const View& view) const;
  bool HasMemoryToApply(const MutationList& list, bool with_effects = false) const;

  const Schema schema_;

  JsonDecoder decoder_;
  Window window_;
  OpenViews views_;
  RowBlockWriter row_block_writer_;
  JsonWriter json_writer_;
  std::optional<Cursor> cursor_;
  std::optional<PagePieces> pieces_;  // of a page that is open
  Cursor page_cursor_;

  std::unique_ptr<char[]> input_;  // input_size_ bytes
  size_t input_size_ = 0;
  MutationList page_;              // scratch
  FeedMessage message_;            // scratch
  std::vector<Slot> rows_;         // scratch
  std::vector<ColumnMask> masks_;  // scratch
  std::vector<uint32_t> buckets_;  // scratch
};

}  // namespace eventglass
