#include "decode/json_decoder.h"

#include <utility>

#include "decode/event_reader.h"
#include "decode/json_fault.h"
#include "decode/json_reader.h"
#include "decode/limits.h"
#include "decode/page_reader.h"

namespace eventglass {

static_assert(JsonDecoder::kPaddingBytes >= JsonReader::kPaddingBytes);

namespace {

MessageType TypeOf(std::string_view name) {
  if (name == "batch") return MessageType::kBatch;
  if (name == "progress") return MessageType::kProgress;
  if (name == "resume") return MessageType::kResume;
  if (name == "reset") return MessageType::kReset;
  if (name == "error") return MessageType::kError;
  if (name == "counts") return MessageType::kCounts;
  if (name == "density") return MessageType::kDensity;
  return MessageType::kUnknown;
}

// What a message has that its values don't tell.
struct MessageShape {
  bool well_formed = true;  // every field that is there is of its type
  bool has_seq = false;
  bool has_mutations = false;
};

// Whether a message has what its type requires. Left out, a prevSeq or seq would hide a gap.
bool IsComplete(const FeedMessage& message, const MessageShape& shape) {
  if (!shape.well_formed || message.type == MessageType::kUnknown) return false;
  if (message.type == MessageType::kError) return true;
  if (message.epoch.empty() || !shape.has_seq) return false;
  if (message.type == MessageType::kProgress) {
    return !message.has_prev_seq || message.prev_seq <= message.seq;
  }
  if (message.type != MessageType::kBatch) return true;
  return message.has_prev_seq && message.prev_seq < message.seq && shape.has_mutations;
}

}  // namespace

class JsonDecoder::Impl {
 public:
  explicit Impl(const Schema& schema) : page_(schema), events_(schema, &json_) {}

  DecodeError DecodePage(std::string_view json, MutationList* page) {
    page->Clear();
    if (json.size() > kMaxMessageBytes) return {DecodeCode::kTooLarge, kMaxMessageBytes};
    page_.Begin(PageFormat::kJson);
    const ReadStatus status = page_.Read(json, page);
    if (status == ReadStatus::kCut && page_.MayEnd() && page_.taken() == json.size()) return {};
    return FaultOf(status, json);
  }

  DecodeError DecodeMessage(std::string_view json, FeedMessage* message) {
    MutationList list = std::move(message->list);
    list.Clear();
    *message = FeedMessage();
    message->list = std::move(list);
    if (json.size() > kMaxMessageBytes) return {DecodeCode::kTooLarge, kMaxMessageBytes};
    MessageShape shape;
    json_.Open(json, false);
    if (!ReadMessage(json, message, &shape)) return FaultOf(json_.status(), json);
    if (!IsComplete(*message, shape)) return {DecodeCode::kWrongShape, 0};
    return {};
  }

 private:
  static DecodeError FaultOf(ReadStatus status, std::string_view json) {
    if (status == ReadStatus::kOutOfMemory) return {DecodeCode::kOutOfMemory, 0};
    const DecodeError fault = FindFault(json);
    return fault.ok() ? DecodeError{DecodeCode::kWrongShape, 0} : fault;
  }

