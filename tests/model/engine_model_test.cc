// The engine against a naive backend and a client that joins pages and feed as docs/protocol.md
// says, in random interleavings: whenever the cursor has reached the seq of every page, the window
// is the backend's state at the cursor within the coverage.
//
// A feed is the whole one, or that of a subscription: of ranges in which the coverage and all pages
// under way lie, and of a filter that the pages have as well.
//
// EVENTGLASS_MODEL_SEED and EVENTGLASS_MODEL_SEEDS choose the first seed and how many. A schedule
// that fails is made as short as it goes, and printed step by step.
#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "model/naive_backend.h"
#include "model/naive_subscription.h"
#include "unit/support/block_reader.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

constexpr uint32_t kSteps = 60;

// A page on its way, and the batches that came since it was asked for.
struct Request {
  NaivePage page;
  uint64_t evicted_before = 0;
  std::vector<std::string> kept;
};

bool BoundBefore(const KeyBound& a, const KeyBound& b) { return a.key() < b.key(); }

// As begins, and as ends.
bool StartsBefore(const KeyBound& a, const KeyBound& b) {
  return !b.open && (a.open || BoundBefore(a, b));
}
bool EndsBefore(const KeyBound& a, const KeyBound& b) {
  return !a.open && (b.open || BoundBefore(a, b));
}

bool EqualBounds(const KeyBound& a, const KeyBound& b) {
  return a.open == b.open && (a.open || a.key() == b.key());
}

enum class FeedKind : uint8_t { kWhole, kSubscription };

class Session {
 public:
  Session(FeedKind feed, uint64_t seed)
      : random_(seed), backend_(std::make_unique<NaiveBackend>(&random_, "e0")) {
    constexpr uint32_t kCapacities[] = {1, 5, 20, 1000};
    options_.capacity_rows = kCapacities[random_.Below(4)];
    options_.seed = {random_.Bits(), random_.Bits()};
    if (feed == FeedKind::kSubscription) {
      subscription_.emplace();
      if (random_.OneIn(2)) subscription_->filter.source = R"("shop")";
    }
    engine_ = std::make_unique<Engine>(TestSchema(), options_);
  }

  // Does one random thing, and returns what went wrong, or nothing.
  std::string Step(uint64_t seed) {
    random_ = Random(seed);
    problem_.clear();
    step_.clear();
    const uint64_t choice = random_.Below(100);
    if (!engine_->cursor()) {
      FirstPage();
    } else if (choice < 30) {
      for (uint64_t count = 1 + random_.Below(8); count > 0; --count) backend_->Mutate(&random_);
      step_ = "mutations up to " + std::to_string(backend_->seq());
    } else if (choice < 60) {
      NextBatch();
    } else if (choice < 72) {
      BeginPage();
    } else if (choice < 86) {
      EndPage();
    } else if (choice < 90 && subscription_) {
      step_ = "subscription";
      Subscribe();
    } else if (choice < 96) {
      NothingNew();
    } else if (choice < 98) {
      step_ = "eviction side";
      engine_->SetEvictionSide(random_.OneIn(2) ? EvictionSide::kOldest : EvictionSide::kNewest);
    } else {
      Restart(random_.OneIn(2));
    }
    CheckWindow();
    return problem_;
  }

  const std::string& step() const { return step_; }

 private:
  void Expect(bool holds, const std::string& what) {
    if (!holds && problem_.empty()) problem_ = what;
  }

  void Write(std::string_view text) {
    std::memcpy(engine_->InputBuffer(text.size()), text.data(), text.size());
  }

  FeedReport Feed(const std::string& text) {
    Write(text);
    return engine_->ApplyFeed(text.size());
  }

  uint64_t cursor() const { return engine_->cursor()->seq; }

