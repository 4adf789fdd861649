// A filter as a tree that is written as text in many ways, and evaluated row by row without any of
// what the matcher does to be fast.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decode/limits.h"
#include "unit/filter/naive_text.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {

struct NaiveRow {
  std::string id;
  int64_t timestamp = 0;
  uint64_t version = 1;
  std::map<uint32_t, std::string> strings;  // by column
  std::optional<double> amount;
  std::optional<bool> done;
};

class NaiveFilter {
 public:
  // Few different characters, of every length and with a meaning in the language.
  static std::string RandomText(Random* random, uint32_t max_length) {
    static const std::vector<std::string> kCharacters = {
        "a", "A", "b", "k", "K", "\u212A", "s", "\u017F", "ß", "ẞ",  "é", "É", "\U00010400",
        "a", "b", " ", "(", "*", ",",      ":", ".",      "-", "\"", "=", "\\"};
    std::string text;
    for (uint32_t left = random->Below(max_length + 1); left > 0; --left) {
      text += kCharacters[random->Below(kCharacters.size())];
    }
    return text;
  }
  static double RandomAmount(Random* random) { return kNumbers[random->Below(kNumberCount)].value; }
  static int64_t RandomTimestamp(Random* random) {
    const Time& time = kTimes[random->Below(kTimeCount)];
    const int64_t places[] = {time.begin - 1, time.begin, time.end - 1, time.end};
    return places[random->Below(4)];
  }

  // With at most `depth` groups in each other.
  static NaiveFilter Make(Random* random, uint32_t depth) {
    NaiveFilter filter;
    if (depth > 0 && !random->OneIn(3)) {
      filter.kind_ = static_cast<Kind>(random->Below(3));
      for (uint32_t left = filter.kind_ == kNot ? 1 : 1 + random->Below(4); left > 0; --left) {
        filter.members_.push_back(Make(random, depth - 1));
      }
      return filter;
    }
    filter.kind_ = kTerm;
    constexpr uint32_t kColumns = kNoteColumn + 1;
    filter.column_ = random->Below(kColumns + 4);
    if (filter.column_ == kColumns) filter.column_ = kSeq;
    if (filter.column_ > kSeq) filter.column_ = kWords;
    const uint32_t count = filter.column_ == kWords || !random->OneIn(3) ? 1 : 1 + random->Below(4);
    for (uint32_t left = count; left > 0; --left) {
      filter.values_.push_back(MakeValue(random, filter.column_));
    }
    // One comparison in place of the values.
    if (filter.IsOrdered() && random->OneIn(2)) filter.comparison_ = 1 + random->Below(5);
    return filter;
  }

  std::string Text(Random* random) const { return Text(random, kOr); }

  bool Matches(const NaiveRow& row) const {
    if (kind_ == kNot) return !members_[0].Matches(row);
    if (kind_ == kTerm) return Accepts(row);
    bool all = true;
    bool any = false;
    for (const NaiveFilter& member : members_) {
      const bool matches = member.Matches(row);
      all = all && matches;
      any = any || matches;
    }
    return kind_ == kAnd ? all : any;
  }

 private:
  enum Kind : uint32_t { kOr, kAnd, kNot, kTerm };  // those that bind tighter come later
  static constexpr uint32_t kSeq = kNoteColumn + 1;
  static constexpr uint32_t kWords = UINT32_MAX;

  bool IsOrdered() const {
    return column_ == kAmountColumn || column_ == kTimeColumn || column_ == kSeq;
  }

  struct Number {
    const char* text;
    double value;
  };
  static constexpr Number kNumbers[] = {{"-1e3", -1000}, {"-2.5", -2.5},  {"-0", 0},
                                        {"0.25", 0.25},  {"1", 1},        {"10.0", 10},
                                        {"1E2", 100},    {"1e300", 1e300}};
  static constexpr uint32_t kNumberCount = std::size(kNumbers);

