#include "filter/filter_parser.h"

#include <simdjson.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "decode/json_fault.h"
#include "decode/utf8.h"
#include "filter/filter_limits.h"

namespace eventglass {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kNotInName = " \t\r\n()\":<>=";
constexpr std::string_view kNotInBare = " \t\r\n()\",";
constexpr std::string_view kDots = "..";
// Of the timestamp column, in a schema that has no column of this name.
constexpr std::string_view kTimeAlias = "time";
// Of the row's version, in a schema that has no column of this name.
constexpr std::string_view kVersionName = "seq";

// Narrows a range to what compares so with the number or time in `text`. False if it is none.
bool Narrow(std::string_view comparison, std::string_view text, NumberRange* range) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!IsJsonNumber(text)) return false;
  const double limit = simdjson::internal::from_chars(text.data(), text.data() + text.size());
  if (comparison == ">") {
    range->min = std::nextafter(limit, kInfinity);
  } else if (comparison == "<") {
    range->max = std::nextafter(limit, -kInfinity);
  } else {
    if (comparison != "<=") range->min = limit;
    if (comparison != ">=") range->max = limit;
  }
  return true;
}

bool Narrow(std::string_view comparison, std::string_view text, TimeSpan* span) {
  const std::optional<TimeSpan> unit = ParseTime(text);
  if (!unit) return false;
  if (comparison == ">") {
    span->begin = unit->end;
  } else if (comparison == "<") {
    span->end = unit->begin;
  } else {
    if (comparison != "<=") span->begin = unit->begin;
    if (comparison != ">=") span->end = unit->end;
  }
  return true;
}

bool IsEmpty(const NumberRange& range) { return range.min > range.max; }
bool IsEmpty(const TimeSpan& span) { return span.begin >= span.end; }

std::string_view NounOf(ColumnType type) {
  switch (type) {
    case ColumnType::kNumber:
      return "a number";
    case ColumnType::kTimestamp:
      return "a time such as 2026-11-24, 2026-11-24T10:30Z or milliseconds since 1970";
    case ColumnType::kBoolean:
      return "true or false";
    default:
      return "a value";
  }
}

// Relative: what it takes to read the row's value, and to test it.
uint32_t CostOf(const FilterTerm& term) {
  if (term.column == FilterTerm::kEveryTextColumn) return 32;
  switch (term.type) {
    case ColumnType::kDictionary:
      return 1;  // decided by value, not by row
    case ColumnType::kId:
      return 8;
    case ColumnType::kText:
      return 16;
    default:
      return 2;
  }
}

std::string InQuotes(std::string_view text) { return "'" + std::string(text) + "'"; }

// Reads one text once. Most functions read one rule of the grammar at at_, or set the error and
// return false. Negation goes down to the terms (De Morgan).
class Parser {
 public:
  Parser(std::string_view text, const Schema& schema, FilterTerms* terms, FilterError* error)
      : text_(text), schema_(schema), terms_(*terms), error_(*error) {}

  bool Whole(FilterNode* root) {
    if (!CheckBytes()) return false;
    SkipSpace();
    if (AtEnd()) return true;
    if (!Any(false, root)) return false;
    return AtEnd() || Fail(at_, at_ + 1, "expected '(' before this ')'");
  }

 private:
  using Kind = FilterNode::Kind;

  struct Value {
    size_t begin = 0;
    size_t end = 0;    // quotes and star included
    std::string text;  // without them
    bool is_quoted = false;
    bool has_star = false;

    bool is_star() const { return has_star && !is_quoted && text.empty(); }
  };

  bool CheckBytes() {
    if (text_.size() > kMaxFilterBytes) {
      return Fail(kMaxFilterBytes, text_.size(), AtMost(kMaxFilterBytes, "bytes"));
    }
    for (size_t at = 0; at < text_.size();) {
      const size_t length = Utf8SequenceLength(text_.substr(at));
      if (length == 0) return Fail(at, at + 1, "expected UTF-8");
      at += length;
    }
    return true;
  }

