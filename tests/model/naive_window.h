// The rules of engine/window.h and engine/engine.h over a plain map.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/window.h"
#include "model/naive_backend.h"
#include "order/coverage.h"

namespace eventglass::test {

// A mutation, with the JSON of its fields; one that is null is taken away.
struct NaiveMutation {
  MutationOp op = MutationOp::kPut;
  std::string id;
  std::optional<int64_t> timestamp;  // always there in a put
  std::map<std::string, std::string> fields;
  uint64_t seq = 0;

  std::string Json() const {
    const bool is_put = op == MutationOp::kPut;
    std::string event = is_put ? R"("id":")" + id + "\"" : "";
    if (timestamp) {
      event += (event.empty() ? "" : ",") + (R"("timestamp":)" + std::to_string(*timestamp));
    }
    for (const auto& [name, value] : fields) {
      event += (event.empty() ? "\"" : ",\"") + name + "\":" + value;
    }
    const std::string head = R"({"seq":)" + std::to_string(seq);
    if (is_put) return head + R"(,"op":"insert","event":{)" + event + "}}";
    const std::string of = head + R"(,"id":")" + id + "\"";
    return of + (op == MutationOp::kPatch ? R"(,"op":"update","set":{)" + event + "}}"
                                          : R"(,"op":"delete"})");
  }
};

class NaiveWindow {
 public:
  explicit NaiveWindow(size_t capacity_rows) : capacity_rows_(capacity_rows) {}

  Coverage coverage;
  EvictionSide eviction_side = EvictionSide::kOldest;

  void BeginRequest() { ++requests_; }
  void EndRequest() {
    if (--requests_ == 0) tombstones_.clear();
  }
  uint32_t requests() const { return requests_; }

  void Apply(const NaiveMutation& mutation) { ApplyAt(mutation, mutation.seq); }

  // REQUIRES: coverage.Touches(covered)
  void ApplyPage(const std::vector<NaiveMutation>& events, uint64_t version,
                 const KeyRange& covered) {
    coverage.Add(covered);
    bool is_whole = true;
    for (const NaiveMutation& event : events) {
      if (covered.Contains({*event.timestamp, event.id})) {
        ApplyAt(event, version);
      } else {
        is_whole = false;
      }
    }
    if (!is_whole) return;
    std::erase_if(rows_, [&](const auto& entry) {
      const auto& [id, row] = entry;
      return row.version < version && covered.Contains({row.event.timestamp, id});
    });
  }

  void Clear() {
    rows_.clear();
    coverage.Clear();
  }

  // The event with this id, or nullptr.
  const NaiveEvent* Find(const std::string& id) const {
    const auto row = rows_.find(id);
    return row == rows_.end() ? nullptr : &row->second.event;
  }

  std::vector<NaiveKey> Keys() const {
    std::vector<NaiveKey> keys;
    for (const auto& [id, row] : rows_) keys.emplace_back(row.event.timestamp, id);
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  std::string Json() const {
    std::string json = "[";
    for (const NaiveKey& key : Keys()) {
      json += (json.size() > 1 ? "," : "") + EventJson(key.second, rows_.at(key.second).event);
    }
    return json + "]";
  }

 private:
  struct Row {
    NaiveEvent event;
    uint64_t version = 0;
  };

  void Bury(const std::string& id, uint64_t seq) {
    if (requests_ > 0 && seq > 0) tombstones_[id] = std::max(tombstones_[id], seq);
  }

  void ApplyAt(const NaiveMutation& mutation, uint64_t version) {
    const auto tombstone = tombstones_.find(mutation.id);
    if (tombstone != tombstones_.end() && tombstone->second > version) return;
    Change(mutation, version);
    while (rows_.size() > capacity_rows_) {
      const std::vector<NaiveKey> keys = Keys();
      const bool is_oldest = eviction_side == EvictionSide::kOldest;
      const NaiveKey& key = is_oldest ? keys.front() : keys.back();
      if (is_oldest) {
        coverage.DropThrough({key.first, key.second});
      } else {
        coverage.DropFrom({key.first, key.second});
      }
      rows_.erase(key.second);
    }
  }

  void Change(const NaiveMutation& mutation, uint64_t version) {
    const auto row = rows_.find(mutation.id);
    const bool is_held = row != rows_.end();
    if (is_held && row->second.version >= version) return;
    if (mutation.op == MutationOp::kDelete) {
      Bury(mutation.id, version);
      rows_.erase(mutation.id);
      return;
    }
    if (mutation.op == MutationOp::kPatch && !is_held) return;
    Row changed = mutation.op == MutationOp::kPatch ? row->second : Row();
    const int64_t before = changed.event.timestamp;
    changed.event.timestamp = mutation.timestamp.value_or(before);
    const bool is_placed = mutation.op == MutationOp::kPut || changed.event.timestamp != before;
    if (is_placed && !coverage.Contains({changed.event.timestamp, mutation.id})) {
      Bury(mutation.id, mutation.seq);
      rows_.erase(mutation.id);
      return;
    }
    changed.version = version;
    for (const auto& [name, value] : mutation.fields) {
      if (value == "null") {
        changed.event.fields.erase(name);
      } else {
        changed.event.fields[name] = value;
      }
    }
    rows_[mutation.id] = changed;
  }

  const size_t capacity_rows_;
  std::map<std::string, Row> rows_;
  std::map<std::string, uint64_t> tombstones_;
  uint32_t requests_ = 0;
};

}  // namespace eventglass::test
