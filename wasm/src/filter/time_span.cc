#include "filter/time_span.h"

#include <algorithm>
#include <chrono>

#include "decode/limits.h"

namespace eventglass {

namespace {

constexpr int64_t kSecondMs = 1000;
constexpr int64_t kMinuteMs = 60 * kSecondMs;
constexpr int64_t kHourMs = 60 * kMinuteMs;
constexpr int64_t kDayMs = 24 * kHourMs;
constexpr size_t kYearDigits = 4;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `month` counts from 1, and 13 is the next January.
int64_t MonthBeginMs(int year, int month) {
  const std::chrono::year_month first = std::chrono::year(year) / 1;
  const std::chrono::sys_days day((first + std::chrono::months(month - 1)) / 1);
  return day.time_since_epoch().count() * kDayMs;
}

// REQUIRES: digits alone
std::optional<TimeSpan> ParseMs(std::string_view digits, bool is_negative) {
  int64_t ms = 0;
  for (const char digit : digits) {
    ms = ms * 10 + (digit - '0');
    if (ms > kMaxTimestampMs) return std::nullopt;
  }
  if (digits.empty()) return std::nullopt;
  if (is_negative) ms = -ms;
  return TimeSpan{ms, ms + 1};
}

class IsoReader {
 public:
  explicit IsoReader(std::string_view text) : text_(text) {}

  std::optional<TimeSpan> Read() {
    if (!ReadDate() || at_ != text_.size()) return std::nullopt;
    return span_;
  }

 private:
  bool Take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // A number of exactly so many digits, in [min, max].
  bool Number(size_t digits, int min, int max, int* number) {
    *number = 0;
    for (size_t i = 0; i < digits; ++i, ++at_) {
      if (at_ == text_.size() || !IsDigit(text_[at_])) return false;
      *number = *number * 10 + (text_[at_] - '0');
    }
    return *number >= min && *number <= max;
  }

  // Each of these reads on while there is more, and narrows the span.
  bool ReadDate() {
    int year = 0;
    if (!Number(kYearDigits, 0, 9999, &year)) return false;
    span_ = {MonthBeginMs(year, 1), MonthBeginMs(year, 13)};
    if (!Take('-')) return true;
    int month = 0;
    if (!Number(2, 1, 12, &month)) return false;
    span_ = {MonthBeginMs(year, month), MonthBeginMs(year, month + 1)};
    if (!Take('-')) return true;
    int day = 0;
    const int64_t month_end = span_.end;
    if (!Number(2, 1, 31, &day)) return false;
    Narrow((day - 1) * kDayMs, kDayMs);
    if (span_.end > month_end) return false;
    return !Take('T') || (ReadTime() && ReadZone());
  }

  bool ReadTime() {
    int number = 0;
    if (!Number(2, 0, 23, &number)) return false;
    Narrow(number * kHourMs, kHourMs);
    if (!Take(':')) return true;
    if (!Number(2, 0, 59, &number)) return false;
    Narrow(number * kMinuteMs, kMinuteMs);
    if (!Take(':')) return true;
    if (!Number(2, 0, 59, &number)) return false;
    Narrow(number * kSecondMs, kSecondMs);
    return !Take('.') || ReadFraction();
  }

  bool ReadFraction() {
    const size_t begin = at_;
    for (int64_t unit_ms = kSecondMs / 10; at_ < text_.size() && IsDigit(text_[at_]); ++at_) {
      if (unit_ms > 0) Narrow((text_[at_] - '0') * unit_ms, unit_ms);
      unit_ms /= 10;
    }
    return at_ > begin;
  }

  bool ReadZone() {
    if (Take('Z')) return true;
    const bool is_ahead = Take('+');
    if (!is_ahead && !Take('-')) return true;
    int hours = 0;
    int minutes = 0;
    if (!Number(2, 0, 23, &hours) || !Take(':') || !Number(2, 0, 59, &minutes)) return false;
    const int64_t offset_ms = (hours * kHourMs + minutes * kMinuteMs) * (is_ahead ? 1 : -1);
    span_ = {span_.begin - offset_ms, span_.end - offset_ms};
    return true;
  }

  void Narrow(int64_t after_begin_ms, int64_t length_ms) {
    span_.begin += after_begin_ms;
    span_.end = span_.begin + length_ms;
  }

  const std::string_view text_;
  size_t at_ = 0;
  TimeSpan span_;
};

}  // namespace

std::optional<TimeSpan> ParseTime(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const std::string_view digits = text.substr(is_negative ? 1 : 0);
  const bool is_whole_number = std::all_of(digits.begin(), digits.end(), IsDigit);
  if (is_whole_number && text.size() != kYearDigits) return ParseMs(digits, is_negative);
  return IsoReader(text).Read();
}

}  // namespace eventglass