  // In the order of their begins, and of their ends.
  struct Time {
    const char* text;
    int64_t begin;
    int64_t end;
  };
  static constexpr Time kTimes[] = {
      {"-5", -5, -4},
      {"1970-01-01T00:00:00.00", 0, 10},
      {"12345678", 12345678, 12345679},
      {"2025", 1735689600000, 1767225600000},
      {"2026-11", 1793491200000, 1796083200000},
      {"2026-12-01T02:30+02:30", 1796083200000, 1796083260000},
      {"2026-12-01T00:01:07", 1796083267000, 1796083268000},
      {"2026-12-01T00:01:08.5Z", 1796083268500, 1796083268600},
      {"8640000000000000", kMaxTimestampMs, kMaxTimestampMs + 1},
  };
  static constexpr uint32_t kTimeCount = std::size(kTimes);

  struct Value {
    std::string text;
    bool is_quoted = false;
    bool has_star = false;
    bool boolean = false;
    // Of kNumbers or kTimes: both ends of a range, where each may be open.
    uint32_t from = 0;
    uint32_t to = 0;
    bool is_range = false;
    bool is_from_open = false;
    bool is_to_open = false;
  };

  static Value MakeValue(Random* random, uint32_t column) {
    Value value;
    value.has_star = column != kWords && random->OneIn(5);
    value.is_quoted = random->OneIn(3);
    value.text = RandomText(random, random->OneIn(3) ? 20 : 3);
    if (!value.is_quoted && !CanStandBare(value.text, column)) value.is_quoted = true;
    value.boolean = random->OneIn(2);
    const uint32_t count = column == kTimeColumn ? kTimeCount : kNumberCount;
    value.from = random->Below(count);
    value.is_range = random->OneIn(2);
    value.to = value.is_range ? value.from + random->Below(count - value.from) : value.from;
    if (value.is_range) value.is_from_open = random->OneIn(3);
    if (value.is_range && !value.is_from_open) value.is_to_open = random->OneIn(3);
    return value;
  }

  static bool CanStandBare(std::string_view text, uint32_t column) {
    if (text.empty() || text.find_first_of(" (),\"") != std::string_view::npos) return false;
    if (column != kWords) return !text.ends_with('*');
    return text.find_first_of(":=") == std::string_view::npos && text.front() != '-';
  }

  static std::string Quote(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    return quoted + "\"";
  }

  std::string ValueText(Random* random, const Value& value) const {
    const auto pick = [&](uint32_t i) {
      return std::string(column_ == kTimeColumn ? kTimes[i].text : kNumbers[i].text);
    };
    if (IsOrdered()) {
      if (comparison_ != 0) return pick(value.from);
      if (value.has_star) return "*";
      if (value.is_range) {
        return (value.is_from_open ? "" : pick(value.from)) + ".." +
               (value.is_to_open ? "" : pick(value.to));
      }
      return random->OneIn(4) ? Quote(pick(value.from)) : pick(value.from);
    }
    if (column_ == kDoneColumn) return value.has_star ? "*" : value.boolean ? "true" : "false";
    return (value.is_quoted ? Quote(value.text) : value.text) + (value.has_star ? "*" : "");
  }

  // In parentheses where the text around binds tighter than this, and sometimes where not.
  std::string Text(Random* random, Kind around) const {
    std::string text;
    const auto space = [&] {
      return std::string(1 + random->Below(2), random->OneIn(9) ? '\n' : ' ');
    };
    switch (kind_) {
      case kOr:
      case kAnd:
        for (const NaiveFilter& member : members_) {
          if (&member != &members_.front()) {
            text += space();
            if (kind_ == kOr) text += "OR" + space();
            if (kind_ == kAnd && random->OneIn(2)) text += "AND" + space();
          }
          text += member.Text(random, kind_ == kOr ? kAnd : kNot);
        }
        break;
      case kNot:
        text = members_[0].Text(random, kNot);
        text = (random->OneIn(2) && text.front() != '-' ? "-" : "NOT" + space()) + text;
        break;
      case kTerm:
        text = TermText(random);
        break;
    }
    return kind_ < around || random->OneIn(10) ? "(" + text + ")" : text;
  }

