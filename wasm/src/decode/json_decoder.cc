#include "decode/json_decoder.h"

#include <simdjson.h>

#include <cmath>

#include "decode/json_fault.h"
#include "decode/limits.h"

namespace eventglass {

static_assert(JsonDecoder::kPaddingBytes >= simdjson::SIMDJSON_PADDING);

namespace {

using simdjson::error_code;
using simdjson::SUCCESS;
using simdjson::ondemand::json_type;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

// Lone surrogates become U+FFFD instead of refusing the text around them.
constexpr bool kReplaceLoneSurrogates = true;

// A string, number, boolean or null that a field held; containers have been checked and dropped.
struct Scalar {
  enum class Kind : uint8_t { kNull, kString, kNumber, kBoolean, kContainer };
  Kind kind = Kind::kNull;
  bool boolean = false;
  bool in_range = true;  // of a number: a double can hold it
  double number = 0;
  std::string_view text;

  bool IsIntegerWithin(double limit) const {
    return kind == Kind::kNumber && in_range && std::abs(number) <= limit &&
           std::trunc(number) == number;
  }
};

MessageType TypeOf(std::string_view name) {
  if (name == "batch") return MessageType::kBatch;
  if (name == "progress") return MessageType::kProgress;
  if (name == "resume") return MessageType::kResume;
  if (name == "reset") return MessageType::kReset;
  if (name == "error") return MessageType::kError;
  return MessageType::kUnknown;
}

// Steps over the fields of `source`, handing each key and value to `visit(key, value) ->
// error_code`.
template <typename Visit>
error_code ForEachField(object source, Visit visit) {
  for (auto result : source) {
    simdjson::ondemand::field field;
    if (const error_code error = std::move(result).get(field)) return error;
    std::string_view key;
    if (const error_code error = field.unescaped_key(kReplaceLoneSurrogates).get(key)) return error;
    if (const error_code error = visit(key, field.value())) return error;
  }
  return SUCCESS;
}

error_code ReadNumber(value source, Scalar* out) {
  out->kind = Scalar::Kind::kNumber;
  const error_code error = source.get_double().get(out->number);
  // Numbers too large for a double are well-formed all the same.
  if (error == simdjson::NUMBER_ERROR && IsJsonNumber(source.raw_json_token())) {
    out->in_range = false;
    return SUCCESS;
  }
  return error;
}

// Reads a value of any type, and checks every byte of it. `depth` is the number of arrays and
// objects around it.
error_code ReadValue(value source, uint32_t depth, Scalar* out) {
  json_type type;
  if (const error_code error = source.type().get(type)) return error;
  const bool is_container = type == json_type::array || type == json_type::object;
  if (is_container && depth == kMaxJsonDepth) return simdjson::DEPTH_ERROR;
  switch (type) {
    case json_type::string:
      out->kind = Scalar::Kind::kString;
      return source.get_string(kReplaceLoneSurrogates).get(out->text);
    case json_type::number:
      return ReadNumber(source, out);
    case json_type::boolean:
      out->kind = Scalar::Kind::kBoolean;
      return source.get_bool().get(out->boolean);
    case json_type::null: {
      out->kind = Scalar::Kind::kNull;
      bool is_null = false;
      if (const error_code error = source.is_null().get(is_null)) return error;
      return is_null ? SUCCESS : simdjson::N_ATOM_ERROR;
    }
    case json_type::array: {
      out->kind = Scalar::Kind::kContainer;
      simdjson::ondemand::array elements;
      if (const error_code error = source.get_array().get(elements)) return error;
      for (auto result : elements) {
        value element;
        if (const error_code error = std::move(result).get(element)) return error;
        Scalar dropped;
        if (const error_code error = ReadValue(element, depth + 1, &dropped)) return error;
      }
      return SUCCESS;
    }
    case json_type::object: {
      out->kind = Scalar::Kind::kContainer;
      object fields;
      if (const error_code error = source.get_object().get(fields)) return error;
      return ForEachField(fields, [depth](std::string_view, value field) {
        Scalar dropped;
        return ReadValue(field, depth + 1, &dropped);
      });
    }
  }
  return simdjson::TAPE_ERROR;
}

// What a message has that its values don't tell.
struct MessageShape {
  bool well_formed = true;  // every field that is there is of its type
  bool has_prev_seq = false;
  bool has_seq = false;
  bool has_mutations = false;
};

// Whether a message has what its type requires. Left out, a prevSeq or seq would hide a gap.
bool IsComplete(const FeedMessage& message, const MessageShape& shape) {
  if (!shape.well_formed || message.type == MessageType::kUnknown) return false;
  if (message.type == MessageType::kError) return true;
  if (message.epoch.empty() || !shape.has_seq) return false;
  if (message.type != MessageType::kBatch) return true;
  return shape.has_prev_seq && message.prev_seq < message.seq && shape.has_mutations;
}

// A mutation under way: what has been read of it, and the first thing that is wrong with it.
struct Draft {
  Mutation mutation;
  bool skip = false;
  SkipCode skip_code = SkipCode::kNotAnObject;
  std::string_view skip_column;

