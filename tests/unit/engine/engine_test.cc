#include "engine/engine.h"

#include <doctest/doctest.h>

#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "decode/limits.h"
#include "unit/support/block_reader.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

const KeyRange kEverything;

struct EngineTest {
  explicit EngineTest(const EngineOptions& options = {}) : engine(TestSchema(), options) {}

  size_t Write(std::string_view text) {
    char* const input = engine.InputBuffer(text.size());
    REQUIRE(input != nullptr);
    std::memcpy(input, text.data(), text.size());
    return text.size();
  }
  PageReport Page(std::string_view json, uint64_t seq, const KeyRange& covered = kEverything,
                  const char* epoch = "e") {
    return engine.ApplyPage(Write(json), {epoch, seq}, covered);
  }
  FeedReport Feed(std::string_view json) { return engine.ApplyFeed(Write(json)); }
  FeedReport Batch(uint64_t prev_seq, uint64_t seq, const std::string& mutations,
                   const std::string& epoch = "e") {
    return Feed(BatchText(prev_seq, seq, mutations, epoch));
  }
  static std::string BatchText(uint64_t prev_seq, uint64_t seq, const std::string& mutations,
                               const std::string& epoch = "e") {
    return R"({"type":"batch","epoch":")" + epoch + R"(","prevSeq":)" + std::to_string(prev_seq) +
           R"(,"seq":)" + std::to_string(seq) + R"(,"mutations":[)" + mutations + "]}";
  }
  std::string Json() { return std::string(engine.WriteJson({0, UINT32_MAX})); }

  Engine engine;
};

constexpr const char* kTwoEvents =
    R"([{"id":"a","timestamp":1,"amount":1},{"id":"b","timestamp":2}])";

TEST_CASE("a new engine is empty and has no cursor") {
  EngineTest test;
  CHECK(test.engine.row_count() == 0);
  CHECK_FALSE(test.engine.cursor());
  CHECK(test.engine.coverage().empty());
  CHECK(test.engine.version() == 0);
  CHECK(test.Json() == "[]");
  CHECK(test.engine.ReadRows({0, 10}).size() > 0);
  CHECK(test.Batch(0, 1, "").status == FeedStatus::kGap);
  CHECK(test.Feed(R"({"type":"progress","epoch":"e","seq":0})").status == FeedStatus::kGap);
}

TEST_CASE("the first page sets the cursor, later ones do not") {
  EngineTest test;
  CHECK(test.Page(kTwoEvents, 5).status == PageStatus::kApplied);
  CHECK(test.engine.cursor()->epoch == "e");
  CHECK(test.engine.cursor()->seq == 5);
  CHECK(test.Json() == kTwoEvents);
  CHECK(test.Page(kTwoEvents, 9).status == PageStatus::kApplied);
  CHECK(test.engine.cursor()->seq == 5);
}

TEST_CASE("an empty page covers its range and sets the cursor") {
  EngineTest test;
  const PageReport report = test.Page("[]", 7, {KeyBound::At({1, ""}), KeyBound::At({2, ""})});
  CHECK(report.status == PageStatus::kApplied);
  CHECK_FALSE(report.counts.changed());
  CHECK(test.engine.version() == 0);
  CHECK(test.engine.cursor()->seq == 7);
  CHECK(test.engine.coverage().Contains({1, "x"}));
}

TEST_CASE("malformed bytes change nothing, whether page, batch or kept batch") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  const uint64_t version = test.engine.version();
  const PageReport page = test.Page(R"([{"id":"c","timestamp":3},)", 5);
  CHECK(page.status == PageStatus::kMalformed);
  CHECK(page.error.code == DecodeCode::kSyntax);
  CHECK(page.error.byte_offset == 26);
  const FeedReport feed = test.Batch(5, 6, R"({"op":"delete","seq":6,"id":"a"},)");
  CHECK(feed.status == FeedStatus::kMalformed);
  CHECK(feed.error.code == DecodeCode::kSyntax);
  CHECK(feed.type == MessageType::kUnknown);
  const std::string cut =
      EngineTest::BatchText(5, 6, R"({"op":"delete","seq":6,"id":"a"})").substr(0, 80);
  CHECK(test.engine.ReapplyFeed(test.Write(cut)).status == FeedStatus::kMalformed);
  CHECK(test.Feed("").status == FeedStatus::kMalformed);
  CHECK(test.Page("", 5).error.code == DecodeCode::kEmpty);
  CHECK(test.engine.version() == version);
  CHECK(test.engine.cursor()->seq == 5);
  CHECK(test.Json() == kTwoEvents);
}

