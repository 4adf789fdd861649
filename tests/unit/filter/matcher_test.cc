#include "filter/matcher.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

const Schema kSchema = TestSchema();

Filter Parse(std::string_view text) {
  FilterError error;
  auto filter = Filter::Parse(text, kSchema, &error);
  if (!filter) FAIL("'", std::string(text), "' at ", error.begin, ": ", error.expected);
  return *filter;
}

// Six rows, one of which has nothing but id and timestamp.
class Rows {
 public:
  Rows() {
    // 2026-11-24T10:30:15.123Z and, from row to row, a day later.
    Insert("evt_A", {TextCell(kSourceColumn, "stripe"), TextCell(kMessageColumn, "Charge failed"),
                     NumberCell(10), BooleanCell(true), TextCell(kNoteColumn, "")});
    Insert("evt_b", {TextCell(kSourceColumn, "Stripe"), TextCell(kMessageColumn, "charge.ok*"),
                     NumberCell(-2.5), BooleanCell(false)});
    Insert("EVT_A",
           {TextCell(kSourceColumn, ""), TextCell(kMessageColumn, "Größe: \"5\""), NumberCell(0)});
    Insert("x", {TextCell(kSourceColumn, "strip, e*"), TextCell(kNoteColumn, "a\\b FAILED")});
    Insert("y", {});
    Insert("z", {TextCell(kSourceColumn, "charge.refund"), NumberCell(1e300),
                 TextCell(kMessageColumn, "http://shop?a=b"), TextCell(kNoteColumn, "charge")});
  }

  // The rows that match, as digits; both ways to ask must agree.
  std::string Matching(const Filter& filter) const {
    Matcher matcher(filter, store_);
    std::vector<uint64_t> bits;
    store_.MarkRows(&bits);
    matcher.Keep(bits);
    std::string kept;
    std::string matching;
    for (uint32_t row = 0; row < store_.size(); ++row) {
      if ((bits[0] >> row & 1) != 0) kept += std::to_string(row);
      if (matcher.Matches(Slot{row})) matching += std::to_string(row);
    }
    CHECK(kept == matching);
    return matching;
  }
  std::string Matching(std::string_view text) const { return Matching(Parse(text)); }

 private:
  void Insert(std::string_view id, const std::vector<Cell>& cells) {
    constexpr int64_t kFirst = 1795516215123;
    store_.Insert({kFirst + int64_t{store_.size()} * 86'400'000, id}, cells, 7 + store_.size());
  }

  EventStore store_{kSchema, {1, 2}};
};

struct Expected {
  const char* text;
  const char* rows;
};

void Check(std::initializer_list<Expected> table) {
  const Rows rows;
  for (const Expected& expected : table) {
    CAPTURE(expected.text);
    CHECK(rows.Matching(expected.text) == expected.rows);
  }
}

TEST_CASE("no filter matches every row") {
  CHECK(Filter().matches_all());
  CHECK(Parse("").matches_all());
  CHECK(Parse("\n ").matches_all());
  CHECK_FALSE(Parse("id:*").matches_all());
  CHECK_FALSE(Parse("a OR -a").matches_all());
  Check({{"", "012345"}, {" ", "012345"}});
}

TEST_CASE("words are found in any text or dictionary column, without their case or exactly") {
  Check({{"failed", "03"},
         {"FAIL", "03"},
         {"\"failed\"", "0"},
         {"\"FAILED\"", "3"},
         {"\"Charge failed\"", "0"},
         {"charge failed", "0"},
         {"größe", "2"},
         {"GRÖSSE", ""},
         {"\"größe\"", ""},
         {"\"Größe: \\\"5\\\"\"", "2"},
         {"\"a\\\\b\"", "3"},
         {"stripe", "01"},
         {"\"stripe\"", "0"},
         {"ok*", "1"},
         {"fail*", ""},
         {"\"http://shop?a=b\"", "5"},
         {"\"\"", "01235"}});
}

TEST_CASE("a text column has a part, a beginning, or anything") {
  Check({{"message:CHARGE", "01"},
         {"message:\"charge\"", "1"},
         {"note:charge", "5"},
         {"message:char*", "01"},
         {"message:harge*", ""},
         {"message:\"Char\"*", "0"},
         {"message:ok,GRÖßE", "12"},
         {"message:http://shop?a=b", "5"},
         {"message:*", "0125"},
         {"note:*", "035"},
         {"note:\"\"", "035"},
         {"-note:*", "124"}});
}

