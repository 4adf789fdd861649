// Registers the engine with JavaScript. No logic here: whatever needs a decision is a function of
// the engine.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decode/row_block_decoder.h"
#include "engine/engine.h"

namespace eventglass {
namespace {

using emscripten::val;

// Views into the heap: they live until the engine's next call.
val BytesView(std::span<const char> bytes) {
  return val(
      emscripten::typed_memory_view(bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data())));
}

// Numbers as JavaScript has them, and strings of their own.
struct JsKey {
  double timestamp = 0;
  std::string id;

  EventKey key() const { return {static_cast<int64_t>(timestamp), id}; }
};

struct JsBound {
  bool open = true;
  JsKey key;

  KeyBound bound() const { return {open, static_cast<int64_t>(key.timestamp), key.id}; }
};

JsKey ToJs(const EventKey& key) {
  return {static_cast<double>(key.timestamp), std::string(key.id)};
}
JsBound ToJs(const KeyBound& bound) { return {bound.open, ToJs(bound.key())}; }

val ToJs(const ApplyCounts& counts) {
  val samples = val::array();
  for (const SkippedMutation& skipped : counts.skipped.samples) {
    val sample = val::object();
    sample.set("index", skipped.index);
    sample.set("code", static_cast<int>(skipped.code));
    sample.set("column", std::string(skipped.column));
    samples.call<void>("push", sample);
  }
  val out = val::object();
  out.set("inserted", static_cast<double>(counts.inserted));
  out.set("updated", static_cast<double>(counts.updated));
  out.set("moved", static_cast<double>(counts.moved));
  out.set("deleted", static_cast<double>(counts.deleted));
  out.set("stale", static_cast<double>(counts.stale));
  out.set("unknown", static_cast<double>(counts.unknown));
  out.set("outsideOlder", static_cast<double>(counts.outside_older));
  out.set("outsideNewer", static_cast<double>(counts.outside_newer));
  out.set("evicted", static_cast<double>(counts.evicted));
  out.set("skipped", static_cast<double>(counts.skipped.count));
  out.set("skippedSamples", samples);
  return out;
}

template <typename Report>
val ReportToJs(const Report& report, std::string_view (*message)(DecodeCode) = &DecodeMessage) {
  val out = val::object();
  out.set("status", static_cast<int>(report.status));
  out.set("errorCode", static_cast<int>(report.error.code));
  out.set("errorMessage", std::string(message(report.error.code)));
  out.set("errorOffset", static_cast<double>(report.error.byte_offset));
  out.set("counts", ToJs(report.counts));
  return out;
}

val ToJs(const FeedReport& report) {
  val out = ReportToJs(report);
  out.set("type", static_cast<int>(report.type));
  out.set("epoch", report.epoch);
  out.set("seq", static_cast<double>(report.seq));
  out.set("hasTotalCount", report.has_total_count);
  out.set("totalCount", static_cast<double>(report.total_count));
  out.set("reason", report.reason);
  return out;
}

val ToJs(const OpenReport& report) {
  val out = val::object();
  out.set("status", static_cast<int>(report.status));
  out.set("view", report.view);
  out.set("errorBegin", static_cast<double>(report.error.begin));
  out.set("errorEnd", static_cast<double>(report.error.end));
  out.set("expected", report.error.expected);
  return out;
}

// An index, or 2^32 - 1.
double OrNotFound(std::optional<uint32_t> index) { return index.value_or(UINT32_MAX); }

// A schema under construction, column by column.
struct SchemaBuilder {
  std::vector<Column> columns;

  void Add(const std::string& name, int type) {
    columns.push_back({name, static_cast<ColumnType>(type)});
  }
  std::string Problem() const { return Schema::Problem(columns); }
};

std::unique_ptr<Engine> MakeEngine(const SchemaBuilder& schema, uint32_t capacity_rows,
                                   double capacity_text_bytes, uint32_t max_cell_characters,
                                   double seed0, double seed1) {
  EngineOptions options;
  options.capacity_rows = capacity_rows;
  options.capacity_text_bytes = static_cast<uint64_t>(capacity_text_bytes);
  options.max_cell_characters = max_cell_characters;
  options.seed = {static_cast<uint64_t>(seed0), static_cast<uint64_t>(seed1)};
  return std::make_unique<Engine>(Schema(schema.columns), options);
}

uintptr_t InputBuffer(Engine& engine, uint32_t size) {
  return reinterpret_cast<uintptr_t>(engine.InputBuffer(size));
}

}  // namespace

