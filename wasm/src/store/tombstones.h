// The remembered seqs of deleted events, so that a page that was under way when they were deleted
// can't bring them back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/sip_hash.h"

namespace eventglass {

// Remembers deletes while requests are open, and forgets all of them when the last one ends.
class Tombstones {
 public:
  // Deletes, and puts outside the coverage: at 5,000 mutations a second all outside, the 20 seconds
  // of a very slow page.
  static constexpr size_t kMaxTombstones = 100'000;

  explicit Tombstones(HashSeed seed) : seqs_(0, Hash{seed}) {}

  void BeginRequest() { ++open_requests_; }

  // REQUIRES: a BeginRequest() without its end
  void EndRequest();

  // Does nothing while no request is open.
  void Add(std::string_view id, uint64_t seq);

  // The seq at which the event was deleted, or 0 if that is not remembered.
  uint64_t SeqOf(std::string_view id) const;

  // More events were deleted than are remembered: pages that are under way can't be trusted.
  bool overflowed() const { return overflowed_; }
  uint32_t open_requests() const { return open_requests_; }
  size_t size() const { return seqs_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view id) const {
      return static_cast<size_t>(SipHash13(seed, id));
    }
    HashSeed seed;
  };

  uint32_t open_requests_ = 0;
  bool overflowed_ = false;
  std::unordered_map<std::string, uint64_t, Hash, std::equal_to<>> seqs_;
};

}  // namespace eventglass