TEST_CASE("a page that is a row block does what the same page as JSON does") {
  EngineTest source;
  source.Page(R"([{"id":"a","timestamp":1,"amount":1},{"id":"b","timestamp":2,"message":"long"}])",
              5);
  const std::span<const char> written = source.engine.WriteBlock({0, 2});
  const std::string block(written.begin(), written.end());
  EngineTest test;
  const auto apply = [&](std::string_view bytes, const char* epoch, const KeyRange& covered) {
    return test.engine.ApplyPageBlock(test.Write(bytes), {epoch, 9}, covered);
  };
  const PageReport cut = apply(std::string_view(block).substr(0, 200), "e", kEverything);
  CHECK(cut.status == PageStatus::kMalformed);
  CHECK(cut.error.code == DecodeCode::kSyntax);
  CHECK(cut.error.byte_offset == 200);
  CHECK_FALSE(test.engine.cursor());
  const PageReport report = apply(block, "e", kEverything);
  CHECK(report.status == PageStatus::kApplied);
  CHECK(report.counts.inserted == 2);
  CHECK(test.engine.cursor()->seq == 9);
  CHECK(test.engine.version() == 1);
  CHECK(test.Json() == source.Json());
  CHECK(apply(block, "other", kEverything).status == PageStatus::kEpochChanged);
}

TEST_CASE("a block for transport holds whole texts") {
  EngineOptions options;
  options.max_cell_characters = 2;
  EngineTest test(options);
  test.Page(R"([{"id":"a","timestamp":1,"message":"long"}])", 5);
  CHECK(BlockReader(test.engine.WriteBlock({0, 9})).String(kMessageColumn, 0) == "long");
  CHECK(BlockReader(test.engine.ReadRows({0, 9})).String(kMessageColumn, 0) == "lo");
}

TEST_CASE("a block of a view gives another engine the view's rows") {
  EngineTest source;
  source.Page(
      R"([{"id":"a","timestamp":1,"amount":3,"source":"shop"},{"id":"b","timestamp":2,"amount":1},)"
      R"({"id":"c","timestamp":3,"amount":2,"message":"long"},{"id":"d","timestamp":4}])",
      5);
  const auto rows_through = [&](RowRange range, ViewId view) {
    const std::span<const char> block = source.engine.WriteBlock(range, view);
    EngineTest other;
    const size_t size = other.Write({block.data(), block.size()});
    CHECK(other.engine.ApplyPageBlock(size, {"e", 5}, kEverything).status == PageStatus::kApplied);
    return other.Json();
  };
  const ViewId filtered =
      source.engine.views().Open("amount>=2", kTimeColumn, Direction::kAscending).view;
  CHECK(rows_through({0, 9}, filtered) == source.engine.WriteJson({0, 9}, filtered));
  CHECK(rows_through({1, 2}, filtered) ==
        R"([{"id":"c","timestamp":3,"message":"long","amount":2}])");
  CHECK(rows_through({2, 9}, filtered) == "[]");
  // Rows of another order come as they stand, and find their own places.
  const ViewId by_amount =
      source.engine.views().Open("", kAmountColumn, Direction::kDescending).view;
  CHECK(BlockReader(source.engine.WriteBlock({0, 9}, by_amount)).String(kIdColumn, 1) == "c");
  CHECK(rows_through({0, 9}, by_amount) == source.Json());
  const ViewId none = source.engine.views().Open("nobody", kTimeColumn, Direction::kAscending).view;
  CHECK(rows_through({0, 9}, none) == "[]");
}

TEST_CASE("a malformed first page leaves the engine without cursor and coverage") {
  EngineTest test;
  CHECK(test.Page("[1", 5).status == PageStatus::kMalformed);
  CHECK_FALSE(test.engine.cursor());
  CHECK(test.engine.coverage().empty());
}

