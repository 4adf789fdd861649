// A backend of the plainest kind: maps of events, one for each sequence number, and the JSON of
// docs/protocol.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "order/coverage.h"
#include "unit/support/random.h"

namespace eventglass::test {

// An event, with the JSON of each of its fields but `id` and `timestamp`, by name.
struct NaiveEvent {
  int64_t timestamp = 0;
  std::map<std::string, std::string> fields;
};

using NaiveKey = std::pair<int64_t, std::string>;
using NaiveEvents = std::map<std::string, std::shared_ptr<const NaiveEvent>>;

// In the schema's order, as the engine writes them.
inline const std::vector<std::string> kFieldNames = {"source", "message", "amount", "done", "note"};

inline std::string EventJson(const std::string& id, const NaiveEvent& event) {
  std::string json = R"({"id":")" + id + R"(","timestamp":)" + std::to_string(event.timestamp);
  for (const std::string& name : kFieldNames) {
    const auto field = event.fields.find(name);
    if (field != event.fields.end()) json += ",\"" + name + "\":" + field->second;
  }
  return json + "}";
}

// Events with one value of `source`, as JSON, or all of them.
struct NaiveSource {
  std::string source;

  bool Matches(const NaiveEvent& event) const {
    if (source.empty()) return true;
    const auto field = event.fields.find("source");
    return field != event.fields.end() && field->second == source;
  }
};

// A page, with the range that it covers.
struct NaivePage {
  std::string json;
  std::string epoch;
  uint64_t seq = 0;
  KeyRange covered;
};

class NaiveBackend {
 public:
  NaiveBackend(Random* random, std::string epoch) : epoch_(std::move(epoch)) {
    NaiveEvents events;
    for (uint64_t count = random->Below(40); count > 0; --count) {
      events["i" + std::to_string(next_id_++)] = RandomEvent(random);
    }
    states_.push_back(std::move(events));
    mutations_.emplace_back();
  }

  const std::string& epoch() const { return epoch_; }
  uint64_t seq() const { return states_.size() - 1; }
  // The events once everything up to and including `seq` has happened.
  const NaiveEvents& At(uint64_t seq) const { return states_[static_cast<size_t>(seq)]; }

