// Decodes a page as its bytes arrive, in chunks that are cut anywhere.
//
//   buffer = event under way | chunk | padding
//            carried over      Room
//
// Gives the events that the whole body gives at once, in the same order and with the same
// positions, and the same fault at the same offset from the body's begin; but the events before a
// fault have been given out by then. Limits are an event's: kMaxMessageBytes for each, none for the
// body.
//
// Memory is that of one chunk and, twice, of one event. Time grows with the body and not with the
// number of chunks: the bytes of an event that is in several of them are looked at three times,
// when the event begins, for its end, and once it is whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "decode/json_decoder.h"
#include "decode/mutation.h"
#include "decode/page_reader.h"
#include "decode/schema.h"

namespace eventglass {

// Finds where a value ends, without a look at what is wrong with it.
class ValueEnd {
 public:
  // Whether the value that `json` begins with is in it whole; each call goes on where the last one
  // stopped. A line feed ends a value wherever it stands, where `is_line`.
  bool IsIn(std::string_view json, bool is_line);

 private:
  size_t at_ = 0;
  uint32_t depth_ = 0;
  bool is_string_ = false;
  bool is_escaped_ = false;
};

// One body. Not thread-safe.
class PagePieces {
 public:
  PagePieces(const Schema& schema, PageFormat format);  // `schema` outlives this

  // Where the next chunk goes: `size` bytes of it. nullptr if there is no memory for it, or if it
  // is over kMaxMessageBytes. Texts that were decoded before are gone.
  char* Room(size_t size);

  // Decodes the events that are whole with the first `size` bytes in the room, and drops those that
  // the list held. After an error, every call answers the same. REQUIRES: Room(size) or more came
  // before, and has not been decoded yet
  DecodeError Decode(size_t size, MutationList* list);

  // Decodes what is left, now that nothing follows. Afterwards no more bytes come.
  DecodeError Finish(MutationList* list);

  size_t buffer_bytes() const { return capacity_; }

 private:
  // What has come and has not been taken.
  std::string_view Rest() const { return {buffer_.get() + begin_, end_ - begin_}; }
  bool MayGetFurther();
  DecodeError Read(bool is_last, MutationList* list);
  DecodeError Fault(bool is_last) const;

  const PageFormat format_;
  PageReader page_;

  std::unique_ptr<char[]> buffer_;  // capacity_ bytes
  size_t capacity_ = 0;
  size_t begin_ = 0;  // of what has not been taken, in the buffer
  size_t end_ = 0;
  size_t body_at_ = 0;     // where it begins in the body
  ValueEnd value_end_;     // of the event under way
  size_t retry_size_ = 0;  // a fault that more bytes may mend is looked at again with so many
  DecodeError error_;
};

}  // namespace eventglass
