// Reads pages: the events of a body, as far as it has come.
//
//   JSON    page = white "[" (event ("," event)*)? "]" white, after a byte order mark or none
//   NDJSON  page = (event? "\n")* event?, after a byte order mark or none
//           A line holds one JSON value or white space, which "\r" is part of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "decode/event_reader.h"
#include "decode/json_fault.h"
#include "decode/json_reader.h"
#include "decode/mutation.h"
#include "decode/schema.h"

namespace eventglass {

enum class PageFormat : uint8_t { kJson, kNdjson };

// Where one page has been read to. Texts of a list live until the next Read.
class PageReader {
 public:
  explicit PageReader(const Schema& schema) : events_(schema, &json_) {}  // `schema` outlives this

  void Begin(PageFormat format);

  // Adds to the list the events that are whole in `json`, which goes on after the bytes taken of
  // the input before. kCut where there is nothing wrong with it as far as it goes. REQUIRES:
  // JsonReader::kPaddingBytes readable bytes after `json`
  ReadStatus Read(std::string_view json, MutationList* list);

  // Bytes that the last Read took. What is left begins with what it could not go on with: an event
  // that is not whole, or a fault.
  size_t taken() const { return taken_; }

  // Whether the page may end here, with nothing left but what Read took.
  bool MayEnd() const;

  // What is wrong with `rest`, which Read has left; nothing, if that is a value that is not an
  // array.
  DecodeError Fault(std::string_view rest) const;

 private:
  // Goes on from a token.
  const char* ReadItem(const char* at, MutationList* list);
  const char* ReadEvent(const char* at, MutationList* list);

  PageFormat format_ = PageFormat::kJson;
  DocumentPlace place_ = DocumentPlace::kBegin;
  uint32_t position_ = 0;  // of the next element
  size_t taken_ = 0;

  JsonReader json_;
  EventReader events_;
};

}  // namespace eventglass
