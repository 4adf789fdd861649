// What is a filter and what is not; what filters match is in matcher_test.cc.
#include "filter/filter_parser.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "filter/filter.h"
#include "filter/filter_limits.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

const Schema kSchema = TestSchema();

std::optional<Filter> Parse(std::string_view text, FilterError* error) {
  return Filter::Parse(text, kSchema, error);
}

bool IsFilter(std::string_view text) {
  FilterError error;
  return Parse(text, &error).has_value();
}

// "begin-end sentence", or "" for a filter.
std::string ErrorOf(std::string_view text) {
  FilterError error;
  if (Parse(text, &error)) return "";
  return std::to_string(error.begin) + "-" + std::to_string(error.end) + " " + error.expected;
}

std::string Repeat(std::string_view text, size_t times) {
  std::string repeated;
  for (size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

// The tree of a filter: terms by index, those negated with a minus.
std::string Shape(const Filter& filter, const FilterNode& node) {
  if (node.kind == FilterNode::Kind::kTerm) {
    return (filter.terms()[node.term]->is_negated ? "-" : "") + std::to_string(node.term);
  }
  std::string shape = node.kind == FilterNode::Kind::kAll ? "(and" : "(or";
  for (const FilterNode& member : node.members) shape += " " + Shape(filter, member);
  return shape + ")";
}

// In a schema where a word is one term: it has no dictionary column.
std::string ShapeOf(std::string_view text) {
  static const Schema schema({{"id", ColumnType::kId},
                              {"timestamp", ColumnType::kTimestamp},
                              {"message", ColumnType::kText},
                              {"amount", ColumnType::kNumber}});
  FilterError error;
  const std::optional<Filter> filter = Filter::Parse(text, schema, &error);
  return filter ? Shape(*filter, filter->root()) : ErrorOf(text);
}

TEST_CASE("AND binds tighter than OR, and parentheses tighter than both") {
  CHECK(ShapeOf("") == "(and)");
  CHECK(ShapeOf(" \t\r\n ") == "(and)");
  CHECK(ShapeOf("a") == "0");
  CHECK(ShapeOf("a b") == "(and 0 1)");
  CHECK(ShapeOf("a AND b") == "(and 0 1)");
  CHECK(ShapeOf("a OR b c") == "(or 0 (and 1 2))");
  CHECK(ShapeOf("a b OR c") == "(or 2 (and 0 1))");
  CHECK(ShapeOf("(a OR b) c") == "(and 2 (or 0 1))");
  CHECK(ShapeOf("(a)(b)") == "(and 0 1)");
  CHECK(ShapeOf("a(b)c") == "(and 0 1 2)");
  CHECK(ShapeOf("((a))") == "0");
  CHECK(ShapeOf("a (b (c d))") == "(and 0 1 2 3)");
  CHECK(ShapeOf("a OR (b OR c)") == "(or 0 1 2)");
  CHECK(ShapeOf("\"a\"(\"b\")") == "(and 0 1)");
}

TEST_CASE("negation goes down to the terms") {
  CHECK(ShapeOf("-a") == "-0");
  CHECK(ShapeOf("NOT a") == "-0");
  CHECK(ShapeOf("NOT NOT a") == "0");
  CHECK(ShapeOf("NOT -a") == "0");
  CHECK(ShapeOf("-a b") == "(and -0 1)");
  CHECK(ShapeOf("NOT a OR b") == "(or -0 1)");
  CHECK(ShapeOf("-(a b)") == "(or -0 -1)");
  CHECK(ShapeOf("NOT(a OR -b)") == "(and -0 1)");
  CHECK(ShapeOf("-(a OR b (c OR -(d e)))") == "(and -0 (or -1 (and -2 3 4)))");
  CHECK(ShapeOf(Repeat("NOT ", 1000) + "a") == "0");
}

TEST_CASE("what is cheap to test goes first") {
  CHECK(ShapeOf("a message:b id:c amount:1") == "(and 3 2 1 0)");
  CHECK(ShapeOf("(a OR amount:2) (amount:3 OR amount:4) time:2026") == "(and 4 (or 2 3) (or 1 0))");
}

TEST_CASE("a word is looked for in texts and in each dictionary column, which is cheaper") {
  const Schema schema({{"id", ColumnType::kId},
                       {"timestamp", ColumnType::kTimestamp},
                       {"source", ColumnType::kDictionary},
                       {"message", ColumnType::kText},
                       {"type", ColumnType::kDictionary}});
  const auto shape = [&](std::string_view text) {
    FilterError error;
    const std::optional<Filter> filter = Filter::Parse(text, schema, &error);
    REQUIRE(filter);
    return Shape(*filter, filter->root());
  };
  CHECK(shape("a") == "(or 1 2 0)");
  CHECK(shape("-a") == "(and -1 -2 -0)");
  CHECK(shape("a OR \"b\"") == "(or 1 2 4 5 0 3)");
  CHECK(shape("a type:b") == "(and 3 (or 1 2 0))");
  CHECK(shape("message:a") == "0");
}

TEST_CASE("keywords are in upper case, and columns and quotes take them for what they are") {
  CHECK(ShapeOf("a or b") == "(and 0 1 2)");
  CHECK(ShapeOf("not a and b") == "(and 0 1 2 3)");
  CHECK(ShapeOf("\"OR\" \"AND\" \"NOT\"") == "(and 0 1 2)");
  CHECK(ShapeOf("ORDER NOTE ANDROID") == "(and 0 1 2)");
  const Schema schema({{"id", ColumnType::kId},
                       {"timestamp", ColumnType::kTimestamp},
                       {"OR", ColumnType::kDictionary},
                       {"NOT", ColumnType::kNumber},
                       {"a b:c", ColumnType::kDictionary},
                       {"time", ColumnType::kNumber},
                       {"seq", ColumnType::kText}});
  FilterError error;
  const auto filter =
      Filter::Parse("OR:x NOT>=5 NOT OR:y \"a b:c\":z time:5 seq:a", schema, &error);
  REQUIRE(filter);
  REQUIRE(filter->terms().size() == 6);
  CHECK(filter->terms()[0]->column == 2);
  CHECK(filter->terms()[1]->column == 3);
  CHECK(filter->terms()[2]->is_negated);
  CHECK(filter->terms()[3]->column == 4);
  CHECK(filter->terms()[4]->column == 5);  // no longer another name of the timestamp
  CHECK(filter->terms()[5]->column == 6);  // nor that of the version
}

TEST_CASE("an error says where, and what was expected there") {
  struct Expected {
    const char* text;
    size_t begin;
    size_t end;
    const char* expected;
  };
  constexpr const char* kTerm = "expected a term: a word, \"text\" or column:value";
  constexpr const char* kTime =
      "expected a time such as 2026-11-24, 2026-11-24T10:30Z or milliseconds since 1970 after ";
  constexpr const char* kNoColumn =
      "expected the name of a column before ':'; in quotes it is text";
  constexpr const char* kSpace = "expected a space after the term; in quotes all of it is text";
  constexpr const char* kDash = "expected a term right after '-'; in quotes it is text";
  constexpr const char* kNotOrdered =
      "expected ':' after a column that is neither numbers nor times";
  const Expected table[] = {
      // Terms.
      {"a AND", 5, 5, kTerm},
      {"a OR ", 5, 5, kTerm},
      {"NOT", 3, 3, kTerm},
      {"()", 1, 2, kTerm},
      {"a ( )", 4, 5, kTerm},
      {"AND a", 0, 3, "expected a term before 'AND'; in quotes it is text"},
      {"a OR OR b", 5, 7, "expected a term before 'OR'; in quotes it is text"},
      {"(a OR)", 5, 6, kTerm},
      {"-", 0, 1, kDash},
      {"a - b", 2, 3, kDash},
      {"--a", 0, 1, kDash},
      {"(-)", 1, 2, kDash},
      {"-AND", 1, 4, "expected a term before 'AND'; in quotes it is text"},
      // Parentheses.
      {"(a", 2, 2, "expected ')'"},
      {"(a (b) ", 7, 7, "expected ')'"},
      {"a)", 1, 2, "expected '(' before this ')'"},
      {")", 0, 1, kTerm},
      // Quotes.
      {"a \"b", 2, 4, "expected a closing '\"'"},
      {"\"", 0, 1, "expected a closing '\"'"},
      {"\"a\\\"", 0, 4, "expected a closing '\"'"},
      {"\"a\\n\"", 2, 3, "expected '\\\"' or '\\\\': in quotes a '\\' stands before those"},
      {"\"a\\", 2, 3, "expected '\\\"' or '\\\\': in quotes a '\\' stands before those"},
      {"say\"a\"", 3, 4, kSpace},
      {"\"a\"b", 3, 4, kSpace},
      {"\"a\"\"b\"", 3, 4, kSpace},
      {"source:a\"b\"", 8, 9, kSpace},
      {"source:\"a\"é", 10, 12, kSpace},
      // Columns.
      {"http://shop", 0, 4, kNoColumn},
      {"a Source:b", 2, 8, kNoColumn},
      {"\"a b\":c", 0, 5, kNoColumn},
      {"\"\":c", 0, 2, kNoColumn},
      {":c", 0, 1, kNoColumn},
      {"a=b", 0, 1, "expected the name of a column before '='; in quotes it is text"},
      {"é<=b", 0, 2, "expected the name of a column before '<='; in quotes it is text"},
      {"=>", 0, 1, "expected the name of a column before '='; in quotes it is text"},
      {"source>=a", 6, 8, kNotOrdered},
      {"message=a", 7, 8, kNotOrdered},
      {"id<a", 2, 3, kNotOrdered},
      {"done=true", 4, 5, kNotOrdered},
      // Values.
      {"source:", 7, 7, "expected a value after ':'"},
      {"source: a", 7, 7, "expected a value after ':'"},
      {"source:(a)", 7, 7, "expected a value after ':'"},
      {"source:,a", 7, 7, "expected a value after ':'"},
      {"source:a,", 9, 9, "expected a value after ','"},
      {"source:a,,b", 9, 9, "expected a value after ','"},
      {"source:a, b", 9, 9, "expected a value after ','"},
      {"done:yes", 5, 8, "expected true or false after ':'"},
      {"done:true,1", 10, 11, "expected true or false after ','"},
      {"done:true*", 5, 10, "expected true or false after ':'"},
      // Numbers.
      {"amount>=", 8, 8, "expected a number after '>='"},
      {"amount>=x", 8, 9, "expected a number after '>='"},
      {"amount:ten", 7, 10, "expected a number after ':'"},
      {"amount:1*", 7, 9, "expected a number after ':'"},
      {"amount:\"\"*", 7, 10, "expected a number after ':'"},
      {"amount>*", 7, 8, "expected a number after '>'"},
      {"amount:1,x", 9, 10, "expected a number after ','"},
      {"amount:1,", 9, 9, "expected a number after ','"},
      {"amount:.5", 7, 9, "expected a number after ':'"},
      {"amount:+5", 7, 9, "expected a number after ':'"},
      {"amount:05", 7, 9, "expected a number after ':'"},
      {"amount:1e", 7, 9, "expected a number after ':'"},
      {"amount:NaN", 7, 10, "expected a number after ':'"},
      {"amount:..", 7, 9, "expected a number after ':'"},
      {"amount:x..5", 7, 8, "expected a number after ':'"},
      {"amount:1..x", 10, 11, "expected a number after '..'"},
      {"amount:1...5", 10, 12, "expected a number after '..'"},
      {"amount:1..2..3", 10, 14, "expected a number after '..'"},
      {"amount:20..10", 7, 13, "expected a range that begins before it ends"},
      {"amount:\"1..2\"", 7, 13, "expected a number after ':'"},
      {"amount>=1..2", 8, 12, "expected a number after '>='"},
      {"amount>=1,2", 9, 10, kSpace},
      {"amount==1", 7, 9, "expected a number after '='"},
      {"amount:>1", 7, 9, "expected a number after ':'"},
  };
  for (const Expected& expected : table) {
    CAPTURE(expected.text);
    FilterError error;
    CHECK_FALSE(Parse(expected.text, &error));
    CHECK(error.begin == expected.begin);
    CHECK(error.end == expected.end);
    CHECK(error.expected == expected.expected);
  }
  CHECK(ErrorOf("timestamp:now") == "10-13 " + std::string(kTime) + "':'");
  CHECK(ErrorOf("time>2026-13") == "5-12 " + std::string(kTime) + "'>'");
  CHECK(ErrorOf("time:2026..x") == "11-12 " + std::string(kTime) + "'..'");
  CHECK(ErrorOf("time:2026..2025") == "5-15 expected a range that begins before it ends");
}

TEST_CASE("bytes that are not UTF-8 are refused where they begin") {
  CHECK(ErrorOf("a\xFF") == "1-2 expected UTF-8");
  CHECK(ErrorOf("\"\xC3\"") == "1-2 expected UTF-8");
  CHECK(ErrorOf("\xED\xA0\x80") == "0-1 expected UTF-8");
  CHECK(IsFilter(std::string_view("a\0b", 3)));
  CHECK(IsFilter("\U0010FFFF"));
}

TEST_CASE("a text may have 4 KiB and no more") {
  CHECK(IsFilter(std::string(kMaxFilterBytes, 'a')));
  CHECK(ErrorOf(std::string(kMaxFilterBytes + 1, ' ')) == "4096-4097 expected at most 4096 bytes");
  CHECK(ErrorOf(std::string(1 << 20, '(')) == "4096-1048576 expected at most 4096 bytes");
}

TEST_CASE("parentheses may be open 64 deep and no more") {
  CHECK(IsFilter(Repeat("(", 64) + "a" + Repeat(")", 64)));
  CHECK(IsFilter(Repeat("-(", 64) + "a" + Repeat(")", 64)));
  CHECK(IsFilter(Repeat("(a)", 200)));
  CHECK(ErrorOf(Repeat("(", 65) + "a" + Repeat(")", 65)) ==
        "64-65 expected at most 64 open parentheses");
  CHECK(ErrorOf(std::string(kMaxFilterBytes, '(')) == "64-65 expected at most 64 open parentheses");
}

TEST_CASE("a filter may have 256 terms and no more") {
  CHECK(IsFilter(Repeat("a ", 256)));
  CHECK(IsFilter("a" + Repeat(" OR a", 255)));
  CHECK(ErrorOf(Repeat("a ", 256) + "bc") == "512-514 expected at most 256 terms");
}

TEST_CASE("a term may have 256 values and no more") {
  CHECK(IsFilter("source:a" + Repeat(",a", 255)));
  CHECK(ErrorOf("source:a" + Repeat(",a", 256)) == "519-520 expected at most 256 values");
  CHECK(ErrorOf("amount:1" + Repeat(",1", 256)) == "519-520 expected at most 256 values");
}

}  // namespace
}  // namespace eventglass::test