TEST_CASE("a bad mutation in a good batch is left out, counted and named") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  const FeedReport report = test.Batch(
      5, 9,
      R"({"op":"update","seq":6,"id":"a","set":{"amount":"x"}},{"op":"delete","seq":7,"id":"b"},9)");
  CHECK(report.status == FeedStatus::kApplied);
  CHECK(report.counts.deleted == 1);
  CHECK(report.counts.skipped.count == 2);
  REQUIRE(report.counts.skipped.samples.size() == 2);
  CHECK(report.counts.skipped.samples[0].code == SkipCode::kWrongType);
  CHECK(report.counts.skipped.samples[0].column == "amount");
  CHECK(report.counts.skipped.samples[1].index == 2);
  CHECK(test.engine.cursor()->seq == 9);
}

TEST_CASE("mutations whose seq does not ascend within the batch are left out") {
  EngineTest test;
  test.Page("[]", 5);
  const FeedReport report =
      test.Batch(5, 8,
                 R"({"op":"insert","seq":5,"event":{"id":"early","timestamp":1}},)"
                 R"({"op":"insert","seq":7,"event":{"id":"good","timestamp":1}},)"
                 R"({"op":"insert","seq":7,"event":{"id":"twice","timestamp":1}},)"
                 R"({"op":"insert","seq":6,"event":{"id":"back","timestamp":1}},)"
                 R"({"op":"insert","seq":9,"event":{"id":"late","timestamp":1}},)"
                 R"({"op":"insert","seq":8,"event":{"id":"last","timestamp":1}})");
  CHECK(report.counts.inserted == 2);
  CHECK(report.counts.skipped.count == 4);
  CHECK(test.Json() == R"([{"id":"good","timestamp":1},{"id":"last","timestamp":1}])");
  for (const SkippedMutation& sample : report.counts.skipped.samples)
    CHECK(sample.code == SkipCode::kSeqOutOfOrder);
}

TEST_CASE("a batch goes on from the cursor, repeats, overlaps or leaves a gap") {
  EngineTest test;
  test.Page("[]", 5);
  const std::string six = R"({"op":"insert","seq":6,"event":{"id":"six","timestamp":6}})";
  const std::string seven = R"({"op":"insert","seq":7,"event":{"id":"seven","timestamp":7}})";
  CHECK(test.Batch(6, 7, seven).status == FeedStatus::kGap);
  CHECK(test.engine.row_count() == 0);
  CHECK(test.Batch(5, 6, six).status == FeedStatus::kApplied);
  CHECK(test.Batch(5, 6, six).status == FeedStatus::kDuplicate);
  CHECK(test.Batch(3, 5, "").status == FeedStatus::kDuplicate);
  const FeedReport overlap = test.Batch(5, 7, six + "," + seven);
  CHECK(overlap.status == FeedStatus::kApplied);
  CHECK(overlap.counts.stale == 1);
  CHECK(overlap.counts.inserted == 1);
  CHECK(test.engine.cursor()->seq == 7);
  CHECK(test.Batch(7, 20, "").status == FeedStatus::kApplied);
  CHECK(test.engine.cursor()->seq == 20);
}

TEST_CASE("progress and resume tell whether something is missing") {
  EngineTest test;
  test.Page("[]", 5);
  const FeedReport here = test.Feed(R"({"type":"progress","epoch":"e","seq":5,"totalCount":12})");
  CHECK(here.status == FeedStatus::kApplied);
  CHECK(here.total_count == 12);
  CHECK(test.Feed(R"({"type":"resume","epoch":"e","seq":5})").status == FeedStatus::kApplied);
  CHECK(test.Feed(R"({"type":"progress","epoch":"e","seq":6})").status == FeedStatus::kGap);
  CHECK(test.Feed(R"({"type":"resume","epoch":"e","seq":6})").status == FeedStatus::kGap);
  CHECK(test.Feed(R"({"type":"progress","epoch":"f","seq":5})").status ==
        FeedStatus::kEpochChanged);
  CHECK(test.engine.cursor()->seq == 5);
}

