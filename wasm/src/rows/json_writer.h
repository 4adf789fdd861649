// Rows as a JSON array of events, as GET /data answers them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/event_store.h"

namespace eventglass {

// Writes JSON into one buffer that is used again and again. Fields come in the schema's order;
// absent ones are left out.
class JsonWriter {
 public:
  explicit JsonWriter(const EventStore& store);

  // The bytes live until the next call. There are none where memory has no room for them.
  std::string_view Write(std::span<const Slot> rows);

 private:
  // Makes room for one more row, at its longest. False where there is no memory.
  bool Reserve(Slot row);
  void AppendValue(Slot row, uint32_t column);
  void AppendString(std::string_view text);
  void AppendNumber(double number);

  const EventStore& store_;
  std::vector<std::string> labels_;  // of each column: `"name":`
  std::string out_;
};

}  // namespace eventglass
