// What a page decodes to, with texts of its own, so that ways of decoding can be compared.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decode/json_decoder.h"
#include "decode/json_fault.h"
#include "decode/page_pieces.h"
#include "decode/schema.h"

namespace eventglass::test {

struct DecodedPage {
  DecodeError error;
  std::vector<std::string> events;  // everything about an event in one line
  uint64_t skipped = 0;
  std::vector<std::string> samples;

  void Add(const MutationList& list) {
    for (size_t i = 0; i < list.mutations.size(); ++i) {
      const Mutation& event = list.mutations[i];
      std::string line = std::to_string(list.positions[i]) + "|" + std::string(event.id) + "|" +
                         std::to_string(event.timestamp);
      for (uint32_t at = event.cell_begin; at < event.cell_end; ++at) {
        const Cell& cell = list.cells[at];
        line += "|" + std::to_string(cell.column) + (cell.absent ? "-" : "=") +
                (cell.boolean ? "true" : "") + std::to_string(cell.number) + std::string(cell.text);
      }
      events.push_back(std::move(line));
    }
    skipped += list.skipped.count;
    for (const SkippedMutation& sample : list.skipped.samples) {
      if (samples.size() == SkipReport::kMaxSamples) break;
      samples.push_back(std::to_string(sample.index) + "|" +
                        std::to_string(static_cast<int>(sample.code)) + "|" +
                        std::string(sample.column));
    }
  }

  // The same page; before a fault, some of the events may have been given out.
  bool Agrees(const DecodedPage& whole) const {
    if (error.code != whole.error.code || error.byte_offset != whole.error.byte_offset)
      return false;
    if (!error.ok()) return true;
    return events == whole.events && skipped == whole.skipped && samples == whole.samples;
  }
};

inline DecodedPage DecodeWhole(const Schema& schema, std::string_view json) {
  JsonDecoder decoder(schema);
  std::string input(json);
  input.append(JsonDecoder::kPaddingBytes, '\0');
  MutationList list;
  DecodedPage page;
  page.error = decoder.DecodePage({input.data(), json.size()}, &list);
  if (page.error.ok()) page.Add(list);
  return page;
}

// What NDJSON is: each line alone, and then all of them as one page.
inline DecodedPage DecodeLineByLine(const Schema& schema, std::string_view body) {
  std::string page = "[";
  size_t begin = body.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (begin < body.size()) {
    const size_t end = std::min(body.find('\n', begin), body.size());
    const std::string_view line = body.substr(begin, end - begin);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      DecodeError fault = FindFault(line, DocumentPlace::kValue);
      if (!fault.ok()) {
        fault.byte_offset += begin;
        return {.error = fault, .events = {}, .samples = {}};
      }
      page += (page.size() > 1 ? "," : "") + std::string(line);
    }
    begin = end + 1;
  }
  return DecodeWhole(schema, page + "]");
}

// Decodes a body in chunks; `next_size()` says how long the next one is, at most.
template <typename NextSize>
DecodedPage DecodePieces(const Schema& schema, PageFormat format, std::string_view body,
                         NextSize next_size) {
  PagePieces pieces(schema, format);
  MutationList list;
  DecodedPage page;
  while (!body.empty() && page.error.ok()) {
    const size_t size = std::min<size_t>(next_size(), body.size());
    char* const room = pieces.Room(size);
    std::memcpy(room, body.data(), size);
    body.remove_prefix(size);
    page.error = pieces.Decode(size, &list);
    page.Add(list);
  }
  if (!page.error.ok()) return page;
  page.error = pieces.Finish(&list);
  page.Add(list);
  return page;
}

// In two chunks.
inline DecodedPage DecodeCut(const Schema& schema, PageFormat format, std::string_view body,
                             size_t cut) {
  size_t size = cut;
  return DecodePieces(schema, format, body, [&] { return std::exchange(size, body.size()); });
}

}  // namespace eventglass::test