TEST_CASE("a dictionary column equals the whole value, or begins so") {
  Check({{"source:STRIPE", "01"},
         {"source:\"stripe\"", "0"},
         {"source:strip", ""},
         {"source:strip*", "013"},
         {"source:\"strip\"*", "03"},
         {"source:\"strip, e*\"", "3"},
         {"source:charge.*", "5"},
         {"source:stripe,charge.*", "015"},
         {"source:\"Stripe\",\"\"", "12"},
         {"source:*", "01235"},
         {"source:\"\"*", "01235"},
         {"source:\"*\"", ""},
         {"-source:stripe", "2345"},
         {"-source:*", "4"}});
}

TEST_CASE("an id is whole, or begins so") {
  Check({{"id:evt_a", "02"},
         {"id:\"evt_A\"", "0"},
         {"id:evt_*", "012"},
         {"id:\"EVT\"*,x", "23"},
         {"id:vt", ""},
         {"id:*", "012345"}});
}

TEST_CASE("numbers are equal, in a range, or to one side") {
  Check({{"amount:10", "0"},
         {"amount:1e1", "0"},
         {"amount=10.0", "0"},
         {"amount:\"10\"", "0"},
         {"amount:10,-2.5", "01"},
         {"amount:0", "2"},
         {"amount:-0", "2"},
         {"amount>0", "05"},
         {"amount>-0", "05"},
         {"amount>=0", "025"},
         {"amount<0", "1"},
         {"amount<=0", "12"},
         {"amount<10", "12"},
         {"amount>10", "5"},
         {"amount:0..10", "02"},
         {"amount:-2.5..0", "12"},
         {"amount:10..10", "0"},
         {"amount:10..", "05"},
         {"amount:..0", "12"},
         {"amount:..0,5..20", "012"},
         {"amount:0.0000001..9.9999999", ""},
         {"amount:*", "0125"},
         {"-amount>0", "1234"},
         {"-amount:*", "34"},
         {"amount:1e300", "5"},
         {"amount>1e300", ""},
         {"amount<1e999", "0125"},
         {"amount>=1e999", ""},
         {"amount>-1e999", "0125"},
         {"amount:1e-999", "2"},
         {"amount>1e-99999999999999999999", "05"},
         {"amount<1e99999999999999999999", "0125"}});
}

TEST_CASE("booleans are true, false or absent") {
  Check({{"done:true", "0"},
         {"done:false", "1"},
         {"done:true,false", "01"},
         {"done:*", "01"},
         {"-done:true", "12345"},
         {"-done:*", "2345"}});
}

TEST_CASE("a time is its whole unit, at both ends of a range") {
  Check({{"time:2026-11-24", "0"},
         {"timestamp:2026-11-24", "0"},
         {"time=2026-11-25", "1"},
         {"time:2026-11", "012345"},
         {"time:2026", "012345"},
         {"time:2025,2027", ""},
         {"time:2026-11-24T10", "0"},
         {"time:2026-11-24T10:30", "0"},
         {"time:2026-11-24T10:30:15", "0"},
         {"time:2026-11-24T10:30:15.1", "0"},
         {"time:2026-11-24T10:30:15.123Z", "0"},
         {"time:2026-11-24T10:30:15.124", ""},
         {"time:2026-11-24T12:30+02:00", "0"},
         {"time:2026-11-24T12:30", ""},
         {"time:1795516215123", "0"},
         {"time:1795516215122..1795516215123", "0"},
         {"time:2026-11-25..2026-11-26", "12"},
         {"time:2026-11-28..", "45"},
         {"time:..2026-11-25", "01"},
         {"time:2026-11-24,2026-11-29", "05"},
         {"time>=2026-11-25", "12345"},
         {"time>2026-11-25", "2345"},
         {"time<2026-11-25", "0"},
         {"time<=2026-11-25", "01"},
         {"time:\"2026-11-25\"", "1"},
         {"time:*", "012345"},
         {"-time:*", ""},
         {"-time:2026-11-24", "12345"}});
}

TEST_CASE("the version of a row is a number, and every row has one") {
  Check({{"seq>9", "345"},
         {"seq>=9 seq<11", "23"},
         {"seq:7,12", "05"},
         {"seq:9..", "2345"},
         {"-seq>9", "012"},
         {"seq:*", "012345"},
         {"source:stripe seq<=7", "0"}});
  CHECK(Parse("seq>1").used_columns() == MaskOf(FilterTerm::kVersion));
}

