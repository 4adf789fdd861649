#include "decode/page_pieces.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

#include "decode/json_fault.h"
#include "decode/limits.h"

namespace eventglass {

namespace {

// What reading ahead needs, and the line feed that Finish adds.
constexpr size_t kSpareBytes = JsonReader::kPaddingBytes + 1;

// So little is read again whatever came: it may be a byte order mark, which is no value.
constexpr size_t kShortBytes = 64;

}  // namespace

bool ValueEnd::IsIn(std::string_view json, bool is_line) {
  for (; at_ < json.size(); ++at_) {
    const char c = json[at_];
    if (is_line && c == '\n') return true;
    if (is_string_) {
      if (c == '"' && !is_escaped_) is_string_ = false;
      if (c == '"' && !is_string_ && depth_ == 0) return true;
      is_escaped_ = c == '\\' && !is_escaped_;
      continue;
    }
    switch (c) {
      case '"':
        is_string_ = true;
        break;
      case '{':
      case '[':
        ++depth_;
        break;
      case '}':
      case ']':
        if (depth_ <= 1) return true;
        --depth_;
        break;
      case ',':
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        if (depth_ == 0) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

PagePieces::PagePieces(const Schema& schema, PageFormat format) : format_(format), page_(schema) {
  page_.Begin(format);
}

char* PagePieces::Room(size_t size) {
  if (size > kMaxMessageBytes) return nullptr;
  const std::string_view rest = Rest();
  const size_t needed = rest.size() + size + kSpareBytes;
  const bool is_oversized = capacity_ > kKeptParserBytes && needed <= kKeptParserBytes / 2;
  if (capacity_ < needed || is_oversized) {
    // As much again as is carried over, so that an event in many chunks is not copied for each.
    const size_t capacity = needed + rest.size();
    std::unique_ptr<char[]> buffer(new (std::nothrow) char[capacity]);
    if (!buffer) return nullptr;
    if (!rest.empty()) std::memcpy(buffer.get(), rest.data(), rest.size());
    buffer_ = std::move(buffer);
    capacity_ = capacity;
  } else if (begin_ > 0) {
    std::memmove(buffer_.get(), rest.data(), rest.size());
  }
  end_ = rest.size();
  begin_ = 0;
  return buffer_.get() + end_;
}

DecodeError PagePieces::Decode(size_t size, MutationList* list) {
  assert(end_ + size + kSpareBytes <= capacity_);
  list->Clear();
  if (!error_.ok()) return error_;
  const bool is_new = Rest().empty();
  end_ += size;
  if (is_new || MayGetFurther()) error_ = Read(false, list);
  if (error_.ok() && Rest().size() > kMaxMessageBytes) error_ = Fault(false);
  return error_;
}

DecodeError PagePieces::Finish(MutationList* list) {
  list->Clear();
  if (!error_.ok()) return error_;
  if (capacity_ == 0 && Room(0) == nullptr) {
    error_ = {DecodeCode::kOutOfMemory, 0};
    return error_;
  }
  // The last line ends like the others then.
  if (format_ == PageFormat::kNdjson) buffer_[end_++] = '\n';
  error_ = Read(true, list);
  return error_;
}

bool PagePieces::MayGetFurther() {
  const std::string_view rest = Rest();
  if (rest.size() < kShortBytes) return true;
  if (retry_size_ > 0) return rest.size() >= retry_size_;
  return value_end_.IsIn(rest, format_ == PageFormat::kNdjson);
}

DecodeError PagePieces::Read(bool is_last, MutationList* list) {
  std::memset(buffer_.get() + end_, 0, JsonReader::kPaddingBytes);
  const ReadStatus status = page_.Read(Rest(), list);
  begin_ += page_.taken();
  body_at_ += page_.taken();
  value_end_ = ValueEnd();
  retry_size_ = 0;
  if (status == ReadStatus::kOutOfMemory) return {DecodeCode::kOutOfMemory, 0};
  if (status == ReadStatus::kCut && !is_last) return {};
  if (status == ReadStatus::kCut && Rest().empty() && page_.MayEnd()) return {};
  const DecodeError fault = Fault(is_last);
  if (fault.ok()) retry_size_ = 2 * Rest().size();
  return fault;
}

// What is wrong with the rest; nothing yet where more bytes may mend it.
DecodeError PagePieces::Fault(bool is_last) const {
  const std::string_view rest = Rest();
  DecodeError fault = page_.Fault(rest);
  if (rest.size() > kMaxMessageBytes && (fault.ok() || fault.byte_offset > kMaxMessageBytes)) {
    return {DecodeCode::kTooLarge, body_at_ + kMaxMessageBytes};
  }
  if (!is_last && (fault.ok() || IsCutShort(fault, rest))) return {};
  if (fault.ok()) return {DecodeCode::kWrongShape, 0};
  fault.byte_offset += body_at_;
  return fault;
}

}  // namespace eventglass