  KeyBound RandomBound() {
    const int64_t timestamp = random_.Between(0, NaiveBackend::kTimestamps);
    const KeyBound at =
        KeyBound::At({timestamp, random_.OneIn(2) ? "" : "i" + std::to_string(random_.Below(60))});
    return random_.OneIn(8) ? KeyBound() : random_.OneIn(4) ? KeyBound::After(at.key()) : at;
  }

  NaivePage RandomPage(uint64_t seq) {
    KeyRange range{RandomBound(), RandomBound()};
    if (range.IsInverted()) std::swap(range.begin, range.end);
    const Coverage& coverage = engine_->coverage();
    // Most pages go on where the coverage ends.
    if (!coverage.empty() && random_.OneIn(3) && !coverage.range().end.open) {
      range = {coverage.range().end, random_.OneIn(2) ? KeyBound() : RandomBound()};
    } else if (!coverage.empty() && random_.OneIn(3) && !coverage.range().begin.open) {
      range = {random_.OneIn(2) ? KeyBound() : RandomBound(), coverage.range().begin};
    }
    if (range.IsInverted()) range.end = range.begin;
    const auto limit =
        random_.OneIn(2) ? std::optional<size_t>(1 + random_.Below(12)) : std::nullopt;
    return backend_->Page(seq, range, limit, random_.OneIn(2), filter());
  }

  NaiveSource filter() const { return subscription_ ? subscription_->filter : NaiveSource(); }

  // From the cursor on, the feed carries what the window and the pages under way need, and at
  // random more.
  void Subscribe() {
    if (!subscription_) return;
    std::vector<KeyRange> needed;
    if (!engine_->coverage().empty()) needed.push_back(engine_->coverage().range());
    for (const Request& request : requests_) needed.push_back(request.page.covered);
    for (KeyRange& range : needed) {
      const KeyRange wider{RandomBound(), RandomBound()};
      if (random_.OneIn(6) && StartsBefore(wider.begin, range.begin)) range.begin = wider.begin;
      if (random_.OneIn(6) && EndsBefore(range.end, wider.end)) range.end = wider.end;
    }
    if (random_.OneIn(4)) needed.push_back({RandomBound(), RandomBound()});
    // What is kept for pages under way is applied again: an event that it puts into a range which
    // was left and entered again might have been deleted unseen in between.
    if (!requests_.empty()) {
      needed.insert(needed.end(), subscription_->ranges.begin(), subscription_->ranges.end());
    }
    subscription_->ranges = std::move(needed);
  }

  // The message of the feed after prev_seq, up to seq.
  std::string FeedMessage(uint64_t prev_seq, uint64_t seq, uint32_t bad) {
    if (!subscription_) return backend_->Batch(prev_seq, seq, bad);
    return subscription_->Message(*backend_, prev_seq, seq, bad, &random_);
  }

  void FirstPage() {
    // Where the window has just lost all it had, no batches are kept for pages that were under way.
    ForgetRequests();
    const NaivePage page =
        RandomPage(backend_->seq() - random_.Below(std::min<uint64_t>(backend_->seq(), 5) + 1));
    step_ = "first page as of " + std::to_string(page.seq);
    Expect(Apply(page).status == PageStatus::kApplied, "the first page is not applied");
    Expect(engine_->cursor() && cursor() == page.seq, "the first page does not set the cursor");
    Subscribe();
  }

  // The page at once, or in pieces; between these, batches may come where the page has a request,
  // which keeps them.
  PageReport Deliver(const NaivePage& page, bool has_request) {
    if (!random_.OneIn(3)) {
      Write(page.json);
      return engine_->ApplyPage(page.json.size(), {page.epoch, page.seq}, page.covered);
    }
    PageReport report = OpenPage(page);
    if (report.status != PageStatus::kApplied) return report;
    for (size_t at = 0; at < page.json.size();) {
      at += AddPiece(page, at, &report);
      if (report.status != PageStatus::kApplied) return report;
      if (has_request && random_.OneIn(6)) NextBatch();
    }
    AddReport(engine_->ClosePage(), &report);
    return report;
  }