TEST_CASE("progress that names the seq before it moves the cursor, and never back") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  const uint64_t version = test.engine.version();
  const auto progress = [&](int prev_seq, int seq, const char* epoch = "e") {
    return test
        .Feed(R"({"type":"progress","epoch":")" + std::string(epoch) + R"(","prevSeq":)" +
              std::to_string(prev_seq) + R"(,"seq":)" + std::to_string(seq) + "}")
        .status;
  };
  CHECK(progress(5, 9) == FeedStatus::kApplied);
  CHECK(test.engine.cursor()->seq == 9);
  CHECK(progress(9, 9) == FeedStatus::kApplied);
  CHECK(progress(4, 6) == FeedStatus::kApplied);
  CHECK(test.engine.cursor()->seq == 9);
  CHECK(progress(3, 12) == FeedStatus::kApplied);
  CHECK(test.engine.cursor()->seq == 12);
  CHECK(progress(13, 20) == FeedStatus::kGap);
  CHECK(progress(12, 13, "f") == FeedStatus::kEpochChanged);
  CHECK(progress(14, 13) == FeedStatus::kMalformed);
  CHECK(test.Feed(R"({"type":"progress","epoch":"e","seq":13})").status == FeedStatus::kGap);
  CHECK(test.engine.cursor()->seq == 12);
  CHECK(test.engine.version() == version);
  CHECK(test.Json() == kTwoEvents);
  CHECK(test.Batch(12, 13, R"({"op":"delete","seq":13,"id":"a"})").counts.deleted == 1);
}

TEST_CASE("progress before the first page is a gap, whatever it names") {
  EngineTest test;
  CHECK(test.Feed(R"({"type":"progress","epoch":"e","prevSeq":0,"seq":4})").status ==
        FeedStatus::kGap);
  CHECK_FALSE(test.engine.cursor());
}

TEST_CASE("a resume is judged by its seq alone") {
  EngineTest test;
  test.Page("[]", 5);
  CHECK(test.Feed(R"({"type":"resume","epoch":"e","prevSeq":5,"seq":9})").status ==
        FeedStatus::kGap);
  CHECK(test.Feed(R"({"type":"resume","epoch":"e","prevSeq":9,"seq":5})").status ==
        FeedStatus::kApplied);
  CHECK(test.engine.cursor()->seq == 5);
}

TEST_CASE("counts and density are applied at any cursor, and change nothing") {
  const struct {
    const char* text;
    MessageType type;
  } messages[] = {
      {R"({"type":"counts","generation":1,"epoch":"e","seq":9,"totalCount":7,"matchCount":4,"ranks":[1,2]})",
       MessageType::kCounts},
      {R"({"type":"counts","generation":1,"epoch":"f","seq":1,"totalCount":7,"ranks":[]})",
       MessageType::kCounts},
      {R"({"type":"density","generation":1,"epoch":"e","seq":9,"start":0,"stop":8,"before":1,"counts":[1,2]})",
       MessageType::kDensity},
      {R"({"type":"density","generation":1,"epoch":"e","seq":4,"before":1,"changes":[[0,1],[7,0]]})",
       MessageType::kDensity},
  };
  EngineTest empty;
  EngineTest loaded;
  loaded.Page(kTwoEvents, 5);
  const uint64_t version = loaded.engine.version();
  for (const auto& message : messages) {
    CAPTURE(message.text);
    CHECK(empty.Feed(message.text).status == FeedStatus::kApplied);
    const FeedReport report = loaded.Feed(message.text);
    CHECK(report.status == FeedStatus::kApplied);
    CHECK(report.type == message.type);
    CHECK(report.has_total_count == (message.type == MessageType::kCounts));
    CHECK_FALSE(report.counts.changed());
    CHECK(loaded.engine.ReapplyFeed(loaded.Write(message.text)).status == FeedStatus::kApplied);
  }
  CHECK_FALSE(empty.engine.cursor());
  CHECK(loaded.engine.cursor()->epoch == "e");
  CHECK(loaded.engine.cursor()->seq == 5);
  CHECK(loaded.engine.version() == version);
  CHECK(loaded.Json() == kTwoEvents);
}

