// What the feed of a subscription carries, out of the whole states of a naive backend.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/naive_backend.h"
#include "order/coverage.h"
#include "unit/support/random.h"

namespace eventglass::test {

struct NaiveSubscription {
  NaiveSource filter;
  std::vector<KeyRange> ranges;

  bool Shows(const std::string& id, const NaiveEvent& event) const {
    const EventKey key{event.timestamp, id};
    return filter.Matches(event) &&
           std::any_of(ranges.begin(), ranges.end(),
                       [&](const KeyRange& range) { return range.Contains(key); });
  }

  // The message after prev_seq, up to seq: a batch, with `bad` elements that are not understood, or
  // progress. Several mutations of one event are given as one at random.
  std::string Message(const NaiveBackend& backend, uint64_t prev_seq, uint64_t seq, uint32_t bad,
                      Random* random) const {
    std::map<std::string, std::vector<uint64_t>> seqs;
    for (uint64_t at = prev_seq + 1; at <= seq; ++at) seqs[backend.MutatedId(at)].push_back(at);
    std::map<uint64_t, std::string> by_seq;
    for (const auto& [id, all] : seqs) {
      std::vector<uint64_t> together;
      for (const uint64_t at : all) {
        together.push_back(at);
        if (at != all.back() && random->OneIn(2)) continue;
        const std::string mutation = AsOne(backend, id, together);
        if (!mutation.empty()) by_seq[at] = mutation;
        together.clear();
      }
    }
    if (by_seq.empty() && bad == 0 && random->OneIn(2)) return backend.Progress(prev_seq, seq);
    std::vector<std::string> mutations;
    mutations.reserve(by_seq.size());
    for (const auto& [_, mutation] : by_seq) mutations.push_back(mutation);
    return backend.BatchOf(mutations, prev_seq, seq, bad);
  }

 private:
  bool ShowsAt(const NaiveBackend& backend, const std::string& id, uint64_t seq) const {
    const auto event = backend.At(seq).find(id);
    return event != backend.At(seq).end() && Shows(id, *event->second);
  }

  // The mutations of one event with these seqs as one, or nothing where they do not concern the
  // subscription. An event that came and went is deleted all the same: a page may have shown it.
  std::string AsOne(const NaiveBackend& backend, const std::string& id,
                    const std::vector<uint64_t>& seqs) const {
    const bool was_shown = ShowsAt(backend, id, seqs.front() - 1);
    const bool is_shown = ShowsAt(backend, id, seqs.back());
    const bool is_concerned = was_shown || std::any_of(seqs.begin(), seqs.end(), [&](uint64_t seq) {
                                return ShowsAt(backend, id, seq);
                              });
    if (!is_concerned) return {};
    if (was_shown && is_shown && seqs.size() == 1) return backend.MutationJson(seqs.front());
    const std::string seq = R"("seq":)" + std::to_string(seqs.back());
    if (!is_shown) return R"({"op":"delete",)" + seq + R"(,"id":")" + id + "\"}";
    return R"({"op":"insert",)" + seq + R"(,"event":)" +
           EventJson(id, *backend.At(seqs.back()).at(id)) + "}";
  }
};

}  // namespace eventglass::test
