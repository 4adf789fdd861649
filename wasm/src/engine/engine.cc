#include "engine/engine.h"

#include <cassert>
#include <cstring>
#include <new>
#include <utility>

#include "decode/limits.h"

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
      view_(window_.order()),
      row_block_writer_(window_.store(), options.max_cell_bytes),
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

// Decoded strings stand in the decoder, not in the input.
void Engine::ReleaseInput() {
  if (input_size_ <= kKeptParserBytes) return;
  input_.reset();
  input_size_ = 0;
}

PageReport Engine::ApplyPage(size_t size, const Cursor& cursor, const KeyRange& covered) {
  PageReport report;
  report.error = decoder_.DecodePage(Input(size), &page_);
  ReleaseInput();
  if (!report.error.ok()) {
    report.status = PageStatus::kMalformed;
    return report;
  }
  if (cursor_ && cursor_->epoch != cursor.epoch) {
    report.status = PageStatus::kEpochChanged;
    return report;
  }
  if (covered.IsInverted() || !window_.coverage().Touches(covered)) {
    report.status = PageStatus::kDisjoint;
    return report;
  }
  if (window_.tombstones().overflowed()) {
    report.status = PageStatus::kSuperseded;
    return report;
  }
  report.counts.skipped = std::move(page_.skipped);
  window_.ApplyPage(page_, cursor.seq, covered, &report.counts);
  if (!cursor_) cursor_ = cursor;
  if (report.counts.changed()) ++version_;
  return report;
}

FeedReport Engine::DecodeFeed(size_t size) {
  FeedReport report;
  report.error = decoder_.DecodeMessage(Input(size), &message_);
  ReleaseInput();
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
  const bool is_batch = message_.type == MessageType::kBatch;
  const uint64_t follows = is_batch ? message_.prev_seq : message_.seq;
  if (follows > cursor_->seq) return FeedStatus::kGap;
  return is_batch && message_.seq <= cursor_->seq ? FeedStatus::kDuplicate : FeedStatus::kApplied;
}

FeedReport Engine::ApplyFeed(size_t size) {
  FeedReport report = DecodeFeed(size);
  if (report.status == FeedStatus::kMalformed) return report;
  if (report.type == MessageType::kReset || report.type == MessageType::kError) {
    report.status = report.type == MessageType::kReset ? FeedStatus::kReset : FeedStatus::kError;
    return report;
  }
  report.status = StatusOfBatch();
  if (report.status != FeedStatus::kApplied || report.type != MessageType::kBatch) return report;
  report.counts.stale = DropThrough(cursor_->seq, &message_.list);
  window_.Apply(message_.list, &report.counts);
  cursor_->seq = message_.seq;
  if (report.counts.changed()) ++version_;
  return report;
}

FeedReport Engine::ReapplyFeed(size_t size) {
  FeedReport report = DecodeFeed(size);
  if (report.status == FeedStatus::kMalformed || report.type != MessageType::kBatch) return report;
  if (!cursor_ || cursor_->epoch != message_.epoch) {
    report.status = FeedStatus::kEpochChanged;
    return report;
  }
  window_.Apply(message_.list, &report.counts);
  if (report.counts.changed()) ++version_;
  return report;
}

bool Engine::EndRequest() {
  if (window_.tombstones().open_requests() == 0) return false;
  window_.tombstones().EndRequest();
  return true;
}

void Engine::Clear() {
  window_.Clear();
  cursor_.reset();
  ++version_;
}

std::optional<uint32_t> Engine::IndexOf(std::string_view id) const {
  const std::optional<Slot> row = window_.store().Find(id);
  if (!row) return std::nullopt;
  return view_.Rank(window_.store().Key(*row));
}

std::optional<std::string_view> Engine::ReadText(uint32_t index, uint32_t column) const {
  assert(schema_[column].type == ColumnType::kText);
  return window_.store().Text(view_.Select(index), column);
}

void Engine::CopyRange(RowRange range) {
  rows_.clear();
  view_.CopyRange(range, &rows_);
}

RowBlockHeader Engine::Header(uint32_t begin) const {
  return {.begin = begin, .view_row_count = view_.row_count(), .version = version_};
}

std::span<const char> Engine::ReadRows(RowRange range) {
  range = view_.Clamp(range);
  CopyRange(range);
  return row_block_writer_.Write(Header(range.begin), rows_);
}

std::span<const char> Engine::ReadRowsAt(std::span<const uint32_t> indexes) {
  rows_.clear();
  for (const uint32_t index : indexes) rows_.push_back(view_.Select(index));
  return row_block_writer_.Write(Header(0), rows_);
}

std::string_view Engine::WriteJson(RowRange range) {
  CopyRange(view_.Clamp(range));
  return json_writer_.Write(rows_);
}

}  // namespace eventglass
