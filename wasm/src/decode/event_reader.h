// Reads the fields of events by the schema.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "decode/json_reader.h"
#include "decode/limits.h"
#include "decode/mutation.h"
#include "decode/schema.h"

namespace eventglass {

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

// Events mostly name their fields in the order of the schema, so each key is first compared, as it
// stands in the input, with the name of the column after the one found last.
class EventReader {
 public:
  // Both outlive this.
  EventReader(const Schema& schema, JsonReader* json);

  // Reads the object at `at` into the draft, and its cells into the list. `depth` is the number of
  // arrays and objects around its fields.
  const char* ReadEvent(const char* at, uint32_t depth, MutationList* list, Draft* draft);

  // Reads one element of a list with `read_object(at, draft)` where it is an object, and adds it to
  // the list, or to what was left out. `depth` is the number of arrays and objects around it.
  // REQUIRES: `at` is a token
  template <typename ReadObject>
  const char* ReadElement(const char* at, uint32_t depth, uint32_t position, MutationList* list,
                          ReadObject read_object) {
    const char* const begin = at;
    Draft draft;
    draft.mutation.cell_begin = draft.mutation.cell_end = static_cast<uint32_t>(list->cells.size());
    if (*at == '{') {
      at = read_object(at, &draft);
    } else {
      Scalar dropped;
      at = json_->ReadValue(at, depth, &dropped);
      draft.Skip(SkipCode::kNotAnObject);
    }
    if (at != nullptr && static_cast<size_t>(at - begin) > kMaxMessageBytes) {
      at = json_->Fail(ReadStatus::kTooLarge);
    }
    Finish(at != nullptr, position, list, &draft);
    return at;
  }

  // Takes the id out of a field, or names what is wrong with it.
  void SetId(const Scalar& scalar, Draft* draft) const;

 private:
  // The first 16 bytes of a key, as it stands in the input: its name in quotes and a colon.
  struct KeyPattern {
    uint64_t bytes[2] = {};
    uint64_t mask[2] = {};
    uint32_t size = 0;  // 0 where the name is too long, or may stand in other bytes

    explicit KeyPattern(std::string_view name);
  };

  // Whether the key of a column stands at `at`.
  bool IsExpected(const char* at, uint32_t index) const {
    static_assert(sizeof(KeyPattern::bytes) <= JsonReader::kPaddingBytes);
    if (index >= keys_.size()) return false;
    const KeyPattern& key = keys_[index];
    uint64_t found[2];
    std::memcpy(found, at, sizeof(found));
    return key.size > 0 && (((found[0] ^ key.bytes[0]) & key.mask[0]) |
                            ((found[1] ^ key.bytes[1]) & key.mask[1])) == 0;
  }
  // Reads a key up to the value, and finds its column; `index` is where the search begins.
  const char* ReadKey(const char* at, uint32_t* index) const;
  // Reads a value that is anything.
  const char* ReadColumn(const char* at, uint32_t depth, uint32_t index, MutationList* list,
                         Draft* draft) const;
  void Finish(bool is_whole, uint32_t position, MutationList* list, Draft* draft) const;
  void SetColumn(uint32_t index, const Scalar& scalar, MutationList* list, Draft* draft) const;
  std::string_view IdName() const { return schema_[schema_.id_column()].name; }

  const Schema& schema_;
  JsonReader* const json_;
  // Of the columns.
  std::vector<KeyPattern> keys_;
  std::vector<size_t> text_limits_;  // in bytes
};

}  // namespace eventglass
