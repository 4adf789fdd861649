#include "decode/json_fault.h"

#include <string>

#include "decode/limits.h"
#include "decode/utf8.h"

namespace eventglass {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// A reader of JSON that does nothing but find the first wrong byte.
class Scanner {
 public:
  explicit Scanner(std::string_view json) : json_(json) {}

  DecodeError Document(DocumentPlace place) {
    if (place == DocumentPlace::kBegin && json_.starts_with(kByteOrderMark)) {
      at_ = kByteOrderMark.size();
    }
    SkipSpace();
    if (Rest(place)) {
      SkipSpace();
      if (!AtEnd()) Fail(DecodeCode::kTrailingContent);
    }
    return fault_;
  }

  bool AtEnd() const { return at_ == json_.size(); }

  bool Number() {
    Take('-');
    if (Take('0')) {
      if (IsDigit(Peek())) return Fail(DecodeCode::kInvalidNumber);
    } else if (!Digits()) {
      return false;
    }
    if (Take('.') && !Digits()) return false;
    if (!Take('e') && !Take('E')) return true;
    if (!Take('+')) Take('-');
    return Digits();
  }

 private:
  // The next byte, or NUL, with which nothing in JSON goes on, at the end.
  char Peek() const { return AtEnd() ? '\0' : json_[at_]; }

  bool Take(char c) {
    if (AtEnd() || json_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool Fail(DecodeCode code) {
    const bool is_utf8 = AtEnd() || Utf8SequenceLength(json_.substr(at_)) > 0;
    fault_ = {is_utf8 ? code : DecodeCode::kInvalidUtf8, at_};
    return false;
  }

  // What is left of the document's value.
  bool Rest(DocumentPlace place) {
    switch (place) {
      case DocumentPlace::kBegin:
      case DocumentPlace::kValue:
        return AtEnd() ? Fail(DecodeCode::kEmpty) : Value(0);
      case DocumentPlace::kFirstElement:
        return Take(']') || Elements(1);
      case DocumentPlace::kElement:
        return Elements(1);
      case DocumentPlace::kAfterElement:
        return Take(',') ? Elements(1) : Take(']') || Fail(DecodeCode::kSyntax);
      case DocumentPlace::kEnd:
        return true;
    }
    return true;
  }

  void SkipSpace() {
    while (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r') ++at_;
  }

  // `depth` is the number of arrays and objects around the value.
  bool Value(uint32_t depth) {
    switch (Peek()) {
      case '[':
        return Array(depth);
      case '{':
        return Object(depth);
      case '"':
        return String();
      case 't':
        return Literal("true");
      case 'f':
        return Literal("false");
      case 'n':
        return Literal("null");
      default:
        return Peek() == '-' || IsDigit(Peek()) ? Number() : Fail(DecodeCode::kSyntax);
    }
  }

  bool Array(uint32_t depth) {
    if (depth == kMaxJsonDepth) return Fail(DecodeCode::kTooDeep);
    Take('[');
    SkipSpace();
    return Take(']') || Elements(depth + 1);
  }

  // One element or more of an array, to its end. `depth` is the number of arrays and objects around
  // an element.
  bool Elements(uint32_t depth) {
    do {
      SkipSpace();
      if (!Value(depth)) return false;
      SkipSpace();
    } while (Take(','));
    return Take(']') || Fail(DecodeCode::kSyntax);
  }

  bool Object(uint32_t depth) {
    if (depth == kMaxJsonDepth) return Fail(DecodeCode::kTooDeep);
    Take('{');
    SkipSpace();
    if (Take('}')) return true;
    do {
      SkipSpace();
      if (Peek() != '"') return Fail(DecodeCode::kSyntax);
      if (!String()) return false;
      SkipSpace();
      if (!Take(':')) return Fail(DecodeCode::kSyntax);
      SkipSpace();
      if (!Value(depth + 1)) return false;
      SkipSpace();
    } while (Take(','));
    return Take('}') || Fail(DecodeCode::kSyntax);
  }

  bool String() {
    Take('"');
    while (!AtEnd()) {
      if (Take('"')) return true;
      if (Take('\\')) {
        if (!Escape()) return false;
        continue;
      }
      const size_t length = Utf8SequenceLength(json_.substr(at_));
      if (length == 0 || static_cast<unsigned char>(json_[at_]) < 0x20) break;
      at_ += length;
    }
    return Fail(DecodeCode::kUnclosedString);
  }

  // What follows a backslash.
  bool Escape() {
    if (AtEnd()) return Fail(DecodeCode::kUnclosedString);
    if (!Take('u')) {
      if (std::string_view("\"\\/bfnrt").find(Peek()) == std::string_view::npos) {
        return Fail(DecodeCode::kInvalidString);
      }
      ++at_;
      return true;
    }
    for (int digit = 0; digit < 4; ++digit) {
      if (AtEnd()) return Fail(DecodeCode::kUnclosedString);
      if (!IsHexDigit(Peek())) return Fail(DecodeCode::kInvalidString);
      ++at_;
    }
    return true;
  }

  bool Literal(std::string_view literal) {
    for (const char c : literal) {
      if (!Take(c)) return Fail(DecodeCode::kSyntax);
    }
    return true;
  }

  // One or more digits.
  bool Digits() {
    if (!IsDigit(Peek())) return Fail(DecodeCode::kInvalidNumber);
    while (IsDigit(Peek())) ++at_;
    return true;
  }

  const std::string_view json_;
  size_t at_ = 0;
  DecodeError fault_;
};

}  // namespace

bool IsJsonNumber(std::string_view token) {
  Scanner scanner(token);
  return scanner.Number() && scanner.AtEnd();
}

DecodeError FindFault(std::string_view json, DocumentPlace place) {
  return Scanner(json).Document(place);
}

bool IsCutShort(const DecodeError& fault, std::string_view json) {
  if (fault.ok() || fault.byte_offset == json.size()) return !fault.ok();
  if (fault.code != DecodeCode::kInvalidUtf8) return false;
  // With the least and the greatest of tails, one of the two completes what can be completed.
  const std::string rest(json.substr(fault.byte_offset, 4));
  return rest.size() < 4 && (Utf8SequenceLength(rest + "\x80\x80\x80") > rest.size() ||
                             Utf8SequenceLength(rest + "\xBF\xBF\xBF") > rest.size());
}

std::string_view DecodeMessage(DecodeCode code) {
  switch (code) {
    case DecodeCode::kOk:
      return "no error";
    case DecodeCode::kEmpty:
      return "there is no JSON value";
    case DecodeCode::kTooLarge:
      return "the message is over 16 MiB";
    case DecodeCode::kInvalidUtf8:
      return "the bytes are not UTF-8";
    case DecodeCode::kUnclosedString:
      return "a string has no end, or holds a control character";
    case DecodeCode::kInvalidString:
      return "a string holds an escape that JSON does not have";
    case DecodeCode::kInvalidNumber:
      return "a number is not written as JSON writes numbers";
    case DecodeCode::kSyntax:
      return "this is not JSON";
    case DecodeCode::kTooDeep:
      return "values are nested more than 256 deep";
    case DecodeCode::kTrailingContent:
      return "something follows the JSON value";
    case DecodeCode::kWrongShape:
      return "well-formed JSON, but not a page of events or a feed message";
    case DecodeCode::kOutOfMemory:
      return "there is no memory for the message";
  }
  return "unknown error";
}

}  // namespace eventglass