  // False if `json` is not one object.
  bool ReadMessage(std::string_view json, FeedMessage* message, MessageShape* shape) {
    const char* at = json.data() + (json.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    at = json_.Token(at);
    if (at == nullptr || *at != '{') return false;
    at = json_.ReadItems(at + 1, '}', [&](const char* field) -> const char* {
      std::string_view key;
      field = json_.ReadKey(field, &key);
      return field == nullptr ? nullptr : ReadMessageField(key, field, message, shape);
    });
    return at != nullptr && json_.Token(at) == nullptr;
  }

  const char* ReadMessageField(std::string_view key, const char* at, FeedMessage* message,
                               MessageShape* shape) {
    if (key == "mutations" && *at == '[') {
      shape->has_mutations = true;
      return ReadMutations(at, &message->list);
    }
    Scalar scalar;
    at = json_.ReadValue(at, 1, &scalar);
    if (at == nullptr) return nullptr;
    const bool is_string = scalar.kind == Scalar::Kind::kString;
    const bool is_count = scalar.IsIntegerWithin(kMaxSafeInteger) && scalar.number >= 0;
    const auto count = is_count ? static_cast<uint64_t>(scalar.number) : 0;
    if (key == "type") {
      shape->well_formed &= is_string;
      message->type = TypeOf(scalar.text);
    } else if (key == "epoch") {
      shape->well_formed &= is_string;
      message->epoch = scalar.text;
    } else if (key == "prevSeq") {
      shape->well_formed &= is_count;
      message->has_prev_seq = true;
      message->prev_seq = count;
    } else if (key == "seq") {
      shape->well_formed &= is_count;
      shape->has_seq = true;
      message->seq = count;
    } else if (key == "totalCount") {
      shape->well_formed &= is_count;
      message->has_total_count = is_count;
      message->total_count = count;
    } else if (key == "reason" || key == "code") {
      shape->well_formed &= is_string;
      message->reason = scalar.text;
    } else if (key == "mutations") {
      shape->well_formed = false;
    }
    return at;
  }

  const char* ReadMutations(const char* at, MutationList* list) {
    list->Clear();
    uint32_t position = 0;
    return json_.ReadItems(at + 1, ']', [&](const char* element) {
      return events_.ReadElement(
          element, 2, position++, list,
          [&](const char* object, Draft* draft) { return ReadMutation(object, list, draft); });
    });
  }

  const char* ReadMutation(const char* at, MutationList* list, Draft* draft) {
    std::string_view op;
    Scalar id;
    bool has_event = false;
    bool has_set = false;
    at = json_.ReadItems(at + 1, '}', [&](const char* field) -> const char* {
      std::string_view key;
      field = json_.ReadKey(field, &key);
      if (field == nullptr) return nullptr;
      if (key == "event" || key == "set") {
        (key == "event" ? has_event : has_set) = true;
        if (*field == '{') return events_.ReadEvent(field, 4, list, draft);
        draft->Skip(SkipCode::kUnknownOp);
      }
      Scalar scalar;
      field = json_.ReadValue(field, 3, &scalar);
      if (key == "op") {
        op = scalar.kind == Scalar::Kind::kString ? scalar.text : std::string_view();
      } else if (key == "id") {
        id = scalar;
      } else if (key == "seq") {
        const bool valid = scalar.IsIntegerWithin(kMaxSafeInteger) && scalar.number > 0;
        draft->mutation.seq = valid ? static_cast<uint64_t>(scalar.number) : 0;
      }
      return field;
    });

    Mutation& mutation = draft->mutation;
    if (op == "insert" || op == "update") {
      mutation.op = has_event ? MutationOp::kPut : MutationOp::kPatch;
      if (has_event == has_set || (op == "insert" && !has_event)) draft->Skip(SkipCode::kUnknownOp);
    } else if (op == "delete") {
      mutation.op = MutationOp::kDelete;
      if (has_event || has_set) draft->Skip(SkipCode::kUnknownOp);
    } else {
      draft->Skip(SkipCode::kUnknownOp);
    }
    if (mutation.op != MutationOp::kPut) events_.SetId(id, draft);
    if (mutation.seq == 0) draft->Skip(SkipCode::kMissingSeq);
    return at;
  }

  PageReader page_;
  JsonReader json_;  // of messages
  EventReader events_;
};

JsonDecoder::JsonDecoder(const Schema& schema) : impl_(std::make_unique<Impl>(schema)) {}
JsonDecoder::~JsonDecoder() = default;

DecodeError JsonDecoder::DecodePage(std::string_view json, MutationList* page) {
  return impl_->DecodePage(json, page);
}

DecodeError JsonDecoder::DecodeMessage(std::string_view json, FeedMessage* message) {
  return impl_->DecodeMessage(json, message);
}

}  // namespace eventglass
