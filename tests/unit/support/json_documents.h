// The JSON documents of tests/fixtures/json/documents.txt.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace eventglass::test {

struct JsonDocument {
  char kind = 'n';  // valid to JSON.parse and to the decoder: y both, n neither, i one of the two
  std::string name;
  std::string text;
};

inline std::vector<JsonDocument> JsonDocuments() {
  static constexpr std::string_view kLines =
#include "json_documents.inc"
      ;
  const auto hex = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
  std::vector<JsonDocument> documents;
  for (size_t begin = 0; begin < kLines.size();) {
    const size_t end = kLines.find('\n', begin);
    const std::string_view line = kLines.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with('#')) continue;
    const size_t name_end = std::min(line.find(' ', 2), line.size());
    JsonDocument document{line[0], std::string(line.substr(2, name_end - 2)), {}};
    for (size_t at = name_end + 1; at < line.size(); ++at) {
      if (line[at] != '%') {
        document.text += line[at];
        continue;
      }
      document.text += static_cast<char>(hex(line[at + 1]) * 16 + hex(line[at + 2]));
      at += 2;
    }
    documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace eventglass::test
