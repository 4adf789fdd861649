// Decoded events and mutations, on their way from JSON to the store.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace eventglass {

// One value of a dictionary, text, number or boolean column. Ids and timestamps stand in the
// mutation itself.
struct Cell {
  uint32_t column = 0;
  bool absent = false;    // null: the event has no value here
  bool boolean = false;   // kBoolean
  double number = 0;      // kNumber, finite
  std::string_view text;  // kDictionary, kText: valid UTF-8
};

enum class MutationOp : uint8_t {
  kPut,     // a whole event: an insert, or an update that moves the event in time
  kPatch,   // the changed cells of an event
  kDelete,  // the id alone
};

// One insert, update or delete of one event. Its cells are cells[cell_begin, cell_end) of the list
// that holds it.
struct Mutation {
  MutationOp op = MutationOp::kPut;
  bool has_timestamp = false;  // always true for kPut
  int64_t timestamp = 0;       // ms
  uint64_t seq = 0;            // 0 for the events of a page, whose version is the page's
  std::string_view id;
  uint32_t cell_begin = 0;
  uint32_t cell_end = 0;
};

// Why one mutation was left out of an otherwise good batch or page.
enum class SkipCode : uint8_t {
  kNotAnObject,       // the element of the array is not an object
  kMissingId,         // no id, or an empty one
  kMissingTimestamp,  // a whole event without a timestamp
  kMissingSeq,        // a mutation without a sequence number
  kSeqOutOfOrder,     // a sequence number outside (prevSeq, seq], or not above the one before it
  kUnknownOp,         // op is not insert, update or delete, or its event, set or id is not there
  kWrongType,         // the value's type is not the column's
  kOutOfRange,        // a number that the column can't hold
  kTooLong,           // a string over its column's limit
  kDictionaryFull,    // the dictionary column has no room for another value
  kOutsidePage,       // an event outside the range that its page covers
};

struct SkippedMutation {
  uint32_t index = 0;  // position in the batch or page
  SkipCode code = SkipCode::kNotAnObject;
  std::string_view column;  // name of the column at fault, in the schema; empty where there is none
};

// What was left out: a count, and the first few by name.
struct SkipReport {
  static constexpr uint32_t kMaxSamples = 8;  // enough to find the fault, whatever the batch's size

  uint64_t count = 0;
  std::vector<SkippedMutation> samples;

  void Add(uint32_t index, SkipCode code, std::string_view column) {
    ++count;
    if (samples.size() < kMaxSamples) samples.push_back({index, code, column});
  }

  void Add(const SkipReport& more) {
    count += more.count;
    for (const SkippedMutation& sample : more.samples) {
      if (samples.size() < kMaxSamples) samples.push_back(sample);
    }
  }
};

// The mutations of one batch, or the events of one page. Strings point into the input and into the
// decoder, and live until either is used again.
struct MutationList {
  std::vector<Mutation> mutations;
  std::vector<uint32_t>
      positions;  // of each mutation in its batch or page, counting those left out
  std::vector<Cell> cells;
  SkipReport skipped;

  void Clear() {
    mutations.clear();
    positions.clear();
    cells.clear();
    skipped = {};
  }
};

}  // namespace eventglass
