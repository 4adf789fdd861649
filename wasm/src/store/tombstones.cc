#include "store/tombstones.h"

#include <algorithm>
#include <cassert>

namespace eventglass {

void Tombstones::EndRequest() {
  assert(open_requests_ > 0);
  if (--open_requests_ > 0) return;
  seqs_.clear();
  overflowed_ = false;
}

void Tombstones::Add(std::string_view id, uint64_t seq) {
  if (open_requests_ == 0) return;
  const auto known = seqs_.find(id);
  if (known != seqs_.end()) {
    known->second = std::max(known->second, seq);
  } else if (seqs_.size() < kMaxTombstones) {
    seqs_.emplace(id, seq);
  } else {
    overflowed_ = true;
  }
}

uint64_t Tombstones::SeqOf(std::string_view id) const {
  const auto known = seqs_.find(id);
  return known == seqs_.end() ? 0 : known->second;
}

}  // namespace eventglass
