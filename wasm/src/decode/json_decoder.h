// JSON bytes to mutations.
//
//   page     = "[" event* "]"
//   event    = object; fields named by the schema are read, others are checked and dropped
//   message  = { "type": "batch", "epoch": string, "prevSeq": n, "seq": n above prevSeq,
//   "mutations": mutation* }
//            | { "type": "progress" | "resume" | "reset", "epoch": string, "seq": n, "totalCount"?:
//            n, "reason"?: string } | { "type": "error", "code"?: string }
//   mutation = { "op": "insert" | "update", "seq": n, "event": event }
//            | { "op": "update", "seq": n, "id": string, "set": the fields that changed }
//            | { "op": "delete", "seq": n, "id": string }
//
// Malformed bytes refuse the input whole, with the offset of the fault; a bad event or mutation in
// well-formed JSON is left out and reported. Every byte is checked, those of fields that nobody
// reads included. As with JSON.parse the last of two equal keys counts, but an event is left out if
// either value does not fit. Deviations from JSON.parse: nesting is limited to kMaxJsonDepth, a
// byte order mark is skipped, a lone surrogate becomes U+FFFD, and a number too large for a double
// is out of range rather than infinite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "decode/mutation.h"
#include "decode/schema.h"

namespace eventglass {

enum class DecodeCode : uint8_t {
  kOk,
  kEmpty,     // no bytes, or white space alone
  kTooLarge,  // over kMaxMessageBytes
  kInvalidUtf8,
  kUnclosedString,  // or a control character in a string
  kInvalidString,   // an escape that JSON does not have
  kInvalidNumber,
  kSyntax,
  kTooDeep,          // over kMaxJsonDepth
  kTrailingContent,  // something after the value
  kWrongShape,       // well-formed, but not a page or a message
  kOutOfMemory,
};

// A sentence for people.
std::string_view DecodeMessage(DecodeCode code);

struct DecodeError {
  DecodeCode code = DecodeCode::kOk;
  size_t byte_offset = 0;  // of the first wrong byte, or the input's size where it ends too early;
                           // 0 for a wrong shape

  bool ok() const { return code == DecodeCode::kOk; }
};

enum class MessageType : uint8_t {
  kUnknown,
  kBatch,
  kProgress,
  kResume,
  kReset,
  kError,
  kCounts,  // of this and the next, nothing but the cursor is read
  kDensity,
};

// One feed message. Strings live until the decoder decodes again, and as long as the input.
struct FeedMessage {
  MessageType type = MessageType::kUnknown;
  std::string_view epoch;
  bool has_prev_seq = false;  // always, of a batch; and of progress where seqs have holes
  uint64_t prev_seq = 0;      // of a batch, below seq; of progress, at most seq
  uint64_t seq = 0;
  bool has_total_count = false;
  uint64_t total_count = 0;
  std::string_view reason;  // of a reset, or the code of an error
  MutationList list;
};

// Not thread-safe; reuses its memory from call to call.
class JsonDecoder {
 public:
  // Bytes that must be readable, and may hold anything, after the input: registers reach beyond it.
  static constexpr size_t kPaddingBytes = 64;

  explicit JsonDecoder(const Schema& schema);  // `schema` outlives the decoder
  ~JsonDecoder();
  JsonDecoder(const JsonDecoder&) = delete;
  JsonDecoder& operator=(const JsonDecoder&) = delete;

  // REQUIRES: kPaddingBytes readable bytes after `json`, which stays as it is until the result has
  // been used.
  DecodeError DecodePage(std::string_view json, MutationList* page);
  DecodeError DecodeMessage(std::string_view json, FeedMessage* message);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eventglass