EMSCRIPTEN_BINDINGS(eventglass) {
  emscripten::value_object<JsKey>("EventKey")
      .field("timestamp", &JsKey::timestamp)
      .field("id", &JsKey::id);
  emscripten::value_object<JsBound>("KeyBound")
      .field("open", &JsBound::open)
      .field("key", &JsBound::key);

  emscripten::class_<SchemaBuilder>("SchemaBuilder")
      .constructor<>()
      .function("add", &SchemaBuilder::Add)
      .function("problem", &SchemaBuilder::Problem);

  emscripten::class_<Engine>("Engine")
      .constructor(&MakeEngine)
      .function(
          "version", +[](const Engine& engine) { return static_cast<double>(engine.version()); })
      .function(
          "hasCursor", +[](const Engine& engine) { return engine.cursor().has_value(); })
      .function(
          "cursorEpoch",
          +[](const Engine& engine) { return engine.cursor().value_or(Cursor()).epoch; })
      .function(
          "cursorSeq",
          +[](const Engine& engine) {
            return static_cast<double>(engine.cursor().value_or(Cursor()).seq);
          })
      .function(
          "isCovering", +[](const Engine& engine) { return !engine.coverage().empty(); })
      .function(
          "coverageBegin",
          +[](const Engine& engine) { return ToJs(engine.coverage().range().begin); })
      .function(
          "coverageEnd", +[](const Engine& engine) { return ToJs(engine.coverage().range().end); })
      .function(
          "beSource",
          +[](Engine& engine, const std::string& epoch, double seq) {
            engine.BeSource({epoch, static_cast<uint64_t>(seq)});
          })
      .function("inputBuffer", &InputBuffer)
      .function(
          "applyPage",
          +[](Engine& engine, uint32_t size, const std::string& epoch, double seq,
              const JsBound& begin, const JsBound& end) {
            return ReportToJs(engine.ApplyPage(size, {epoch, static_cast<uint64_t>(seq)},
                                               {begin.bound(), end.bound()}));
          })
      .function(
          "applyPageBlock",
          +[](Engine& engine, uint32_t size, const std::string& epoch, double seq,
              const JsBound& begin, const JsBound& end) {
            return ReportToJs(engine.ApplyPageBlock(size, {epoch, static_cast<uint64_t>(seq)},
                                                    {begin.bound(), end.bound()}),
                              &RowBlockMessage);
          })
      .function(
          "openPage",
          +[](Engine& engine, const std::string& epoch, double seq, const JsBound& begin,
              const JsBound& end, int format) {
            return static_cast<int>(engine.OpenPage({epoch, static_cast<uint64_t>(seq)},
                                                    {begin.bound(), end.bound()},
                                                    static_cast<PageFormat>(format)));
          })
      .function(
          "pieceBuffer",
          +[](Engine& engine, uint32_t size) {
            return reinterpret_cast<uintptr_t>(engine.PieceBuffer(size));
          })
      .function(
          "addPiece",
          +[](Engine& engine, uint32_t size) { return ReportToJs(engine.AddPiece(size)); })
      .function(
          "closePage", +[](Engine& engine) { return ReportToJs(engine.ClosePage()); })
      .function("abortPage", &Engine::AbortPage)
      .function(
          "applyFeed", +[](Engine& engine, uint32_t size) { return ToJs(engine.ApplyFeed(size)); })
      .function(
          "applyFeedWithEffects",
          +[](Engine& engine, uint32_t size) {
            std::vector<MutationEffect> effects;
            val out = ToJs(engine.ApplyFeed(size, &effects));
            const auto bytes = std::as_bytes(std::span(effects));
            const val view(emscripten::typed_memory_view(
                bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data())));
            out.set("effects", view.call<val>("slice"));
            return out;
          })
      .function(
          "reapplyFeed",
          +[](Engine& engine, uint32_t size) { return ToJs(engine.ReapplyFeed(size)); })
      .function("beginRequest", &Engine::BeginRequest)
      .function("endRequest", &Engine::EndRequest)
      .function(
          "setEvictionSide",
          +[](Engine& engine, int side) {
            engine.SetEvictionSide(static_cast<EvictionSide>(side));
          })
      .function("clear", &Engine::Clear)
      .function(
          "openView",
          +[](Engine& engine, const std::string& filter, uint32_t column, int direction) {
            return ToJs(engine.views().Open(filter, column, static_cast<Direction>(direction)));
          })
      .function(
          "openSearch",
          +[](Engine& engine, ViewId view, const std::string& filter) {
            return ToJs(engine.views().OpenSearch(view, filter));
          })
      .function(
          "closeView", +[](Engine& engine, ViewId view) { engine.views().Close(view); })
      .function(
          "rowCount", +[](const Engine& engine, ViewId view) { return engine.row_count(view); })
      .function(
          "rank", +[](const Engine& engine, ViewId view,
                      const JsKey& key) { return engine.Rank(key.key(), view); })
      .function(
          "keyAt", +[](const Engine& engine, ViewId view,
                       uint32_t index) { return ToJs(engine.KeyAt(index, view)); })
      .function(
          "indexOf", +[](const Engine& engine, ViewId view,
                         const std::string& id) { return OrNotFound(engine.IndexOf(id, view)); })
      .function(
          "readText",
          +[](const Engine& engine, ViewId view, uint32_t index, uint32_t column) {
            return BytesView(engine.ReadText(index, column, view).value_or(std::string_view()));
          })
      .function(
          "readRows",
          +[](Engine& engine, ViewId view, uint32_t begin, uint32_t end, double since) {
            return BytesView(engine.ReadRows({begin, end}, view, static_cast<uint64_t>(since)));
          })
      .function(
          "readRowsAt",
          +[](Engine& engine, ViewId view, const val& indexes) {
            return BytesView(engine.ReadRowsAt(
                emscripten::convertJSArrayToNumberVector<uint32_t>(indexes), view));
          })
      .function(
          "density",
          +[](Engine& engine, ViewId view, double begin_ms, double end_ms, uint32_t buckets) {
            const std::span<const uint32_t> counts =
                engine.Density(begin_ms, end_ms, buckets, view);
            return val(emscripten::typed_memory_view(counts.size(), counts.data()));
          })
      .function(
          "facet",
          +[](Engine& engine, ViewId view, uint32_t column, uint32_t limit) {
            const View::Facet facet = engine.views()[view].CountValues(column, limit);
            val values = val::array();
            for (const View::ValueCount& counted : facet.values) {
              val entry = val::object();
              entry.set("value", std::string(counted.value));
              entry.set("count", counted.count);
              values.call<void>("push", entry);
            }
            val out = val::object();
            out.set("values", values);
            out.set("distinctCount", facet.distinct_count);
            out.set("missingCount", facet.missing_count);
            return out;
          })
      .function(
          "matchFrom",
          +[](Engine& engine, ViewId view, ViewId matches, uint32_t index) {
            return OrNotFound(MatchFrom(engine.views()[view], engine.views()[matches], index));
          })
      .function(
          "matchBefore",
          +[](Engine& engine, ViewId view, ViewId matches, uint32_t index) {
            return OrNotFound(MatchBefore(engine.views()[view], engine.views()[matches], index));
          })
      .function(
          "writeJson",
          +[](Engine& engine, ViewId view, uint32_t begin, uint32_t end) {
            return BytesView(engine.WriteJson({begin, end}, view));
          })
      .function(
          "writeBlock", +[](Engine& engine, ViewId view, uint32_t begin, uint32_t end) {
            return BytesView(engine.WriteBlock({begin, end}, view));
          });
}

}  // namespace eventglass
