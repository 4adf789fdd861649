#include "decode/page_reader.h"

namespace eventglass {

void PageReader::Begin(PageFormat format) {
  format_ = format;
  place_ = DocumentPlace::kBegin;
  position_ = 0;
  taken_ = 0;
}

ReadStatus PageReader::Read(std::string_view json, MutationList* list) {
  taken_ = 0;
  json_.Open(json, format_ == PageFormat::kNdjson);
  const char* at = json.data();
  if (place_ == DocumentPlace::kBegin) {
    if (json.starts_with(kByteOrderMark)) {
      at += kByteOrderMark.size();
    } else if (kByteOrderMark.starts_with(json)) {
      return ReadStatus::kCut;
    }
    place_ = DocumentPlace::kValue;
  }
  for (const char* next = at; next != nullptr; next = ReadItem(at, list)) {
    at = json_.Token(next);
    if (at == nullptr) {
      taken_ = json.size();
      break;
    }
    taken_ = static_cast<size_t>(at - json.data());
  }
  return json_.status();
}

const char* PageReader::ReadItem(const char* at, MutationList* list) {
  if (format_ == PageFormat::kNdjson) {
    if (*at == '\n') {
      place_ = DocumentPlace::kValue;
      return at + 1;
    }
    if (place_ != DocumentPlace::kValue) return json_.Fail(ReadStatus::kFault);
    return ReadEvent(at, list);
  }
  switch (place_) {
    case DocumentPlace::kBegin:
    case DocumentPlace::kValue:
      if (*at != '[') break;
      place_ = DocumentPlace::kFirstElement;
      return at + 1;
    case DocumentPlace::kFirstElement:
      if (*at != ']') return ReadEvent(at, list);
      place_ = DocumentPlace::kEnd;
      return at + 1;
    case DocumentPlace::kElement:
      return ReadEvent(at, list);
    case DocumentPlace::kAfterElement:
      if (*at != ',' && *at != ']') break;
      place_ = *at == ',' ? DocumentPlace::kElement : DocumentPlace::kEnd;
      return at + 1;
    case DocumentPlace::kEnd:
      break;
  }
  return json_.Fail(ReadStatus::kFault);
}

const char* PageReader::ReadEvent(const char* at, MutationList* list) {
  const bool is_line = format_ == PageFormat::kNdjson;
  const uint32_t depth = is_line ? 0 : 1;
  at = events_.ReadElement(at, depth, position_, list, [&](const char* object, Draft* draft) {
    return events_.ReadEvent(object, depth + 1, list, draft);
  });
  if (at == nullptr) return nullptr;
  ++position_;
  place_ = is_line ? DocumentPlace::kEnd : DocumentPlace::kAfterElement;
  return at;
}

bool PageReader::MayEnd() const {
  return format_ == PageFormat::kNdjson || place_ == DocumentPlace::kEnd;
}

DecodeError PageReader::Fault(std::string_view rest) const {
  if (format_ == PageFormat::kNdjson) return FindFault(rest.substr(0, rest.find('\n')), place_);
  return FindFault(rest, place_);
}

}  // namespace eventglass
