#include "engine/open_views.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "store/memory.h"

namespace eventglass {

namespace {

// Of a view under construction: a slot, and a prefix with a slot to sort by; of both its orders,
// with the room that their leaves leave.
constexpr size_t kBytesARow = 4 + 16 + 2 * 6;

}  // namespace

OpenViews::OpenViews(Window* window) : window_(window) {
  const uint32_t by_time = window->store().schema().timestamp_column();
  views_.push_back(window->OpenView(Filter(), by_time, Direction::kAscending));
}

OpenReport OpenViews::Open(std::string_view filter, uint32_t order_column, Direction direction) {
  OpenReport report;
  std::optional<Filter> parsed = Filter::Parse(filter, window_->store().schema(), &report.error);
  if (parsed) return Add(std::move(*parsed), order_column, direction);
  report.status = OpenStatus::kFilterError;
  return report;
}

OpenReport OpenViews::OpenSearch(ViewId view, std::string_view filter) {
  assert(IsOpen(view));
  OpenReport report;
  const std::optional<Filter> parsed =
      Filter::Parse(filter, window_->store().schema(), &report.error);
  const View& within = *views_[view];
  if (parsed) {
    return Add(Filter::And(within.filter(), *parsed), within.order().column(), within.direction());
  }
  report.status = OpenStatus::kFilterError;
  return report;
}

OpenReport OpenViews::Add(Filter filter, uint32_t order_column, Direction direction) {
  if (open_count_ == kMaxOpenViews) return {.status = OpenStatus::kTooManyViews, .error = {}};
  if (!HasMemoryFor(kBytesARow * window_->store().size())) {
    return {.status = OpenStatus::kOutOfMemory, .error = {}};
  }
  View* const opened = window_->OpenView(std::move(filter), order_column, direction);
  const auto free = std::find(views_.begin(), views_.end(), nullptr);
  const auto view = static_cast<ViewId>(free - views_.begin());
  if (free == views_.end()) views_.push_back(nullptr);
  opened->set_number(view);
  views_[view] = opened;
  ++open_count_;
  return {.status = OpenStatus::kOpened, .view = view, .error = {}};
}

void OpenViews::Close(ViewId view) {
  assert(IsOpen(view) && view != kWindowView);
  window_->CloseView(views_[view]);
  views_[view] = nullptr;
  --open_count_;
}

namespace {

// Matches before the row at `index`.
uint32_t MatchesBefore(const View& view, const View& matches, uint32_t index) {
  return index == view.row_count() ? matches.row_count() : matches.RankOf(view.Select(index));
}

}  // namespace

std::optional<uint32_t> MatchFrom(const View& view, const View& matches, uint32_t index) {
  const uint32_t before = MatchesBefore(view, matches, index);
  if (before == matches.row_count()) return std::nullopt;
  return view.IndexOf(matches.Select(before));
}

std::optional<uint32_t> MatchBefore(const View& view, const View& matches, uint32_t index) {
  const uint32_t before = MatchesBefore(view, matches, index);
  if (before == 0) return std::nullopt;
  return view.IndexOf(matches.Select(before - 1));
}

}  // namespace eventglass