TEST_CASE("conditions are joined and negated, and absent values match negations alone") {
  Check({{"source:stripe charge", "01"},
         {"source:stripe AND done:true", "0"},
         {"done:true OR amount:0", "02"},
         {"source:stripe done:true OR amount:0", "02"},
         {"source:stripe (done:true OR amount:0)", "0"},
         {"-(done:true OR amount:0)", "1345"},
         {"NOT (source:stripe charge)", "2345"},
         {"-(source:stripe -done:true)", "02345"},
         {"(failed OR http) (source:stripe OR note:charge OR id:x) -done:false",
          "0"
          "35"},
         {"-charge -größe", "34"}});
}

TEST_CASE("a filter knows the columns it uses") {
  const auto used = [](const Filter& filter) {
    std::string columns;
    for (uint32_t column = 0; column < kSchema.size(); ++column) {
      if ((filter.used_columns() & MaskOf(column)) != 0) columns += std::to_string(column);
    }
    return columns;
  };
  CHECK(used(Filter()).empty());
  CHECK(used(Parse("word")) == "236");
  CHECK(used(Parse("id:a OR -time:5")) == "01");
  CHECK(used(Parse("source:a (amount>5 OR done:true)")) == "245");
  CHECK(used(Filter::And(Parse("source:a"), Parse("note:a"))) == "26");
}

TEST_CASE("two filters joined match what both match") {
  const Rows rows;
  const char* const texts[] = {"",
                               "charge",
                               "source:stripe",
                               "done:true OR amount:0",
                               "-done:true id:evt_*",
                               "-(done:true amount:10)"};
  for (const char* const a : texts) {
    for (const char* const b : texts) {
      const Filter both = Filter::And(Parse(a), Parse(b));
      CAPTURE(a);
      CAPTURE(b);
      CHECK(rows.Matching(both) == rows.Matching("(" + std::string(*a != 0 ? a : "id:*") + ") (" +
                                                 (*b != 0 ? b : "id:*") + ")"));
      CHECK(both.matches_all() == (*a == 0 && *b == 0));
      CHECK(rows.Matching(Filter::And(both, both)) == rows.Matching(both));
    }
  }
}

TEST_CASE("a filter joined many times does not grow deep") {
  Filter filter;
  for (int i = 0; i < 300; ++i) filter = Filter::And(filter, Parse("amount>=0"));
  CHECK(Rows().Matching(filter) == "025");
}

TEST_CASE("a verdict on a dictionary value is not one on the value that takes its code") {
  EventStore store(kSchema, {1, 2});
  Matcher matcher(Parse("source:a"), store);
  const auto matches = [&](std::string_view source) {
    const Slot row = store.Insert({1, "id"}, std::vector<Cell>{TextCell(kSourceColumn, source)}, 1);
    CHECK(store.Code(row, kSourceColumn) == DictionaryCode{0});
    std::vector<uint64_t> bits;
    store.MarkRows(&bits);
    matcher.Keep(bits);
    const bool is_kept = bits[0] != 0;
    CHECK(matcher.Matches(row) == is_kept);
    store.Remove(row);
    return is_kept;
  };
  for (int round = 0; round < 3; ++round) {
    CHECK(matches("a"));
    CHECK_FALSE(matches("b"));
  }
  CHECK(matches("a"));
  store.Clear();
  matcher.Reset();
  CHECK_FALSE(matches("b"));
}

TEST_CASE("verdicts are made on more dictionary values than are kept") {
  constexpr uint32_t kRows = DictionaryVerdicts::kMaxKeptCodes + 100;
  EventStore store(kSchema, {1, 2});
  for (uint32_t i = 0; i < kRows; ++i) {
    const std::string id = std::to_string(i);
    store.Insert({i, id}, std::vector<Cell>{TextCell(kSourceColumn, id)}, 1);
  }
  Matcher matcher(Parse("source:65*"), store);
  std::vector<uint64_t> bits;
  store.MarkRows(&bits);
  matcher.Keep(bits);
  for (uint32_t i = 0; i < kRows; ++i) {
    const bool expected = std::to_string(i).starts_with("65");
    if (matcher.Matches(Slot{i}) != expected || (bits[i / 64] >> i % 64 & 1) != expected) {
      FAIL_CHECK("row ", i);
    }
  }
}

}  // namespace
}  // namespace eventglass::test
