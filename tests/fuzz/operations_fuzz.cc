// Any sequence of operations leaves the engine as it leaves a plain map, and effects tell of each
// mutation what looking before and after it tells.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "fuzz/fuzz_input.h"
#include "model/naive_window.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

constexpr uint32_t kIds = 24;
constexpr uint32_t kTimestamps = 16;
constexpr uint32_t kMaxSteps = 200;  // bounds one input's time
const char* const kEpoch = "e";
// Of views, which are open all the time, in the order of their numbers.
const NaiveSource kFilters[] = {{"\"a\""}, {"\"a longer text\""}};

bool IsSameTime(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

class Run {
 public:
  explicit Run(FuzzInput input) : input_(input) {
    constexpr uint32_t kCapacities[] = {1000, 1, 3, 10};
    EngineOptions options;
    options.capacity_rows = kCapacities[input_.Below(4)];
    options.max_cell_characters = 8;
    engine_ = std::make_unique<Engine>(TestSchema(), options);
    window_ = std::make_unique<NaiveWindow>(options.capacity_rows);
    for (const NaiveSource& filter : kFilters) {
      const std::string text = "source:" + filter.source;
      Expect(engine_->views().Open(text, kTimeColumn, Direction::kAscending).view > kWindowView,
             "a view is opened");
    }
    if (input_.OneIn(2)) {
      engine_->BeSource({kEpoch, 0});
      window_->coverage.Add(KeyRange());
      cursor_ = 0;
    }
  }

  void Finish() {
    for (uint32_t step = 0; step < kMaxSteps && !input_.empty(); ++step) {
      Step();
      CheckRows();
    }
  }

 private:
  void Step() {
    switch (input_.Below(12)) {
      case 0:
      case 1:
        return Page();
      case 2:
        return Again();
      case 3:
        engine_->BeginRequest();
        return window_->BeginRequest();
      case 4:
        Expect(engine_->EndRequest() == (window_->requests() > 0), "open requests are counted");
        if (window_->requests() > 0) window_->EndRequest();
        return;
      case 5:
        window_->eviction_side = input_.OneIn(2) ? EvictionSide::kNewest : EvictionSide::kOldest;
        return engine_->SetEvictionSide(window_->eviction_side);
      case 6:
        return Read();
      case 7:
        return Malformed();
      case 8:
        if (!input_.OneIn(8)) return Batch();
        engine_->Clear();
        window_->Clear();
        cursor_.reset();
        batch_.clear();
        return;
      case 9:
        return Progress();
      default:
        return Batch();
    }
  }

  std::string RandomId() { return "i" + std::to_string(input_.Below(kIds)); }

  NaiveMutation RandomMutation(uint64_t seq) {
    NaiveMutation mutation;
    mutation.seq = seq;
    mutation.id = RandomId();
    const uint32_t kind = input_.Below(8);
    mutation.op = kind < 5 ? MutationOp::kPut : kind < 7 ? MutationOp::kPatch : MutationOp::kDelete;
    if (mutation.op == MutationOp::kDelete) return mutation;
    if (mutation.op == MutationOp::kPut || input_.OneIn(2)) {
      mutation.timestamp = input_.Below(kTimestamps);
    }
    constexpr const char* kTexts[] = {"null", "\"\"", "\"a\"", "\"a longer text\""};
    const uint32_t fields = input_.Byte();
    if ((fields & 1U) != 0) mutation.fields["source"] = kTexts[input_.Below(4)];
    if ((fields & 2U) != 0) mutation.fields["message"] = kTexts[input_.Below(4)];
    if ((fields & 4U) != 0) mutation.fields["amount"] = std::to_string(input_.Byte());
    if ((fields & 8U) != 0) mutation.fields["done"] = input_.OneIn(2) ? "true" : "null";
    if ((fields & 16U) != 0) mutation.fields["note"] = kTexts[input_.Below(4)];
    return mutation;
  }

  KeyBound RandomBound() {
    if (input_.OneIn(4)) return {};
    return {false, static_cast<int64_t>(input_.Below(kTimestamps)),
            input_.OneIn(2) ? RandomId() : ""};
  }

  void Write(std::string_view text) {
    char* const buffer = engine_->InputBuffer(text.size());
    Expect(buffer != nullptr, "there is room for a small input");
    std::memcpy(buffer, text.data(), text.size());
  }

  void Page() {
    const KeyRange covered{RandomBound(), RandomBound()};
    const uint64_t seq = cursor_.value_or(1) + input_.Below(3);
    std::vector<NaiveMutation> events;
    std::string json = "[";
    for (uint32_t count = input_.Below(6); count > 0; --count) {
      NaiveMutation event = RandomMutation(0);
      event.op = MutationOp::kPut;
      event.timestamp = event.timestamp.value_or(0);
      // The event alone, out of the mutation that puts it.
      const std::string mutation = event.Json();
      const size_t begin = mutation.find('{', 1);
      json += (json.size() > 1 ? "," : "") + mutation.substr(begin, mutation.size() - begin - 1);
      events.push_back(std::move(event));
    }
    json += "]";
    Write(json);
    const PageReport report = engine_->ApplyPage(json.size(), {kEpoch, seq}, covered);
    const bool is_joined = !covered.IsInverted() && window_->coverage.Touches(covered);
    Expect((report.status == PageStatus::kApplied) == is_joined, "a page that touches is applied");
    if (!is_joined) return;
    window_->ApplyPage(events, seq, covered);
    if (!cursor_) cursor_ = seq;
  }

  void Batch() {
    const uint64_t prev_seq = cursor_.value_or(0);
    uint64_t seq = prev_seq;
    std::vector<NaiveMutation> mutations;
    std::string json;
    for (uint32_t count = 1 + input_.Below(6); count > 0; --count) {
      mutations.push_back(RandomMutation(++seq));
      json += (json.empty() ? "" : ",") + mutations.back().Json();
    }
    json = R"({"type":"batch","epoch":")" + std::string(kEpoch) + R"(","prevSeq":)" +
           std::to_string(prev_seq) + R"(,"seq":)" + std::to_string(seq) + R"(,"mutations":[)" +
           json + "]}";
    Write(json);
    std::vector<MutationEffect> effects;
    const FeedReport report = engine_->ApplyFeed(json.size(), &effects);
    Expect(report.counts.skipped.count == 0, "no mutation is skipped");
    Expect((report.status == FeedStatus::kApplied) == cursor_.has_value(),
           "the batch after the cursor is applied");
    Expect(effects.size() == (cursor_ ? mutations.size() : 0), "each mutation has one effect");
    if (!cursor_) return;
    for (size_t i = 0; i < mutations.size(); ++i) {
      CheckPlace(mutations[i].id, effects[i].before_ms, effects[i].shown_before);
      window_->Apply(mutations[i]);
      CheckPlace(mutations[i].id, effects[i].after_ms, effects[i].shown_after);
    }
    cursor_ = seq;
    batch_ = mutations;
    batch_json_ = json;
  }

  // Where an effect says that an event is, and which views show it.
  void CheckPlace(const std::string& id, double at_ms, uint64_t shown) {
    double expected_ms = MutationEffect::kNowhere;
    uint64_t expected = 0;
    if (const NaiveEvent* const event = window_->Find(id)) {
      expected_ms = static_cast<double>(event->timestamp);
      for (size_t i = 0; i < std::size(kFilters); ++i) {
        if (kFilters[i].Matches(*event)) expected |= uint64_t{1} << i;
      }
    }
    Expect(IsSameTime(at_ms, expected_ms), "an effect tells the event's time");
    Expect(shown == expected, "an effect tells which views show the event");
  }

  // Nothing has happened up to some seq, after the cursor, before it or beyond a gap.
  void Progress() {
    const uint64_t prev_seq = std::max<uint64_t>(cursor_.value_or(0) + input_.Below(3), 1) - 1;
    const uint64_t seq = prev_seq + input_.Below(4);
    const std::string json = R"({"type":"progress","epoch":")" + std::string(kEpoch) +
                             R"(","prevSeq":)" + std::to_string(prev_seq) + R"(,"seq":)" +
                             std::to_string(seq) + "}";
    Write(json);
    const bool is_known = cursor_ && prev_seq <= *cursor_;
    Expect(engine_->ApplyFeed(json.size()).status ==
               (is_known ? FeedStatus::kApplied : FeedStatus::kGap),
           "progress beyond the cursor is a gap");
    if (is_known) cursor_ = std::max(*cursor_, seq);
  }

  // The last batch once more.
  void Again() {
    if (batch_.empty()) return;
    Write(batch_json_);
    Expect(engine_->ReapplyFeed(batch_json_.size()).status == FeedStatus::kApplied,
           "a batch is applied again");
    for (const NaiveMutation& mutation : batch_) window_->Apply(mutation);
  }

  void Malformed() {
    std::string json = batch_json_.empty() ? "[1,2]" : batch_json_;
    json[input_.Byte() % json.size()] = '\x01';
    Write(json);
    Expect(engine_->ApplyFeed(json.size()).status == FeedStatus::kMalformed,
           "a control character is a fault");
    Write(json);
    Expect(
        engine_->ApplyPage(json.size(), {kEpoch, 1}, KeyRange()).status == PageStatus::kMalformed,
        "a control character is a fault");
  }

  void Read() {
    const uint32_t begin = input_.Byte();
    Expect(!engine_->ReadRows({begin, begin + input_.Byte()}).empty(), "a row block has a header");
    if (engine_->row_count() == 0) return;
    const std::vector<uint32_t> indexes(3, begin % engine_->row_count());
    Expect(!engine_->ReadRowsAt(indexes).empty(), "a row block has a header");
    engine_->ReadText(indexes[0], kMessageColumn);
  }

  void CheckRows() {
    Expect(engine_->WriteJson({0, UINT32_MAX}) == window_->Json(), "the rows are those of the map");
    Expect(engine_->cursor().has_value() == cursor_.has_value() &&
               (!cursor_ || engine_->cursor()->seq == *cursor_),
           "the cursor is where the last batch ended");
    const std::vector<NaiveKey> keys = window_->Keys();
    Expect(engine_->row_count() == keys.size(), "all rows are counted");
    for (uint32_t i = 0; i < keys.size(); ++i) {
      const EventKey key{keys[i].first, keys[i].second};
      Expect(engine_->KeyAt(i) == key, "rows are in the order of their keys");
      Expect(engine_->Rank(key) == i, "a row's rank is its index");
      Expect(engine_->IndexOf(key.id) == i, "a row is found by its id");
    }
  }

  FuzzInput input_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<NaiveWindow> window_;
  std::optional<uint64_t> cursor_;
  std::vector<NaiveMutation> batch_;  // the last one
  std::string batch_json_;
};

}  // namespace
}  // namespace eventglass::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eventglass::test::Run(eventglass::test::FuzzInput(data, size)).Finish();
  return 0;
}