  std::string TermText(Random* random) const {
    if (column_ == kWords) return ValueText(random, values_[0]);
    static const Schema schema = TestSchema();
    static const char* const kComparisons[] = {":", ">", ">=", "<", "<=", "="};
    std::string text = column_ == kSeq ? "seq" : schema[column_].name;
    if (column_ == kTimeColumn && random->OneIn(2)) text = "time";
    if (random->OneIn(9)) text = Quote(text);
    text += kComparisons[comparison_];
    if (comparison_ != 0) return text + ValueText(random, values_[0]);
    for (const Value& value : values_) {
      if (&value != &values_.front()) text += ',';
      text += ValueText(random, value);
    }
    return text;
  }

  bool Accepts(const NaiveRow& row) const {
    if (comparison_ != 0) return Compares(row);
    for (const Value& value : values_) {
      if (AcceptsValue(row, value)) return true;
    }
    return false;
  }

  bool Compares(const NaiveRow& row) const {
    const uint32_t i = values_[0].from;
    double actual = 0;
    double begin = 0;
    double last = 0;
    if (column_ == kTimeColumn) {
      actual = static_cast<double>(row.timestamp);
      begin = static_cast<double>(kTimes[i].begin);
      last = static_cast<double>(kTimes[i].end - 1);
    } else {
      const std::optional<double> number = NumberOf(row);
      if (!number) return false;
      actual = *number;
      begin = last = kNumbers[i].value;
    }
    const bool verdicts[] = {false,          actual > last,  actual >= begin,
                             actual < begin, actual <= last, actual >= begin && actual <= last};
    return verdicts[comparison_];
  }

  std::optional<double> NumberOf(const NaiveRow& row) const {
    return column_ == kSeq ? static_cast<double>(row.version) : row.amount;
  }

  bool AcceptsValue(const NaiveRow& row, const Value& value) const {
    switch (column_) {
      case kTimeColumn:
        return value.has_star ||
               ((value.is_from_open || row.timestamp >= kTimes[value.from].begin) &&
                (value.is_to_open || row.timestamp < kTimes[value.to].end));
      case kAmountColumn:
      case kSeq: {
        const std::optional<double> number = NumberOf(row);
        return number &&
               (value.has_star || ((value.is_from_open || *number >= kNumbers[value.from].value) &&
                                   (value.is_to_open || *number <= kNumbers[value.to].value)));
      }
      case kDoneColumn:
        return row.done && (value.has_star || *row.done == value.boolean);
      case kIdColumn:
        return AcceptsString(row.id, value);
      case kWords:
        return AcceptsCell(row, kMessageColumn, value) || AcceptsCell(row, kNoteColumn, value) ||
               AcceptsCell(row, kSourceColumn, value);
      default:
        return AcceptsCell(row, column_, value);
    }
  }

  bool AcceptsCell(const NaiveRow& row, uint32_t column, const Value& value) const {
    const auto cell = row.strings.find(column);
    return cell != row.strings.end() && AcceptsString(cell->second, value);
  }

  bool AcceptsString(std::string_view text, const Value& value) const {
    const bool is_whole = column_ == kSourceColumn || column_ == kIdColumn;
    const auto accepts = [&](const auto& in, const auto& wanted) {
      if (value.has_star) return in.starts_with(wanted);
      return is_whole ? in == wanted : in.find(wanted) != in.npos;
    };
    if (value.is_quoted) return accepts(std::string(text), value.text);
    return accepts(NaiveFold(text), NaiveFold(value.text));
  }

  Kind kind_ = kTerm;
  std::vector<NaiveFilter> members_;
  uint32_t column_ = kWords;
  uint32_t comparison_ = 0;  // 0: values; else an operator
  std::vector<Value> values_;
};

}  // namespace eventglass::test