  bool Any(bool is_negated, FilterNode* node) {
    std::vector<FilterNode> members;
    do {
      if (!All(is_negated, &members.emplace_back())) return false;
    } while (TakeKeyword("OR"));
    *node = FilterNode::Group(is_negated ? Kind::kAll : Kind::kAny, std::move(members));
    return true;
  }

  bool All(bool is_negated, FilterNode* node) {
    std::vector<FilterNode> members;
    do {
      if (!Negatable(is_negated, &members.emplace_back())) return false;
      SkipSpace();
    } while (TakeKeyword("AND") || !(AtEnd() || At(")") || AtKeyword("OR")));
    *node = FilterNode::Group(is_negated ? Kind::kAny : Kind::kAll, std::move(members));
    return true;
  }

  bool Negatable(bool is_negated, FilterNode* node) {
    for (;; is_negated = !is_negated) {
      SkipSpace();
      if (Take('-')) {
        if (AtEnd() || At(kSpace) || At("-)")) {
          return Fail(at_ - 1, at_, "expected a term right after '-'; in quotes it is text");
        }
      } else if (!TakeKeyword("NOT")) {
        break;
      }
    }
    return At("(") ? Parentheses(is_negated, node) : Term(is_negated, node);
  }

  bool Parentheses(bool is_negated, FilterNode* node) {
    if (depth_ == kMaxFilterDepth) {
      return Fail(at_, at_ + 1, AtMost(kMaxFilterDepth, "open parentheses"));
    }
    Take('(');
    ++depth_;
    if (!Any(is_negated, node)) return false;
    --depth_;
    return Take(')') || Fail(at_, at_, "expected ')'");
  }

  bool Term(bool is_negated, FilterNode* node) {
    const size_t begin = at_;
    const auto term = std::make_shared<FilterTerm>();
    term->is_negated = is_negated;
    if (!Condition(term.get())) return false;
    if (!AtEnd() && !At(kSpace) && !At("()")) {
      return Fail(at_, at_ + Utf8SequenceLength(text_.substr(at_)),
                  "expected a space after the term; in quotes all of it is text");
    }
    if (++term_count_ > kMaxFilterTerms) return Fail(begin, at_, AtMost(kMaxFilterTerms, "terms"));
    std::vector<FilterNode> members;
    members.push_back(Add(term));
    // A word is looked for in dictionary columns as well, where each value is looked at once.
    const bool is_word = term->column == FilterTerm::kEveryTextColumn;
    for (uint32_t column = 0; is_word && column < schema_.size(); ++column) {
      if (schema_[column].type != ColumnType::kDictionary) continue;
      const auto own = std::make_shared<FilterTerm>(*term);
      own->column = column;
      own->type = ColumnType::kDictionary;
      members.push_back(Add(own));
    }
    *node = FilterNode::Group(is_negated ? Kind::kAll : Kind::kAny, std::move(members));
    return true;
  }

  FilterNode Add(const std::shared_ptr<FilterTerm>& term) {
    FilterNode node;
    node.kind = Kind::kTerm;
    node.term = static_cast<uint32_t>(terms_.size());
    node.cost = CostOf(*term);
    terms_.push_back(term);
    return node;
  }

  bool Condition(FilterTerm* term) {
    Value name;
    if (!ReadText(kNotInName, &name)) return false;
    const std::string_view separator = Separator();
    if (separator.empty()) {
      if (!name.is_quoted && (name.text == "AND" || name.text == "OR")) {
        return Fail(name.begin, name.end,
                    "expected a term before " + InQuotes(name.text) + "; in quotes it is text");
      }
      if (name.begin == name.end) {
        return Fail(at_, At(")") ? at_ + 1 : at_,
                    "expected a term: a word, \"text\" or column:value");
      }
      AddString(name, StringTest::Kind::kContains, term);
      return true;
    }
    at_ += separator.size();
    term->column = FindColumn(name.text);
    if (term->column == Schema::kNotFound) {
      return Fail(
          name.begin, name.begin == name.end ? at_ : name.end,
          "expected the name of a column before " + InQuotes(separator) + "; in quotes it is text");
    }
    term->type =
        term->column == FilterTerm::kVersion ? ColumnType::kNumber : schema_[term->column].type;
    return separator == ":" ? Values(term) : Comparison(separator, term);
  }