  PageReport OpenPage(const NaivePage& page) {
    step_ += " in pieces";
    PageReport report;
    report.status = engine_->OpenPage({page.epoch, page.seq}, page.covered, PageFormat::kJson);
    return report;
  }

  // The next piece of a page, and its size.
  size_t AddPiece(const NaivePage& page, size_t at, PageReport* report) {
    const size_t size = 1 + random_.Below(std::min<size_t>(page.json.size() - at, 300));
    std::memcpy(engine_->PieceBuffer(size), page.json.data() + at, size);
    AddReport(engine_->AddPiece(size), report);
    return size;
  }

  static void AddReport(const PageReport& piece, PageReport* report) {
    report->status = piece.status;
    report->counts.Add(piece.counts);
  }

  // A page that breaks off: what it told of the rows within the coverage may stay.
  void BreakOff(const NaivePage& page) {
    const Coverage before = engine_->coverage();
    PageReport report = OpenPage(page);
    if (report.status != PageStatus::kApplied) return;
    needed_seq_ = std::max(needed_seq_, page.seq);
    size_t at = 0;
    while (at < page.json.size() && !random_.OneIn(4)) at += AddPiece(page, at, &report);
    Expect(report.status == PageStatus::kApplied, "a piece of a page is not applied");
    engine_->AbortPage();
    evicted_ += report.counts.evicted;
    if (before.empty()) {
      return Expect(engine_->row_count() == 0 && !engine_->cursor(),
                    "something is left of a first page that broke off");
    }
    if (report.counts.evicted > 0) return;
    const KeyRange& range = engine_->coverage().range();
    Expect(EqualBounds(range.begin, before.range().begin) &&
               EqualBounds(range.end, before.range().end),
           "the coverage is not what it was before a page that broke off");
  }

  PageReport Apply(const NaivePage& page, bool has_request = false) {
    const Coverage before = engine_->coverage();
    const uint64_t evicted_before = evicted_;
    PageReport report = Deliver(page, has_request);
    evicted_ += report.counts.evicted;
    if (report.status != PageStatus::kApplied) return report;
    needed_seq_ = std::max(needed_seq_, page.seq);
    Expect(report.counts.skipped.count == 0, "events of a page are skipped");
    if (evicted_ == evicted_before) {
      KeyRange expected = before.empty() ? page.covered : before.range();
      if (StartsBefore(page.covered.begin, expected.begin)) expected.begin = page.covered.begin;
      if (EndsBefore(expected.end, page.covered.end)) expected.end = page.covered.end;
      const KeyRange& range = engine_->coverage().range();
      Expect(EqualBounds(range.begin, expected.begin) && EqualBounds(range.end, expected.end),
             "the coverage is not widened by the page");
    }
    return report;
  }

  // The batch that the cursor waits for; it may begin before the cursor.
  void NextBatch() {
    if (backend_->seq() == cursor()) return;
    const uint64_t seq =
        cursor() + 1 + random_.Below(std::min<uint64_t>(backend_->seq() - cursor(), 10));
    const uint64_t overlap =
        random_.OneIn(4) ? random_.Below(std::min<uint64_t>(cursor(), 6) + 1) : 0;
    const auto bad = static_cast<uint32_t>(random_.OneIn(5) ? 1 + random_.Below(3) : 0);
    const std::string batch = FeedMessage(cursor() - overlap, seq, bad);
    step_ += " batch from " + std::to_string(cursor() - overlap) + " to " + std::to_string(seq);
    const uint64_t from = cursor();
    const std::map<std::string, std::pair<int64_t, double>> before = RowIds();
    const FeedReport report = Feed(batch);
    Expect(report.status == FeedStatus::kApplied, "the batch is not applied");
    evicted_ += report.counts.evicted;
    Expect(report.counts.skipped.count == bad,
           "mutations are skipped that should not, or the other way round");
    Expect(cursor() == seq, "the cursor is not at the batch's seq");
    for (Request& request : requests_) request.kept.push_back(batch);
    for (const auto& [id, now] : RowIds()) {
      const auto then = before.find(id);
      if (then == before.end()) continue;
      const bool stays = then->second.first == now.first && WasThere(id, now.first, from, seq);
      Expect(!stays || then->second.second == now.second, "the row id of " + id + " changes");
    }
  }