  void Skip(SkipCode code, std::string_view column = {}) {
    if (skip) return;
    skip = true;
    skip_code = code;
    skip_column = column;
  }
};

}  // namespace

class JsonDecoder::Impl {
 public:
  explicit Impl(const Schema& schema) : schema_(schema) {}

  DecodeError DecodePage(std::string_view json, MutationList* page) {
    page->Clear();
    return Decode(json, json_type::array, [&](auto& document) {
      simdjson::ondemand::array events;
      if (const error_code error = document.get_array().get(events)) return error;
      return ReadElements(events, 1, page, [&](value event, Draft* draft) {
        return ReadEvent(event, 2, page, draft);
      });
    });
  }

  DecodeError DecodeMessage(std::string_view json, FeedMessage* message) {
    MutationList list = std::move(message->list);
    list.Clear();
    *message = FeedMessage();
    message->list = std::move(list);
    MessageShape shape;
    DecodeError error = Decode(json, json_type::object, [&](auto& document) {
      object fields;
      if (const error_code code = document.get_object().get(fields)) return code;
      return ForEachField(fields, [&](std::string_view key, value field) {
        return ReadMessageField(key, field, message, &shape);
      });
    });
    if (error.ok() && !IsComplete(*message, shape)) error.code = DecodeCode::kWrongShape;
    return error;
  }

 private:
  // Runs `read(document)` on JSON whose root is of type `root`.
  template <typename Read>
  DecodeError Decode(std::string_view json, json_type root, Read read) {
    if (json.size() > kMaxMessageBytes) return {DecodeCode::kTooLarge, kMaxMessageBytes};
    if (parser_.capacity() > kKeptParserBytes && json.size() <= kKeptParserBytes) {
      parser_ = simdjson::ondemand::parser(kMaxMessageBytes);
    }
    simdjson::ondemand::document document;
    error_code error =
        parser_.iterate(json.data(), json.size(), json.size() + kPaddingBytes).get(document);
    if (error) return FaultOf(error, json);

    json_type type;
    error = document.type().get(type);
    if (error == SUCCESS && type != root) {
      const DecodeError fault = FindFault(json);
      return fault.ok() ? DecodeError{DecodeCode::kWrongShape, 0} : fault;
    }
    if (error == SUCCESS) error = read(document);
    if (error == SUCCESS && !document.at_end()) error = simdjson::TRAILING_CONTENT;
    return error == SUCCESS ? DecodeError() : FaultOf(error, json);
  }

  // Reads each element of `elements` with `read_object(value, draft)` where it is an object, and
  // adds it to `list`. `depth` is the number of arrays and objects around an element.
  template <typename ReadObject>
  error_code ReadElements(simdjson::ondemand::array elements, uint32_t depth, MutationList* list,
                          ReadObject read_object) {
    uint32_t position = 0;
    for (auto result : elements) {
      value element;
      if (const error_code error = std::move(result).get(element)) return error;
      Draft draft;
      const auto cells_before = static_cast<uint32_t>(list->cells.size());
      draft.mutation.cell_begin = draft.mutation.cell_end = cells_before;
      json_type type;
      if (const error_code error = element.type().get(type)) return error;
      if (type == json_type::object) {
        if (const error_code error = read_object(element, &draft)) return error;
      } else {
        Scalar dropped;
        if (const error_code error = ReadValue(element, depth, &dropped)) return error;
        draft.Skip(SkipCode::kNotAnObject);
      }
      CheckIdentity(&draft);
      if (draft.skip) {
        list->cells.resize(cells_before);
        list->skipped.Add(position, draft.skip_code, draft.skip_column);
      } else {
        list->mutations.push_back(draft.mutation);
        list->positions.push_back(position);
      }
      ++position;
    }
    return SUCCESS;
  }

  // What every mutation needs: an id, and a timestamp where the event is whole.
  void CheckIdentity(Draft* draft) const {
    const Mutation& mutation = draft->mutation;
    if (mutation.id.empty()) draft->Skip(SkipCode::kMissingId, IdName());
    if (mutation.op == MutationOp::kPut && !mutation.has_timestamp) {
      draft->Skip(SkipCode::kMissingTimestamp, schema_[schema_.timestamp_column()].name);
    }
  }

  std::string_view IdName() const { return schema_[schema_.id_column()].name; }

  error_code ReadMessageField(std::string_view key, value field, FeedMessage* message,
                              MessageShape* shape) {
    json_type type;
    if (const error_code error = field.type().get(type)) return error;
    if (key == "mutations" && type == json_type::array) {
      message->list.Clear();
      shape->has_mutations = true;
      simdjson::ondemand::array elements;
      if (const error_code error = field.get_array().get(elements)) return error;
      return ReadElements(elements, 2, &message->list, [&](value element, Draft* draft) {
        return ReadMutation(element, &message->list, draft);
      });
    }
    Scalar scalar;
    if (const error_code error = ReadValue(field, 1, &scalar)) return error;
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
      shape->has_prev_seq = true;
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
    return SUCCESS;
  }