  bool Values(FilterTerm* term) {
    std::string_view after = ":";
    for (uint32_t count = 1;; ++count) {
      Value value;
      if (!ReadValue(after, term->type, &value)) return false;
      if (count > kMaxFilterTermValues) {
        return Fail(value.begin, value.end, AtMost(kMaxFilterTermValues, "values"));
      }
      if (!AddValue(after, value, term)) return false;
      if (!Take(',')) return true;
      after = ",";
    }
  }

  bool Comparison(std::string_view comparison, FilterTerm* term) {
    if (term->type != ColumnType::kNumber && term->type != ColumnType::kTimestamp) {
      return Fail(at_ - comparison.size(), at_,
                  "expected ':' after a column that is neither numbers nor times");
    }
    Value value;
    if (!ReadValue(comparison, term->type, &value)) return false;
    const bool is_limit =
        !value.has_star && (term->type == ColumnType::kNumber
                                ? Narrow(comparison, value.text, &term->numbers.emplace_back())
                                : Narrow(comparison, value.text, &term->times.emplace_back()));
    return is_limit || FailForValue(value.begin, value.end, comparison, term->type);
  }

  bool AddValue(std::string_view after, const Value& value, FilterTerm* term) {
    switch (term->type) {
      case ColumnType::kNumber:
        return AddRange(after, value, term->type, &term->numbers.emplace_back());
      case ColumnType::kTimestamp:
        return AddRange(after, value, term->type, &term->times.emplace_back());
      case ColumnType::kBoolean: {
        const bool is_any = value.is_star();
        const bool is_true = !value.has_star && value.text == "true";
        const bool is_false = !value.has_star && value.text == "false";
        if (is_any || is_false) term->booleans |= 1;
        if (is_any || is_true) term->booleans |= 2;
        return is_any || is_true || is_false ||
               FailForValue(value.begin, value.end, after, term->type);
      }
      case ColumnType::kText:
        AddString(value, StringTest::Kind::kContains, term);
        return true;
      default:
        AddString(value, StringTest::Kind::kEquals, term);
        return true;
    }
  }

  static void AddString(const Value& value, StringTest::Kind kind, FilterTerm* term) {
    const CaseRule rule = value.is_quoted ? CaseRule::kExact : CaseRule::kIgnored;
    // A star alone begins with nothing, as every string does.
    term->strings.push_back(
        {value.has_star ? StringTest::Kind::kBegins : kind, Needle(value.text, rule)});
  }

  // `range` begins as the range of everything.
  template <typename Range>
  bool AddRange(std::string_view after, const Value& value, ColumnType type, Range* range) {
    if (value.is_star()) return true;
    const std::string_view text = value.text;
    const size_t dots = value.is_quoted ? std::string_view::npos : text.find(kDots);
    if (value.has_star || text == kDots ||
        (dots == std::string_view::npos && !Narrow("=", text, range))) {
      return FailForValue(value.begin, value.end, after, type);
    }
    if (dots == std::string_view::npos) return true;
    const std::string_view from = text.substr(0, dots);
    const std::string_view to = text.substr(dots + kDots.size());
    if (!from.empty() && !Narrow(">=", from, range)) {
      return FailForValue(value.begin, value.begin + from.size(), after, type);
    }
    if (!to.empty() && !Narrow("<=", to, range)) {
      return FailForValue(value.end - to.size(), value.end, kDots, type);
    }
    return !IsEmpty(*range) ||
           Fail(value.begin, value.end, "expected a range that begins before it ends");
  }

