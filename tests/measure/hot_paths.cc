// The engine's hot paths, each in a function of its own, for instruction counts and profiles:
//
//   scripts/count-instructions           counts by callgrind, repeatable to the instruction
//   build/native/hot_paths [EVENTS]      nanoseconds, noisy
//
// Events are those of bench/: UUIDs, three dictionary columns, a text of 61 bytes and a number;
// they arrive nearly sorted.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "unit/support/random.h"

namespace eventglass::test {
namespace {

constexpr int64_t kFirstMs = 1'700'000'000'000;
constexpr int64_t kStepMs = 250;
constexpr int64_t kJitterMs = 5'000;
constexpr uint32_t kEventsAPiece = 1'200;  // about 256 KiB of JSON
constexpr uint32_t kMutationsABatch = 1'000;
constexpr uint32_t kBatches = 20;

Schema BenchSchema() {
  return Schema({{"id", ColumnType::kId},
                 {"timestamp", ColumnType::kTimestamp},
                 {"source", ColumnType::kDictionary},
                 {"type", ColumnType::kDictionary},
                 {"actor", ColumnType::kDictionary},
                 {"message", ColumnType::kText},
                 {"value", ColumnType::kNumber}});
}

class EventMaker {
 public:
  std::string Id() {
    const std::string hex = Hex(32);
    return hex.substr(0, 8) + '-' + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" +
           hex.substr(17, 3) + '-' + hex.substr(20);
  }

  std::string Message() {
    static constexpr const char* kWords[] = {"request", "handled", "accepted", "user",
                                             "session", "payload", "cache",    "order",
                                             "retry",   "shard",   "index",    "latency"};
    std::string text;
    while (text.size() < 48) text += std::string(kWords[random_.Below(12)]) + ' ';
    if (random_.Below(100) < 3) text += "timeout ";
    return text + Hex(8);
  }

  std::string Value() {
    return std::to_string(random_.Below(1000)) + '.' + std::to_string(random_.Below(1000));
  }

  std::string Event(const std::string& id, int64_t timestamp) {
    static constexpr const char* kSources[] = {"kafka", "nginx",  "postgres", "billing",
                                               "auth",  "search", "mobile",   "worker"};
    static constexpr const char* kTypes[] = {"login", "order", "view", "error", "sync"};
    const uint32_t type = random_.Below(20);
    return R"({"id":")" + id + R"(","timestamp":)" + std::to_string(timestamp) + R"(,"source":")" +
           kSources[random_.Below(8)] + R"(","type":"type.)" + kTypes[type % 5] + '.' +
           std::to_string(type) + R"(","actor":"actor-)" + std::to_string(random_.Below(5000)) +
           R"(","message":")" + Message() + R"(","value":)" + Value() + '}';
  }

  Random& random() { return random_; }

 private:
  std::string Hex(size_t digits) {
    std::string text(digits, '0');
    for (char& digit : text) digit = "0123456789abcdef"[random_.Below(16)];
    return text;
  }

  Random random_{42};
};

struct Input {
  std::vector<std::string> pieces;  // of one JSON array
  std::vector<std::string> batches;
};

// Half of the mutations insert (a fifth of them late), four in ten update (a tenth of those move in
// time), the rest delete.
std::string Batch(EventMaker& maker, std::vector<std::string>& ids, int64_t& now_ms,
                  uint64_t& seq) {
  Random& random = maker.random();
  std::string json = R"({"type":"batch","epoch":"e","prevSeq":)" + std::to_string(seq) +
                     R"(,"seq":)" + std::to_string(seq + kMutationsABatch) + R"(,"mutations":[)";
  const auto any_time = [&] { return random.Between(kFirstMs, now_ms); };
  for (uint32_t i = 0; i < kMutationsABatch; ++i) {
    json += i > 0 ? ",{\"seq\":" : "{\"seq\":";
    json += std::to_string(++seq);
    const uint32_t kind = random.Below(10);
    if (kind < 5) {
      if (kind < 4) now_ms += static_cast<int64_t>(random.Below(50));
      ids.push_back(maker.Id());
      json +=
          R"(,"op":"insert","event":)" + maker.Event(ids.back(), kind < 4 ? now_ms : any_time());
    } else if (kind < 9) {
      json += R"(,"op":"update","id":")" + ids[random.Below(ids.size())] +
              R"(","set":{"message":")" + maker.Message() + R"(","value":)" + maker.Value();
      if (random.OneIn(10)) json += R"(,"timestamp":)" + std::to_string(any_time());
      json += '}';
    } else {
      std::swap(ids[random.Below(ids.size())], ids.back());
      json += R"(,"op":"delete","id":")" + ids.back() + '"';
      ids.pop_back();
    }
    json += '}';
  }
  return json + "]}";
}

