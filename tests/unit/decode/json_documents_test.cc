// The documents of tests/fixtures/json through the decoder: whole, and cut at every byte.
#include "unit/support/json_documents.h"

#include <doctest/doctest.h>

#include <string>

#include "decode/json_fault.h"
#include "unit/support/decoded_page.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

// A page can only be an array; other documents are valid, and of the wrong shape.
bool IsAccepted(const DecodedPage& page) {
  return page.error.ok() || page.error.code == DecodeCode::kWrongShape;
}

// Where the decoder and JSON.parse differ, the decoder takes byte order marks and limits the depth.
bool IsValid(const JsonDocument& document) {
  return document.kind == 'y' || document.name.starts_with("byte_order_mark");
}

TEST_CASE("documents are accepted or refused as their names say") {
  const Schema schema = TestSchema();
  const std::vector<JsonDocument> documents = JsonDocuments();
  CHECK(documents.size() >= 500);
  for (const JsonDocument& document : documents) {
    CAPTURE(document.name);
    if (document.kind != 'n') {
      CHECK(FindFault(document.text).ok() == IsValid(document));
    } else {
      CHECK_FALSE(FindFault(document.text).ok());
    }
    const DecodedPage whole = DecodeWhole(schema, document.text);
    CHECK(IsAccepted(whole) == FindFault(document.text).ok());
    if (document.kind == 'i' || document.text.empty()) continue;
    const std::string event = R"({"id":"a","timestamp":1,"x":)" + document.text + "}";
    const bool is_value = document.kind == 'y';
    CHECK(DecodeWhole(schema, "[" + event + "]").error.ok() == is_value);
  }
}

TEST_CASE("documents decode in two chunks as they do whole, wherever they are cut") {
  const Schema schema = TestSchema();
  for (const JsonDocument& document : JsonDocuments()) {
    CAPTURE(document.name);
    for (const std::string& text :
         {document.text, R"([{"id":"a","x":1},{"id":"b","timestamp":1,"x":)" + document.text +
                             R"(},{"id":"c","timestamp":2}])"}) {
      const DecodedPage whole = DecodeWhole(schema, text);
      for (size_t cut = 0; cut <= text.size(); ++cut) {
        const DecodedPage pieces = DecodeCut(schema, PageFormat::kJson, text, cut);
        if (pieces.Agrees(whole)) continue;
        CAPTURE(cut);
        CHECK(pieces.error.code == whole.error.code);
        CHECK(pieces.error.byte_offset == whole.error.byte_offset);
        CHECK(pieces.events == whole.events);
        CHECK(pieces.samples == whole.samples);
      }
    }
  }
}

TEST_CASE("documents decode byte by byte as they do whole") {
  const Schema schema = TestSchema();
  for (const JsonDocument& document : JsonDocuments()) {
    CAPTURE(document.name);
    const DecodedPage whole = DecodeWhole(schema, document.text);
    const DecodedPage pieces =
        DecodePieces(schema, PageFormat::kJson, document.text, [] { return size_t{1}; });
    CHECK(pieces.error.code == whole.error.code);
    CHECK(pieces.error.byte_offset == whole.error.byte_offset);
  }
}

TEST_CASE("a document in a line of its own is accepted or refused as it is alone") {
  const Schema schema = TestSchema();
  for (const JsonDocument& document : JsonDocuments()) {
    if (document.text.find('\n') != std::string::npos || document.kind == 'i') continue;
    if (document.text.find_first_not_of(" \t\r") == std::string::npos) continue;
    CAPTURE(document.name);
    const std::string event = R"({"id":"a","timestamp":1})";
    const std::string lines = event + "\n" + document.text + "\n" + event;
    const DecodeError alone = FindFault(document.text, DocumentPlace::kValue);
    for (size_t cut = 0; cut <= lines.size(); ++cut) {
      const DecodedPage pieces = DecodeCut(schema, PageFormat::kNdjson, lines, cut);
      CHECK(pieces.error.code == alone.code);
      if (alone.ok()) CHECK(pieces.events.size() == 2);
      if (!alone.ok()) CHECK(pieces.error.byte_offset == event.size() + 1 + alone.byte_offset);
    }
  }
}

}  // namespace
}  // namespace eventglass::test