  // One random insert, update, move or delete.
  void Mutate(Random* random) {
    NaiveEvents events = states_.back();
    const uint64_t seq = states_.size();
    const std::string front = R"(","seq":)" + std::to_string(seq);
    std::string id = "i" + std::to_string(next_id_);
    const uint64_t kind = random->Below(10);
    if (!events.empty() && kind >= 3) {
      auto at = events.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random->Below(events.size())));
      id = at->first;
    } else {
      ++next_id_;
    }
    const auto known = events.find(id);
    std::string json;
    if (known != events.end() && kind >= 8) {
      json = R"({"op":"delete)" + front + R"(,"id":")" + id + "\"}";
      events.erase(known);
    } else if (known != events.end() && kind >= 5) {
      NaiveEvent event = *known->second;
      json = R"({"op":"update)" + front + R"(,"id":")" + id + R"(","set":)" +
             RandomSet(random, &event) + "}";
      known->second = std::make_shared<NaiveEvent>(std::move(event));
    } else {
      // An insert, a move, or an insert of an id that exists.
      std::shared_ptr<const NaiveEvent> event = RandomEvent(random);
      const bool update = known != events.end() && random->OneIn(2);
      json = (update ? R"({"op":"update)" : R"({"op":"insert)") + front + R"(,"event":)" +
             EventJson(id, *event) + "}";
      events[id] = std::move(event);
    }
    states_.push_back(std::move(events));
    mutations_.push_back({std::move(id), std::move(json)});
  }

  // The mutation with this seq. REQUIRES: 0 < seq <= seq()
  const std::string& MutatedId(uint64_t seq) const {
    return mutations_[static_cast<size_t>(seq)].id;
  }
  const std::string& MutationJson(uint64_t seq) const {
    return mutations_[static_cast<size_t>(seq)].json;
  }

  // The message that carries all mutations after prev_seq, up to seq; with elements that are not
  // understood, if `bad`.
  std::string Batch(uint64_t prev_seq, uint64_t seq, uint32_t bad = 0) const {
    std::vector<std::string> mutations;
    for (uint64_t at = prev_seq + 1; at <= seq; ++at) mutations.push_back(MutationJson(at));
    return BatchOf(mutations, prev_seq, seq, bad);
  }

  std::string BatchOf(const std::vector<std::string>& mutations, uint64_t prev_seq, uint64_t seq,
                      uint32_t bad) const {
    std::string list;
    for (const std::string& mutation : mutations) list += mutation + ",";
    while (bad-- > 0) list += R"({"op":"upsert"},)";
    if (!list.empty()) list.pop_back();
    return R"({"type":"batch",)" + Position(seq) + R"(,"prevSeq":)" + std::to_string(prev_seq) +
           R"(,"mutations":[)" + list + "]}";
  }

  std::string Progress(uint64_t seq) const {
    return R"({"type":"progress",)" + Position(seq) + "}";
  }
  std::string Progress(uint64_t prev_seq, uint64_t seq) const {
    return R"({"type":"progress",)" + Position(seq) + R"(,"prevSeq":)" + std::to_string(prev_seq) +
           "}";
  }

  // What a message names: the epoch, and a seq.
  std::string Position(uint64_t seq) const {
    return R"("epoch":")" + epoch_ + R"(","seq":)" + std::to_string(seq);
  }

  // GET /data as of `seq`.
  NaivePage Page(uint64_t seq, const KeyRange& range, std::optional<size_t> limit, bool backward,
                 const NaiveSource& filter = {}) const {
    std::vector<NaiveKey> keys = KeysWithin(seq, range, filter);
    NaivePage page;
    page.epoch = epoch_;
    page.seq = seq;
    page.covered = range;
    if (limit && keys.size() > *limit) {
      if (backward) {
        keys.erase(keys.begin(), keys.end() - static_cast<std::ptrdiff_t>(*limit));
        page.covered.begin = KeyBound::At({keys.front().first, keys.front().second});
      } else {
        keys.resize(*limit);
        page.covered.end = KeyBound::After({keys.back().first, keys.back().second});
      }
    }
    page.json = Json(seq, keys);
    return page;
  }

  // The keys of a range's events that match, in order.
  std::vector<NaiveKey> KeysWithin(uint64_t seq, const KeyRange& range,
                                   const NaiveSource& filter = {}) const {
    std::vector<NaiveKey> keys;
    for (const auto& [id, event] : At(seq)) {
      if (!filter.Matches(*event)) continue;
      const EventKey key{event->timestamp, id};
      const bool after_begin = range.begin.open || !(key < range.begin.key());
      const bool before_end = range.end.open || key < range.end.key();
      if (after_begin && before_end) keys.emplace_back(event->timestamp, id);
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  std::string Json(uint64_t seq, const std::vector<NaiveKey>& keys) const {
    std::string json = "[";
    for (const NaiveKey& key : keys) json += EventJson(key.second, *At(seq).at(key.second)) + ",";
    if (json.size() > 1) json.pop_back();
    return json + "]";
  }

  static constexpr int64_t kTimestamps = 12;  // few, so that many are equal

 private:
  struct NamedMutation {
    std::string id;
    std::string json;
  };

  static std::shared_ptr<const NaiveEvent> RandomEvent(Random* random) {
    NaiveEvent event;
    event.timestamp = random->Between(0, kTimestamps - 1);
    RandomSet(random, &event);
    return std::make_shared<NaiveEvent>(std::move(event));
  }

  // Sets, or removes by null, some fields of an event. Returns the JSON of what was set.
  static std::string RandomSet(Random* random, NaiveEvent* event) {
    static const std::vector<std::vector<std::string>> values = {
        {"\"shop\"", "\"chat\"", "\"\"", "\"a source with a name of some length\""},
        {"\"\"", "\"hello\"", R"("\"quoted\" \u0001 é 😀")"},
        {"0", "-1", "2.5", "100"},
        {"true", "false"},
        {"\"note\"", "\"" + std::string(300, 'n') + "\""}};
    std::string json = "{";
    for (size_t i = 0; i < kFieldNames.size(); ++i) {
      if (random->OneIn(2)) continue;
      const size_t choice = random->Below(values[i].size() + 1);
      const bool remove = choice == values[i].size();
      json += (json.size() > 1 ? ",\"" : "\"") + kFieldNames[i] +
              "\":" + (remove ? "null" : values[i][choice]);
      if (remove) {
        event->fields.erase(kFieldNames[i]);
      } else {
        event->fields[kFieldNames[i]] = values[i][choice];
      }
    }
    return json + "}";
  }

  const std::string epoch_;
  uint64_t next_id_ = 0;
  std::vector<NaiveEvents> states_;       // by seq
  std::vector<NamedMutation> mutations_;  // by seq; there is none with seq 0
};

}  // namespace eventglass::test