TEST_CASE("effects are those of the mutations that the cursor has not passed and that are read") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  const ViewId view =
      test.engine.views().Open("amount>=1", kTimeColumn, Direction::kAscending).view;
  const uint64_t bit = uint64_t{1} << (view - 1);
  std::vector<MutationEffect> effects;
  const auto feed = [&](uint64_t prev_seq, uint64_t seq, const std::string& mutations) {
    effects.clear();
    const std::string text = EngineTest::BatchText(prev_seq, seq, mutations);
    return test.engine.ApplyFeed(test.Write(text), &effects);
  };
  CHECK(feed(3, 8,
             R"({"op":"delete","seq":5,"id":"b"},{"op":"upsert","seq":6,"id":"b"},)"
             R"({"op":"update","seq":7,"id":"a","set":{"amount":0}},)"
             R"({"op":"insert","seq":8,"event":{"id":"b","timestamp":9,"amount":2}})")
            .status == FeedStatus::kApplied);
  REQUIRE(effects.size() == 2);
  CHECK(effects[0].before_ms == 1);
  CHECK(effects[0].after_ms == 1);
  CHECK(effects[0].shown_before == bit);
  CHECK(effects[0].shown_after == 0);
  CHECK(effects[1].before_ms == 2);
  CHECK(effects[1].after_ms == 9);
  CHECK(effects[1].shown_before == 0);
  CHECK(effects[1].shown_after == bit);
  // No effects of what is not applied, or holds no mutations.
  CHECK(feed(6, 8, R"({"op":"delete","seq":8,"id":"a"})").status == FeedStatus::kDuplicate);
  CHECK(effects.empty());
  CHECK(feed(9, 10, R"({"op":"delete","seq":10,"id":"a"})").status == FeedStatus::kGap);
  CHECK(effects.empty());
  CHECK(feed(8, 9, "").status == FeedStatus::kApplied);
  CHECK(effects.empty());
}

TEST_CASE("messages that lack a seq are malformed, not taken for old") {
  EngineTest test;
  test.Page("[]", 5);
  CHECK(test.Feed(R"({"type":"batch","epoch":"e","seq":9,"mutations":[]})").status ==
        FeedStatus::kMalformed);
  CHECK(test.Feed(R"({"type":"batch","epoch":"e","prevSeq":5,"seq":9})").status ==
        FeedStatus::kMalformed);
  CHECK(test.Feed(R"({"type":"progress","epoch":"e"})").status == FeedStatus::kMalformed);
  CHECK(test.engine.cursor()->seq == 5);
}

TEST_CASE("reset and error are reported and change nothing") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  const FeedReport reset =
      test.Feed(R"({"type":"reset","reason":"epoch_changed","epoch":"f","seq":3,"totalCount":9})");
  CHECK(reset.status == FeedStatus::kReset);
  CHECK(reset.reason == "epoch_changed");
  CHECK(reset.epoch == "f");
  CHECK(reset.seq == 3);
  const FeedReport error = test.Feed(R"({"type":"error","code":"not_understood","message":"?"})");
  CHECK(error.status == FeedStatus::kError);
  CHECK(error.reason == "not_understood");
  CHECK(test.Json() == kTwoEvents);
  CHECK(test.engine.cursor()->epoch == "e");
}

TEST_CASE("pages and batches of another epoch change nothing until clear") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  CHECK(test.Page("[]", 9, kEverything, "f").status == PageStatus::kEpochChanged);
  CHECK(test.Batch(5, 6, "", "f").status == FeedStatus::kEpochChanged);
  CHECK(test.engine.ReapplyFeed(test.Write(EngineTest::BatchText(5, 6, "", "f"))).status ==
        FeedStatus::kEpochChanged);
  CHECK(test.Json() == kTwoEvents);
  const uint64_t version = test.engine.version();
  test.engine.Clear();
  CHECK(test.engine.version() > version);
  CHECK_FALSE(test.engine.cursor());
  CHECK(test.Page(R"([{"id":"a","timestamp":9}])", 1, kEverything, "f").status ==
        PageStatus::kApplied);
  CHECK(test.engine.cursor()->epoch == "f");
  CHECK(test.engine.cursor()->seq == 1);
  CHECK(test.Json() == R"([{"id":"a","timestamp":9}])");
}

TEST_CASE("a page that does not touch the coverage, or whose range is inverted, is refused") {
  EngineTest test;
  const auto at = [](int64_t timestamp) { return KeyBound::At({timestamp, ""}); };
  CHECK(test.Page("[]", 5, {at(2), at(1)}).status == PageStatus::kDisjoint);
  CHECK_FALSE(test.engine.cursor());
  CHECK(test.Page("[]", 5, {at(1), at(3)}).status == PageStatus::kApplied);
  CHECK(test.Page(R"([{"id":"x","timestamp":5}])", 5, {at(4), at(6)}).status ==
        PageStatus::kDisjoint);
  CHECK(test.engine.row_count() == 0);
  CHECK(test.Page(R"([{"id":"x","timestamp":5}])", 5, {at(3), at(6)}).status ==
        PageStatus::kApplied);
  CHECK(test.engine.row_count() == 1);
}

