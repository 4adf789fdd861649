#include "engine/engine.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>
#include <utility>

#include "decode/limits.h"
#include "decode/row_block_decoder.h"
#include "store/memory.h"

namespace eventglass {

namespace {

// Leaves out mutations whose seq does not follow the one before it within (prev_seq, seq].
void SkipOutOfOrder(FeedMessage* message) {
  MutationList& list = message->list;
  uint64_t last = message->prev_seq;
  size_t kept = 0;
  for (size_t i = 0; i < list.mutations.size(); ++i) {
    const uint64_t seq = list.mutations[i].seq;
    if (seq <= last || seq > message->seq) {
      list.skipped.Add(list.positions[i], SkipCode::kSeqOutOfOrder, "seq");
      continue;
    }
    last = seq;
    list.mutations[kept] = list.mutations[i];
    list.positions[kept] = list.positions[i];
    ++kept;
  }
  list.mutations.resize(kept);
  list.positions.resize(kept);
}

// Leaves out mutations that the cursor has passed, and returns how many.
uint64_t DropThrough(uint64_t seq, MutationList* list) {
  size_t dropped = 0;  // seqs ascend
  while (dropped < list->mutations.size() && list->mutations[dropped].seq <= seq) ++dropped;
  const auto count = static_cast<std::ptrdiff_t>(dropped);
  list->mutations.erase(list->mutations.begin(), list->mutations.begin() + count);
  list->positions.erase(list->positions.begin(), list->positions.begin() + count);
  return dropped;
}

}  // namespace

Engine::Engine(Schema schema, const EngineOptions& options)
    : schema_(std::move(schema)),
      decoder_(schema_),
      window_(schema_, options.seed, {options.capacity_rows, options.capacity_text_bytes}),
      views_(&window_),
      row_block_writer_(window_.store(), options.max_cell_characters),
      json_writer_(window_.store()) {}

void Engine::BeSource(Cursor cursor) {
  window_.CoverAll();
  cursor_ = std::move(cursor);
}

char* Engine::InputBuffer(size_t size) {
  if (size > kMaxMessageBytes) return nullptr;
  const size_t needed = size + JsonDecoder::kPaddingBytes;
  if (input_size_ < needed) {
    // The old one goes first, so that memory never holds both; what it holds has been read.
    input_.reset();
    input_.reset(new (std::nothrow) char[needed]);
    input_size_ = input_ ? needed : 0;
  }
  return input_.get();
}

std::string_view Engine::Input(size_t size) {
  assert(size + JsonDecoder::kPaddingBytes <= input_size_);
  std::memset(input_.get() + size, 0, JsonDecoder::kPaddingBytes);
  return {input_.get(), size};
}

void Engine::ReleaseInput() {
  if (input_size_ <= kKeptParserBytes) return;
  input_.reset();
  input_size_ = 0;
}

// Estimates what applying can allocate at most, and asks for it beforehand.
bool Engine::HasMemoryToApply(const MutationList& list, bool with_effects) const {
  // A chunk of every column, blocks of text that are emptied and filled, a part of the id index.
  constexpr size_t kAnyBatchBytes = 2 << 20;
  constexpr size_t kChunkBytes = size_t{8} << UintColumn::kChunkLog2;
  constexpr size_t kMutationBytes = 128;  // of fixed size in columns, index, order and change log
  constexpr size_t kViewBytes = 16;       // a mutation in a view
  size_t text_bytes = 0;
  for (const Mutation& mutation : list.mutations) text_bytes += mutation.id.size();
  for (const Cell& cell : list.cells) text_bytes += cell.text.size();
  const size_t mutation_bytes = kMutationBytes + kViewBytes * views_.open_count() +
                                (with_effects ? sizeof(MutationEffect) : 0);
  return HasMemoryFor(kAnyBatchBytes + kChunkBytes * schema_.size() + 2 * text_bytes +
                      mutation_bytes * list.mutations.size());
}

PageReport Engine::ApplyPage(size_t size, const Cursor& cursor, const KeyRange& covered) {
  const InputUse use(this);
  const DecodeError error = decoder_.DecodePage(Input(size), &page_);
  return ApplyDecodedPage(error, cursor, covered);
}

PageReport Engine::ApplyPageBlock(size_t size, const Cursor& cursor, const KeyRange& covered) {
  const InputUse use(this);
  const DecodeError error = DecodeRowBlock(schema_, Input(size), &page_);
  return ApplyDecodedPage(error, cursor, covered);
}

PageReport Engine::ApplyDecodedPage(const DecodeError& error, const Cursor& cursor,
                                    const KeyRange& covered) {
  PageReport report;
  report.error = error;
  report.status = error.ok() ? BeginPage(cursor, covered) : PageStatus::kMalformed;
  if (report.status != PageStatus::kApplied) return report;
  AddDecoded(&report);
  if (report.status == PageStatus::kApplied) window_.EndPage(&report.counts);
  return report;
}

PageStatus Engine::BeginPage(const Cursor& cursor, const KeyRange& covered) {
  if (window_.has_open_page()) return PageStatus::kBusy;
  if (cursor_ && cursor_->epoch != cursor.epoch) return PageStatus::kEpochChanged;
  const bool touches = !covered.IsInverted() && window_.coverage().Touches(covered);
  if (!touches) return PageStatus::kDisjoint;
  if (window_.tombstones().overflowed()) return PageStatus::kSuperseded;
  window_.BeginPage(cursor.seq, covered);
  page_cursor_ = cursor;
  return PageStatus::kApplied;
}

// Adds what page_ holds to the open page, or gives that up where there is no memory.
void Engine::AddDecoded(PageReport* report) {
  if (!HasMemoryToApply(page_)) {
    GiveUpPage();
    report->status = PageStatus::kOutOfMemory;
    return;
  }
  const bool is_behind = cursor_ && page_cursor_.seq < cursor_->seq;
  window_.AddToPage(page_, is_behind, &report->counts);
  if (!cursor_) cursor_ = page_cursor_;
}

PageStatus Engine::OpenPage(const Cursor& cursor, const KeyRange& covered, PageFormat format) {
  const PageStatus status = BeginPage(cursor, covered);
  if (status == PageStatus::kApplied) pieces_.emplace(schema_, format);
  return status;
}

char* Engine::PieceBuffer(size_t size) { return has_open_page() ? pieces_->Room(size) : nullptr; }

PageReport Engine::AddPiece(size_t size) {
  if (!has_open_page()) return {.status = PageStatus::kNotOpen, .error = {}, .counts = {}};
  return AddToOpenPage(pieces_->Decode(size, &page_));
}

PageReport Engine::ClosePage() {
  if (!has_open_page()) return {.status = PageStatus::kNotOpen, .error = {}, .counts = {}};
  PageReport report = AddToOpenPage(pieces_->Finish(&page_));
  if (report.status == PageStatus::kApplied) window_.EndPage(&report.counts);
  pieces_.reset();
  return report;
}

PageReport Engine::AddToOpenPage(const DecodeError& error) {
  PageReport report;
  report.error = error;
  if (error.ok()) {
    AddDecoded(&report);
  } else {
    GiveUpPage();
    report.status = PageStatus::kMalformed;
  }
  return report;
}

void Engine::AbortPage() {
  if (has_open_page()) GiveUpPage();
  pieces_.reset();
}

// A first page that is given up has set no cursor.
void Engine::GiveUpPage() {
  window_.AbortPage();
  if (window_.coverage().empty()) cursor_.reset();
}

FeedReport Engine::DecodeFeed(size_t size) {
  FeedReport report;
  report.error = decoder_.DecodeMessage(Input(size), &message_);
  if (!report.error.ok()) {
    report.status = FeedStatus::kMalformed;
    return report;
  }
  SkipOutOfOrder(&message_);
  report.type = message_.type;
  report.epoch = message_.epoch;
  report.seq = message_.seq;
  report.has_total_count = message_.has_total_count;
  report.total_count = message_.total_count;
  report.reason = message_.reason;
  report.counts.skipped = std::move(message_.list.skipped);
  return report;
}

// What to do with the message just decoded, which names a cursor.
FeedStatus Engine::StatusOfBatch() const {
  if (!cursor_) return FeedStatus::kGap;
  if (cursor_->epoch != message_.epoch) return FeedStatus::kEpochChanged;
  const bool names_prev = message_.has_prev_seq && message_.type != MessageType::kResume;
  const uint64_t follows = names_prev ? message_.prev_seq : message_.seq;
  if (follows > cursor_->seq) return FeedStatus::kGap;
  const bool is_known = message_.type == MessageType::kBatch && message_.seq <= cursor_->seq;
  return is_known ? FeedStatus::kDuplicate : FeedStatus::kApplied;
}

FeedReport Engine::ApplyFeed(size_t size, std::vector<MutationEffect>* effects) {
  const InputUse use(this);
  FeedReport report = DecodeFeed(size);
  if (report.status == FeedStatus::kMalformed) return report;
  switch (report.type) {
    case MessageType::kReset:
      report.status = FeedStatus::kReset;
      return report;
    case MessageType::kError:
      report.status = FeedStatus::kError;
      return report;
    case MessageType::kCounts:
    case MessageType::kDensity:
      return report;
    default:
      report.status = StatusOfBatch();
  }
  if (report.status != FeedStatus::kApplied) return report;
  if (report.type == MessageType::kProgress) cursor_->seq = std::max(cursor_->seq, message_.seq);
  if (report.type != MessageType::kBatch) return report;
  if (!HasMemoryToApply(message_.list, effects != nullptr)) {
    report.status = FeedStatus::kOutOfMemory;
    return report;
  }
  report.counts.stale = DropThrough(cursor_->seq, &message_.list);
  window_.Apply(message_.list, &report.counts, effects);
  cursor_->seq = message_.seq;
  return report;
}

FeedReport Engine::ReapplyFeed(size_t size) {
  const InputUse use(this);
  FeedReport report = DecodeFeed(size);
  if (report.status == FeedStatus::kMalformed || report.type != MessageType::kBatch) return report;
  if (!cursor_ || cursor_->epoch != message_.epoch) {
    report.status = FeedStatus::kEpochChanged;
    return report;
  }
  if (!HasMemoryToApply(message_.list)) {
    report.status = FeedStatus::kOutOfMemory;
    return report;
  }
  window_.Apply(message_.list, &report.counts);
  return report;
}

bool Engine::EndRequest() {
  if (window_.tombstones().open_requests() == 0) return false;
  window_.tombstones().EndRequest();
  return true;
}

void Engine::Clear() {
  window_.Clear();
  pieces_.reset();
  cursor_.reset();
}

std::optional<uint32_t> Engine::IndexOf(std::string_view id, ViewId view) const {
  const std::optional<Slot> row = window_.store().Find(id);
  if (!row) return std::nullopt;
  return views_[view].IndexOf(*row);
}

std::optional<std::string_view> Engine::ReadText(uint32_t index, uint32_t column,
                                                 ViewId view) const {
  assert(schema_[column].type == ColumnType::kText);
  return window_.store().Text(views_[view].Select(index), column);
}

// Fills rows_, or answers false where there is no memory for so many.
bool Engine::CopyRange(RowRange range, const View& view) {
  rows_.clear();
  if (!HasMemoryToRead(range.size())) return false;
  view.CopyRange(range, &rows_);
  return true;
}

// For a slot and a mask a row, and a string for each of its cells; vectors double as they grow.
bool Engine::HasMemoryToRead(size_t rows) const {
  return HasMemoryFor(
      rows * 2 * (sizeof(Slot) + sizeof(ColumnMask) + schema_.size() * sizeof(std::string_view)));
}

RowBlockHeader Engine::Header(uint32_t begin, const View& view) const {
  return {.begin = begin, .view_row_count = view.row_count(), .version = version()};
}

std::span<const char> Engine::ReadRows(RowRange range, ViewId view, uint64_t since) {
  const View& rows = views_[view];
  range = rows.Clamp(range);
  if (!CopyRange(range, rows)) return {};
  RowBlockHeader header = Header(range.begin, rows);
  masks_.clear();
  if (since > 0 && window_.changes().Knows(since)) {
    header.changed_since = since;
    masks_.resize(rows_.size());
    window_.changes().ColumnsSince(since, rows_, masks_);
  }
  return row_block_writer_.Write(header, rows_, masks_);
}

std::span<const char> Engine::ReadRowsAt(std::span<const uint32_t> indexes, ViewId view) {
  const View& rows = views_[view];
  rows_.clear();
  if (!HasMemoryToRead(indexes.size())) return {};
  for (const uint32_t index : indexes) rows_.push_back(rows.Select(index));
  return row_block_writer_.Write(Header(0, rows), rows_);
}

std::string_view Engine::WriteJson(RowRange range, ViewId view) {
  const View& rows = views_[view];
  if (!CopyRange(rows.Clamp(range), rows)) return {};
  return json_writer_.Write(rows_);
}

std::span<const uint32_t> Engine::Density(double begin_ms, double end_ms, uint32_t buckets,
                                          ViewId view) {
  buckets_.resize(buckets);
  views_[view].CountBuckets(begin_ms, end_ms, buckets_);
  return buckets_;
}

std::span<const char> Engine::WriteBlock(RowRange range, ViewId view) {
  const View& rows = views_[view];
  range = rows.Clamp(range);
  if (!CopyRange(range, rows)) return {};
  return row_block_writer_.WriteForTransport(Header(range.begin, rows), rows_);
}

}  // namespace eventglass