  // Whether the event stood at the timestamp all the while.
  bool WasThere(const std::string& id, int64_t timestamp, uint64_t from, uint64_t to) const {
    for (uint64_t seq = from; seq <= to; ++seq) {
      const auto event = backend_->At(seq).find(id);
      if (event == backend_->At(seq).end() || event->second->timestamp != timestamp) return false;
    }
    return true;
  }

  void BeginPage() {
    engine_->BeginRequest();
    // The backend answers at some moment from now on; no earlier than what the client has seen.
    const uint64_t seq = cursor() + random_.Below(backend_->seq() - cursor() + 1);
    requests_.push_back({RandomPage(seq), evicted_, {}});
    Subscribe();
    step_ = "request of a page as of " + std::to_string(seq);
  }

  // A page that is under way arrives, or is given up.
  void EndPage() {
    if (requests_.empty()) return;
    const size_t index = random_.Below(requests_.size());
    const Request& request = requests_[index];
    step_ = "page as of " + std::to_string(request.page.seq);
    if (random_.OneIn(8)) {
      step_ += ", given up";
      if (random_.OneIn(2)) BreakOff(request.page);
    } else {
      const bool touches = Touches(request.page.covered);
      // Of what is covered already, the page knows nothing that the window does not: versions and
      // tombstones are enough, unless an event went elsewhere and was evicted there.
      const bool may_need_batches = !Covers(request.page.covered) || random_.OneIn(2);
      const std::string before = Everything();
      const PageReport report = Apply(request.page, true);
      Expect((report.status == PageStatus::kApplied) == touches,
             "a page is applied though disjoint, or the other way round");
      if (touches) {
        step_ += ", applied at " + std::to_string(cursor());
        const bool needs_batches = may_need_batches || evicted_ > request.evicted_before;
        for (const std::string& batch : request.kept) {
          if (!needs_batches) break;
          Write(batch);
          const FeedReport again = engine_->ReapplyFeed(batch.size());
          Expect(again.status == FeedStatus::kApplied, "a kept batch is not applied");
          evicted_ += again.counts.evicted;
        }
      } else {
        Expect(Everything() == before, "a disjoint page changes the window");
      }
    }
    Expect(engine_->EndRequest(), "no request is open");
    requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  bool Covers(const KeyRange& range) const {
    if (engine_->coverage().empty()) return false;
    const KeyRange& covered = engine_->coverage().range();
    return !StartsBefore(range.begin, covered.begin) && !EndsBefore(covered.end, range.end);
  }

  bool Touches(const KeyRange& range) const {
    if (engine_->coverage().empty()) return true;
    const KeyRange& covered = engine_->coverage().range();
    const bool below =
        !range.end.open && !covered.begin.open && range.end.key() < covered.begin.key();
    const bool above =
        !range.begin.open && !covered.end.open && covered.end.key() < range.begin.key();
    return !below && !above;
  }

  // Messages that must change nothing.
  void NothingNew() {
    const std::string before = Everything();
    FeedStatus expected = FeedStatus::kDuplicate;
    std::string message;
    switch (random_.Below(10)) {
      case 0:
        if (cursor() == 0) return;
        step_ = "an old batch";
        message = backend_->Batch(cursor() - 1 - random_.Below(cursor()), cursor());
        break;
      case 1:
        if (backend_->seq() < cursor() + 2) return;
        step_ = "a batch after a gap";
        message = backend_->Batch(cursor() + 1, backend_->seq());
        expected = FeedStatus::kGap;
        break;
      case 2:
        step_ = "progress";
        message = backend_->Progress(backend_->seq());
        expected = backend_->seq() > cursor() ? FeedStatus::kGap : FeedStatus::kApplied;
        break;
      case 3: {
        step_ = "a batch of another epoch";
        NaiveBackend other(&random_, "other");
        for (uint64_t i = 0; i <= cursor(); ++i) other.Mutate(&random_);
        message = other.Batch(cursor(), cursor() + 1);
        expected = FeedStatus::kEpochChanged;
        break;
      }
      case 4:
        step_ = "a batch that is cut";
        message = backend_->Batch(cursor(), backend_->seq());
        message.resize(random_.Below(message.size()));
        expected = FeedStatus::kMalformed;
        break;
      case 5:
        step_ = "progress after a gap";
        message = backend_->Progress(cursor() + 1, cursor() + 1 + random_.Below(5));
        expected = FeedStatus::kGap;
        break;
      case 6: {
        step_ = "progress that is known";
        const uint64_t seq = random_.Below(cursor() + 1);
        message = backend_->Progress(random_.Below(seq + 1), seq);
        expected = FeedStatus::kApplied;
        break;
      }
      case 7:
        step_ = "counts";
        message = R"({"type":"counts",)" + backend_->Position(backend_->seq()) +
                  R"(,"totalCount":1,"matchCount":1,"ranks":[1]})";
        expected = FeedStatus::kApplied;
        break;
      case 8:
        step_ = "reset";
        message = R"({"type":"reset","reason":"log_truncated","epoch":"e9","seq":7})";
        expected = FeedStatus::kReset;
        break;
      default: {
        step_ = "a page of another epoch";
        NaivePage page = RandomPage(cursor());
        page.epoch = "other";
        Expect(Apply(page).status == PageStatus::kEpochChanged,
               "a page of another epoch is applied");
        Expect(Everything() == before, "a page of another epoch changes the window");
        return;
      }
    }
    Expect(Feed(message).status == expected, step_ + " is taken for something else");
    Expect(Everything() == before, step_ + " changes the window");
  }

  // The client begins anew, maybe with a backend that has done so.
  void Restart(bool new_epoch) {
    step_ = new_epoch ? "a new epoch" : "clear";
    if (new_epoch)
      backend_ = std::make_unique<NaiveBackend>(&random_, "e" + std::to_string(++epochs_));
    ForgetRequests();
    engine_->Clear();
    Expect(engine_->row_count() == 0 && !engine_->cursor() && engine_->coverage().empty(),
           "something is left after clear");
  }

  void ForgetRequests() {
    for (; !requests_.empty(); requests_.pop_back()) engine_->EndRequest();
    needed_seq_ = 0;
  }

  // All that the engine shows of its state.
  std::string Everything() {
    const Coverage& coverage = engine_->coverage();
    std::string text = std::to_string(engine_->version()) + " " + std::to_string(cursor()) + " ";
    text += coverage.empty()
                ? "nothing"
                : std::to_string(coverage.range().begin.timestamp) + coverage.range().begin.id +
                      "-" + std::to_string(coverage.range().end.timestamp) +
                      coverage.range().end.id;
    return text + std::string(engine_->WriteJson({0, UINT32_MAX}));
  }

  // By event id: its timestamp and row id.
  std::map<std::string, std::pair<int64_t, double>> RowIds() {
    const BlockReader block(engine_->ReadRows({0, UINT32_MAX}));
    std::map<std::string, std::pair<int64_t, double>> rows;
    for (uint32_t i = 0; i < block.RowCount(); ++i) {
      rows[block.String(kIdColumn, i)] = {static_cast<int64_t>(block.Number(kTimeColumn, i)),
                                          block.RowId(i)};
    }
    return rows;
  }

  void CheckWindow() {
    Expect(engine_->row_count() <= options_.capacity_rows, "the window is over its capacity");
    for (const auto& [id, row] : RowIds()) {
      // A row id names one event at one place in time, for ever.
      const auto known = row_ids_.try_emplace(row.second, id, row.first);
      Expect(known.first->second == std::pair(id, row.first), "a row id names two rows");
    }
    if (!engine_->cursor() || cursor() < needed_seq_) return;
    if (engine_->coverage().empty())
      return Expect(engine_->row_count() == 0, "rows without coverage");

    const std::vector<NaiveKey> keys =
        backend_->KeysWithin(cursor(), engine_->coverage().range(), filter());
    const std::string expected = backend_->Json(cursor(), keys);
    const std::string_view json = engine_->WriteJson({0, UINT32_MAX});
    Expect(json == expected, "the window is\n" + std::string(json) + "\nnot\n" + expected);
    if (!problem_.empty()) return;
    for (uint32_t i = 0; i < keys.size(); ++i) {
      const EventKey key{keys[i].first, keys[i].second};
      Expect(engine_->KeyAt(i) == key && engine_->Rank(key) == i && engine_->IndexOf(key.id) == i,
             "a row is not at its index");
    }
    const KeyBound bound = RandomBound();
    const auto at = std::lower_bound(keys.begin(), keys.end(), NaiveKey(bound.timestamp, bound.id));
    Expect(engine_->Rank(bound.key()) == static_cast<size_t>(at - keys.begin()),
           "a key's rank is wrong");
    Expect(!engine_->IndexOf("nobody"), "an event is found that never was");
  }

  Random random_;
  std::unique_ptr<NaiveBackend> backend_;
  std::optional<NaiveSubscription> subscription_;  // nothing: the whole feed
  EngineOptions options_;
  std::unique_ptr<Engine> engine_;
  std::vector<Request> requests_;
  uint64_t needed_seq_ =
      0;  // of the newest page: the cursor must come here before the window is exact
  uint32_t epochs_ = 0;
  std::map<double, std::pair<std::string, int64_t>> row_ids_;
  uint64_t evicted_ = 0;  // rows, all the while
  std::string step_;
  std::string problem_;
};

using Schedule = std::vector<uint32_t>;  // numbers of steps; each has random numbers of its own

// What goes wrong, with the steps that lead there, or nothing.
std::string Run(FeedKind feed, uint64_t seed, const Schedule& schedule) {
  Session session(feed, seed);
  std::string steps;
  for (const uint32_t step : schedule) {
    const std::string problem = session.Step(seed * 1'000'003 + step);
    steps += "\n  " + session.step();
    if (!problem.empty()) return problem + "\nafter" + steps;
  }
  return {};
}

// Leaves out one step after another while the schedule goes on failing.
std::string Shrink(FeedKind feed, uint64_t seed, Schedule schedule) {
  for (size_t i = schedule.size(); i-- > 0;) {
    Schedule shorter = schedule;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    if (!Run(feed, seed, shorter).empty()) schedule = std::move(shorter);
  }
  return Run(feed, seed, schedule);
}

void RunSeeds(FeedKind feed, uint64_t count) {
  const uint64_t first = NumberFromEnvironment("EVENTGLASS_MODEL_SEED", 1);
  count = NumberFromEnvironment("EVENTGLASS_MODEL_SEEDS", count);
  Schedule schedule;
  for (uint32_t step = 0; step < kSteps; ++step) schedule.push_back(step);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    if (Run(feed, seed, schedule).empty()) continue;
    FAIL_CHECK("EVENTGLASS_MODEL_SEED=", seed,
               " EVENTGLASS_MODEL_SEEDS=1: ", Shrink(feed, seed, schedule));
    return;
  }
}

TEST_CASE(
    "the window equals the backend's state at the cursor within the coverage, whatever the order "
    "of deliveries") {
  RunSeeds(FeedKind::kWhole, 1'000);
}

TEST_CASE("the same window comes of a feed that carries a subscription's ranges and filter alone") {
  RunSeeds(FeedKind::kSubscription, 200);
}

}  // namespace
}  // namespace eventglass::test