Input MakeInput(uint32_t events) {
  EventMaker maker;
  Input input;
  std::vector<std::string> ids;
  for (uint32_t i = 0; i < events; ++i) {
    if (i % kEventsAPiece == 0) input.pieces.emplace_back();
    input.pieces.back() += i == 0 ? '[' : ',';
    ids.push_back(maker.Id());
    const int64_t jitter_ms = maker.random().Between(-kJitterMs, kJitterMs);
    input.pieces.back() += maker.Event(ids.back(), kFirstMs + i * kStepMs + jitter_ms);
  }
  input.pieces.back() += ']';
  int64_t now_ms = kFirstMs + events * kStepMs;
  uint64_t seq = 1;
  for (uint32_t i = 0; i < kBatches; ++i) input.batches.push_back(Batch(maker, ids, now_ms, seq));
  return input;
}

void WriteInput(Engine& engine, const std::string& json) {
  std::memcpy(engine.InputBuffer(json.size()), json.data(), json.size());
}

// --- The phases: names that scripts/count-instructions knows ------------------------------------

[[gnu::noinline]] void PhaseLoad(Engine& engine, const Input& input) {
  if (engine.OpenPage({"e", 1}, KeyRange(), PageFormat::kJson) != PageStatus::kApplied) abort();
  for (const std::string& piece : input.pieces) {
    std::memcpy(engine.PieceBuffer(piece.size()), piece.data(), piece.size());
    if (engine.AddPiece(piece.size()).status != PageStatus::kApplied) abort();
  }
  if (engine.ClosePage().status != PageStatus::kApplied) abort();
}

[[gnu::noinline]] void PhaseMutate(Engine& engine, const Input& input) {
  for (const std::string& batch : input.batches) {
    WriteInput(engine, batch);
    if (engine.ApplyFeed(batch.size()).status != FeedStatus::kApplied) abort();
  }
}

[[gnu::noinline]] void PhaseRead(Engine& engine) {
  for (uint32_t i = 0; i < 1000; ++i) {
    const auto begin = static_cast<uint32_t>(uint64_t{i} * engine.row_count() / 1000);
    if (engine.ReadRows({begin, begin + 50}).empty()) abort();
  }
}

[[gnu::noinline]] void PhaseFilter(Engine& engine) {
  const OpenReport report =
      engine.views().Open(R"(source:"auth" message:"timeout")", engine.schema().timestamp_column(),
                          Direction::kAscending);
  if (report.status != OpenStatus::kOpened) abort();
  engine.views().Close(report.view);
}

[[gnu::noinline]] void PhaseRank(Engine& engine) {
  const int64_t span_ms = static_cast<int64_t>(engine.row_count()) * kStepMs;
  uint64_t sum = 0;
  for (int64_t i = 0; i < 1000; ++i) sum += engine.Rank({kFirstMs + span_ms * i / 1000, ""});
  if (sum == 0) abort();
}

double Now() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double, std::nano>(Clock::now().time_since_epoch()).count();
}

template <typename Phase>
void Report(const char* name, uint32_t count, Phase phase) {
  const double begin = Now();
  phase();
  std::printf("%-8s %8.1f ns each\n", name, (Now() - begin) / count);
}

void Run(uint32_t events) {
  const Input input = MakeInput(events);
  EngineOptions options;
  options.capacity_rows = UINT32_MAX / 64;
  Engine engine(BenchSchema(), options);
  engine.BeSource({"e", 1});
  Report("load", events, [&] { PhaseLoad(engine, input); });
  Report("mutate", kBatches * kMutationsABatch, [&] { PhaseMutate(engine, input); });
  Report("filter", events, [&] { PhaseFilter(engine); });
  Report("read", 1000, [&] { PhaseRead(engine); });
  Report("rank", 1000, [&] { PhaseRank(engine); });
}

}  // namespace
}  // namespace eventglass::test

int main(int argc, char** argv) {
  const long events = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 100'000;
  if (events <= 0) return 1;
  eventglass::test::Run(static_cast<uint32_t>(events));
  return 0;
}