TEST_CASE("kept batches bring a late page up to date") {
  EngineTest test;
  const KeyRange tail{KeyBound::At({10, ""}), {}};
  test.Page(R"([{"id":"b","timestamp":12}])", 5, tail);
  test.engine.BeginRequest();
  // While the page of what is older is under way: a changes, c is new, d is deleted. The window
  // holds none of them.
  const std::string batch =
      EngineTest::BatchText(5, 8,
                            R"({"op":"update","seq":6,"id":"a","set":{"amount":2}},)"
                            R"({"op":"insert","seq":7,"event":{"id":"c","timestamp":3}},)"
                            R"({"op":"delete","seq":8,"id":"d"})");
  FeedReport report = test.Feed(batch);
  CHECK(report.counts.unknown == 2);
  CHECK(report.counts.outside_older == 1);
  test.Page(R"([{"id":"a","timestamp":1,"amount":1},{"id":"d","timestamp":2}])", 5,
            {{}, KeyBound::At({10, ""})});
  report = test.engine.ReapplyFeed(test.Write(batch));
  CHECK(report.status == FeedStatus::kApplied);
  CHECK(test.engine.EndRequest());
  CHECK(
      test.Json() ==
      R"([{"id":"a","timestamp":1,"amount":2},{"id":"c","timestamp":3},{"id":"b","timestamp":12}])");
  CHECK(test.engine.cursor()->seq == 8);
}

TEST_CASE("a page is superseded when more was deleted meanwhile than is remembered") {
  EngineTest test;
  test.engine.BeSource({"e", 0});
  test.engine.BeginRequest();
  std::string mutations;
  uint64_t seq = 0;
  for (size_t i = 0; i <= Tombstones::kMaxTombstones; ++i) {
    ++seq;
    mutations += (i % 50'000 == 0 ? R"({"op":"delete","seq":)" : R"(,{"op":"delete","seq":)") +
                 std::to_string(seq) + R"(,"id":"d)" + std::to_string(i) + "\"}";
    if (i % 50'000 != 49'999 && i != Tombstones::kMaxTombstones) continue;
    CHECK(test.Page("[]", 0).status == PageStatus::kApplied);
    CHECK(test.Batch(test.engine.cursor()->seq, seq, mutations).status == FeedStatus::kApplied);
    mutations.clear();
  }
  CHECK(test.Page("[]", 0).status == PageStatus::kSuperseded);
  CHECK(test.engine.EndRequest());
  CHECK(test.Page("[]", seq).status == PageStatus::kApplied);
}

TEST_CASE("ending a request that was not begun is refused") {
  EngineTest test;
  CHECK_FALSE(test.engine.EndRequest());
  test.engine.BeginRequest();
  CHECK(test.engine.EndRequest());
  CHECK_FALSE(test.engine.EndRequest());
}

TEST_CASE("a source holds everything from its cursor on") {
  EngineTest test;
  test.engine.BeSource({"e", 100});
  CHECK(test.Batch(100, 101,
                   R"({"op":"insert","seq":101,"event":{"id":"a","timestamp":-8640000000000000}})")
            .counts.inserted == 1);
  CHECK(test.Batch(101, 102,
                   R"({"op":"insert","seq":102,"event":{"id":"b","timestamp":8640000000000000}})")
            .counts.inserted == 1);
  CHECK(test.engine.row_count() == 2);
}