  bool ReadValue(std::string_view after, ColumnType type, Value* value) {
    if (!ReadText(kNotInBare, value)) return false;
    if (value->is_quoted) {
      value->has_star = Take('*');
    } else if (value->text.ends_with('*')) {
      value->has_star = true;
      value->text.pop_back();
    }
    value->end = at_;
    return value->begin < value->end || FailForValue(at_, at_, after, type);
  }

  // Text in quotes, or else all up to one of the bytes in `end`, which may be nothing.
  bool ReadText(std::string_view end, Value* value) {
    value->begin = at_;
    value->is_quoted = At("\"");
    if (value->is_quoted && !ReadQuoted(&value->text)) return false;
    if (!value->is_quoted) {
      value->text = Run(end);
      at_ += value->text.size();
    }
    value->end = at_;
    return true;
  }

  bool ReadQuoted(std::string* text) {
    const size_t begin = at_;
    Take('"');
    while (!Take('"')) {
      if (Take('\\') && !At("\"\\")) {
        return Fail(at_ - 1, at_,
                    "expected '\\\"' or '\\\\': in quotes a '\\' stands before those");
      }
      if (AtEnd()) return Fail(begin, at_, "expected a closing '\"'");
      *text += text_[at_++];
    }
    return true;
  }

  // What stands between a name and a value, or nothing.
  std::string_view Separator() const {
    if (At(":=")) return text_.substr(at_, 1);
    if (!At("<>")) return {};
    return text_.substr(at_, text_.substr(at_ + 1).starts_with('=') ? 2 : 1);
  }

  // All up to one of the bytes in `end`.
  std::string_view Run(std::string_view end) const {
    return text_.substr(at_, text_.find_first_of(end, at_) - at_);
  }

  bool AtKeyword(std::string_view keyword) const {
    if (Run(kNotInName) != keyword) return false;
    const size_t after = at_ + keyword.size();
    return after == text_.size() || std::string_view(":<>=").find(text_[after]) == npos;
  }

  bool TakeKeyword(std::string_view keyword) {
    if (!AtKeyword(keyword)) return false;
    at_ += keyword.size();
    return true;
  }

  // At one of these bytes.
  bool At(std::string_view bytes) const { return !AtEnd() && bytes.find(text_[at_]) != npos; }
  bool AtEnd() const { return at_ == text_.size(); }

  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void SkipSpace() {
    while (At(kSpace)) ++at_;
  }

  uint32_t FindColumn(std::string_view name) const {
    const uint32_t column = schema_.Find(name, 0);
    if (column != Schema::kNotFound) return column;
    if (name == kTimeAlias) return schema_.timestamp_column();
    return name == kVersionName ? FilterTerm::kVersion : column;
  }

  static std::string AtMost(size_t count, const char* noun) {
    return "expected at most " + std::to_string(count) + " " + noun;
  }

  bool FailForValue(size_t begin, size_t end, std::string_view after, ColumnType type) {
    return Fail(begin, end, "expected " + std::string(NounOf(type)) + " after " + InQuotes(after));
  }

  bool Fail(size_t begin, size_t end, std::string expected) {
    error_ = {begin, end, std::move(expected)};
    return false;
  }

  static constexpr size_t npos = std::string_view::npos;

  const std::string_view text_;
  const Schema& schema_;
  FilterTerms& terms_;
  FilterError& error_;
  size_t at_ = 0;
  uint32_t depth_ = 0;
  uint32_t term_count_ = 0;  // as they are written
};

}  // namespace

bool ParseFilter(std::string_view text, const Schema& schema, FilterTerms* terms, FilterNode* root,
                 FilterError* error) {
  return Parser(text, schema, terms, error).Whole(root);
}

}  // namespace eventglass