  error_code ReadMutation(value element, MutationList* list, Draft* draft) {
    object fields;
    if (const error_code error = element.get_object().get(fields)) return error;
    std::string_view op;
    Scalar id;
    bool has_event = false;
    bool has_set = false;
    const error_code error = ForEachField(fields, [&](std::string_view key, value field) {
      if (key == "event" || key == "set") {
        (key == "event" ? has_event : has_set) = true;
        json_type type;
        if (const error_code code = field.type().get(type)) return code;
        if (type == json_type::object) return ReadEvent(field, 4, list, draft);
        draft->Skip(SkipCode::kUnknownOp);
      }
      Scalar scalar;
      if (const error_code code = ReadValue(field, 3, &scalar)) return code;
      if (key == "op") {
        op = scalar.kind == Scalar::Kind::kString ? scalar.text : std::string_view();
      } else if (key == "id") {
        id = scalar;
      } else if (key == "seq") {
        const bool valid = scalar.IsIntegerWithin(kMaxSafeInteger) && scalar.number > 0;
        draft->mutation.seq = valid ? static_cast<uint64_t>(scalar.number) : 0;
      }
      return SUCCESS;
    });
    if (error) return error;

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
    if (mutation.op != MutationOp::kPut) SetId(id, draft);
    if (mutation.seq == 0) draft->Skip(SkipCode::kMissingSeq);
    return SUCCESS;
  }

  // `depth` is the number of arrays and objects around a field.
  error_code ReadEvent(value source, uint32_t depth, MutationList* list, Draft* draft) {
    // Nothing is left of an event that stood here under the same key.
    list->cells.resize(draft->mutation.cell_begin);
    draft->mutation.id = {};
    draft->mutation.has_timestamp = false;
    object fields;
    if (const error_code error = source.get_object().get(fields)) return error;
    uint32_t expected = 0;
    const error_code error = ForEachField(fields, [&](std::string_view key, value field) {
      Scalar scalar;
      if (const error_code code = ReadValue(field, depth, &scalar)) return code;
      const uint32_t index = schema_.Find(key, expected);
      if (index == Schema::kNotFound) return SUCCESS;
      expected = index + 1;
      SetColumn(index, scalar, list, draft);
      return SUCCESS;
    });
    draft->mutation.cell_end = static_cast<uint32_t>(list->cells.size());
    return error;
  }

  void SetColumn(uint32_t index, const Scalar& scalar, MutationList* list, Draft* draft) {
    const Column& column = schema_[index];
    if (column.type == ColumnType::kId) return SetId(scalar, draft);
    if (column.type == ColumnType::kTimestamp) return SetTimestamp(column, scalar, draft);
    Cell cell;
    cell.column = index;
    cell.absent = scalar.kind == Scalar::Kind::kNull;
    if (!cell.absent) {
      const Scalar::Kind wanted = column.type == ColumnType::kNumber    ? Scalar::Kind::kNumber
                                  : column.type == ColumnType::kBoolean ? Scalar::Kind::kBoolean
                                                                        : Scalar::Kind::kString;
      if (scalar.kind != wanted) return draft->Skip(SkipCode::kWrongType, column.name);
      if (!scalar.in_range) return draft->Skip(SkipCode::kOutOfRange, column.name);
      const size_t limit =
          column.type == ColumnType::kDictionary ? kMaxDictionaryValueBytes : kMaxTextBytes;
      if (scalar.text.size() > limit) return draft->Skip(SkipCode::kTooLong, column.name);
      cell.boolean = scalar.boolean;
      cell.number = scalar.number;
      cell.text = scalar.text;
    }
    AddCell(cell, list, draft->mutation.cell_begin);
  }

  // The last of two equal keys counts, as with JSON.parse.
  static void AddCell(const Cell& cell, MutationList* list, uint32_t cell_begin) {
    for (size_t i = cell_begin; i < list->cells.size(); ++i) {
      if (list->cells[i].column == cell.column) {
        list->cells[i] = cell;
        return;
      }
    }
    list->cells.push_back(cell);
  }

  void SetId(const Scalar& scalar, Draft* draft) {
    draft->mutation.id = {};
    if (scalar.kind == Scalar::Kind::kNull) return;  // missing, which CheckIdentity reports
    if (scalar.kind != Scalar::Kind::kString) return draft->Skip(SkipCode::kWrongType, IdName());
    if (scalar.text.size() > kMaxIdBytes) return draft->Skip(SkipCode::kTooLong, IdName());
    draft->mutation.id = scalar.text;
  }

  static void SetTimestamp(const Column& column, const Scalar& scalar, Draft* draft) {
    if (scalar.kind == Scalar::Kind::kNull)
      return draft->Skip(SkipCode::kMissingTimestamp, column.name);
    if (scalar.kind != Scalar::Kind::kNumber) return draft->Skip(SkipCode::kWrongType, column.name);
    if (!scalar.IsIntegerWithin(static_cast<double>(kMaxTimestampMs))) {
      return draft->Skip(SkipCode::kOutOfRange, column.name);
    }
    draft->mutation.has_timestamp = true;
    draft->mutation.timestamp = static_cast<int64_t>(scalar.number);
  }

  const Schema& schema_;
  simdjson::ondemand::parser parser_{kMaxMessageBytes};
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