TEST_CASE("events are found by id, key and index") {
  EngineTest test;
  test.Page(
      R"([{"id":"a","timestamp":1},{"id":"b","timestamp":5},{"id":"c","timestamp":5,"message":"text"}])",
      5);
  CHECK(test.engine.IndexOf("c") == 2);
  CHECK(test.engine.IndexOf("x") == std::nullopt);
  CHECK(test.engine.KeyAt(1) == EventKey{5, "b"});
  CHECK(test.engine.Rank({5, ""}) == 1);
  CHECK(test.engine.Rank({5, "bb"}) == 2);
  CHECK(test.engine.Rank({6, ""}) == 3);
  CHECK(test.engine.ReadText(2, kMessageColumn) == "text");
  CHECK(test.engine.ReadText(0, kMessageColumn) == std::nullopt);
  const uint32_t indexes[] = {2, 0, 2};
  const BlockReader block(test.engine.ReadRowsAt(indexes));
  CHECK(block.RowCount() == 3);
  CHECK(block.String(kIdColumn, 0) == "c");
  CHECK(block.String(kIdColumn, 1) == "a");
  CHECK(block.String(kIdColumn, 2) == "c");
}

TEST_CASE("blocks say which rows of how many they hold, at which version") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  const BlockReader block(test.engine.ReadRows({1, 50}));
  CHECK(block.RowCount() == 1);
  CHECK(block.F64(16) == 1);
  CHECK(block.F64(24) == 2);
  CHECK(block.F64(32) == static_cast<double>(test.engine.version()));
  CHECK(block.Version(0) == 5);
  CHECK(BlockReader(test.engine.ReadRows({70, 80})).RowCount() == 0);
}

TEST_CASE("the version grows with changes of rows, and with nothing else") {
  EngineTest test;
  test.Page(kTwoEvents, 5);
  const uint64_t version = test.engine.version();
  test.Batch(5, 6, "");
  test.Batch(6, 7, R"({"op":"delete","seq":7,"id":"unknown"})");
  test.Feed(R"({"type":"progress","epoch":"e","seq":7})");
  CHECK(test.engine.version() == version);
  test.Batch(7, 8, R"({"op":"update","seq":8,"id":"a","set":{"amount":4}})");
  CHECK(test.engine.version() == version + 1);
}

TEST_CASE("a field of ten megabytes goes in, out, and away again") {
  EngineTest test;
  test.engine.BeSource({"e", 0});
  const std::string text(10 << 20, 'x');
  const FeedReport report = test.Batch(
      0, 1,
      R"({"op":"insert","seq":1,"event":{"id":"a","timestamp":1,"message":")" + text + "\"}}");
  CHECK(report.counts.inserted == 1);
  CHECK((test.engine.ReadText(0, kMessageColumn) == text));
  const BlockReader block(test.engine.ReadRows({0, 1}));
  CHECK(block.String(kMessageColumn, 0) == text.substr(0, 1024));
  CHECK(block.Value(kMessageColumn, 0) == text.size());
  CHECK(block.size() < 2'000);
  CHECK(test.Batch(1, 2, R"({"op":"update","seq":2,"id":"a","set":{"message":null}})")
            .counts.updated == 1);
  CHECK(test.engine.ReadText(0, kMessageColumn) == std::nullopt);
}

TEST_CASE("the input buffer is given for messages up to the limit") {
  EngineTest test;
  CHECK(test.engine.InputBuffer(0) != nullptr);
  CHECK(test.engine.InputBuffer(kMaxMessageBytes) != nullptr);
  CHECK(test.engine.InputBuffer(kMaxMessageBytes + 1) == nullptr);
  CHECK(test.engine.InputBuffer(SIZE_MAX) == nullptr);
  CHECK(test.Page(kTwoEvents, 5).status == PageStatus::kApplied);
}

TEST_CASE("a small message after a large one is read for itself") {
  EngineTest test;
  test.engine.BeSource({"e", 0});
  const std::string large = EngineTest::BatchText(0, 1, "") + std::string(5 << 20, ' ');
  CHECK(test.Feed(large).status == FeedStatus::kApplied);
  CHECK(test.Batch(1, 2, R"({"op":"insert","seq":2,"event":{"id":"a","timestamp":1}})")
            .counts.inserted == 1);
  // What an earlier, longer message left in the buffer is not read.
  CHECK(test.Feed(R"({"type":"progress","epoch":"e","seq":2)").status == FeedStatus::kMalformed);
}

TEST_CASE("two engines do not know of each other") {
  EngineTest one;
  EngineTest two;
  one.Page(kTwoEvents, 5);
  two.Page("[]", 9, kEverything, "f");
  CHECK(one.engine.row_count() == 2);
  CHECK(two.engine.row_count() == 0);
  CHECK(two.engine.cursor()->epoch == "f");
}

}  // namespace
}  // namespace eventglass::test
