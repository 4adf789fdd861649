// The views of a window that somebody holds, by number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/window.h"
#include "filter/filter.h"
#include "view/view.h"

namespace eventglass {

// Names a view until it is closed; numbers are used again after that.
using ViewId = uint32_t;

// The window's rows in the order of time: always open.
inline constexpr ViewId kWindowView = 0;

enum class OpenStatus : uint8_t {
  kOpened,
  kFilterError,   // the filter can't be read
  kTooManyViews,  // kMaxOpenViews are open
  kOutOfMemory,
};

struct OpenReport {
  OpenStatus status = OpenStatus::kOpened;
  ViewId view = kWindowView;  // where it was opened
  FilterError error;          // of kFilterError
};

class OpenViews {
 public:
  // Each takes part in every mutation: more would be a mistake of the embedder's, such as a view
  // opened for every key that is pressed.
  static constexpr uint32_t kMaxOpenViews = 64;

  explicit OpenViews(Window* window);  // `window` outlives it

  // REQUIRES: order_column < schema.size()
  OpenReport Open(std::string_view filter, uint32_t order_column, Direction direction);
  // The rows of `view` that match another filter as well, in the order of `view`.
  // REQUIRES: IsOpen(view)
  OpenReport OpenSearch(ViewId view, std::string_view filter);
  // REQUIRES: IsOpen(view), view != kWindowView
  void Close(ViewId view);

  bool IsOpen(ViewId view) const { return view < views_.size() && views_[view] != nullptr; }
  View& operator[](ViewId view) { return *views_[view]; }  // REQUIRES: IsOpen(view)
  const View& operator[](ViewId view) const { return *views_[view]; }
  // Those that somebody has opened.
  uint32_t open_count() const { return open_count_; }

 private:
  OpenReport Add(Filter filter, uint32_t order_column, Direction direction);

  Window* const window_;
  std::vector<View*> views_;  // nullptr: free
  uint32_t open_count_ = 0;
};

// Of the row at `index` of `view`, the nearest row at or after it, or before it, that is in
// `matches` as well: its index in `view`, or nothing. `index` may be the number of rows. REQUIRES:
// `matches` is a search of `view`, index <= view.row_count()
std::optional<uint32_t> MatchFrom(const View& view, const View& matches, uint32_t index);
std::optional<uint32_t> MatchBefore(const View& view, const View& matches, uint32_t index);

}  // namespace eventglass
