#include "decode/json_fault.h"

#include <doctest/doctest.h>

#include <string>

#include "decode/limits.h"
#include "unit/decode/json_corpus.h"

namespace eventglass::test {
namespace {

TEST_CASE("nothing is wrong with valid documents") {
  for (const std::string_view text : kValidDocuments) {
    CAPTURE(text);
    CHECK(FindFault(text).code == DecodeCode::kOk);
  }
}

TEST_CASE("the fault of an invalid document is its first wrong byte") {
  for (const InvalidDocument& document : kInvalidDocuments) {
    CAPTURE(document.text);
    const DecodeError fault = FindFault(document.text);
    CHECK(fault.code == document.code);
    CHECK(fault.byte_offset == document.byte_offset);
  }
}

TEST_CASE("what stands before the first wrong byte is the beginning of a valid document") {
  // Cut before the fault, the document is valid or ends too early: its fault is its end.
  for (const InvalidDocument& document : kInvalidDocuments) {
    CAPTURE(document.text);
    const std::string_view front = document.text.substr(0, document.byte_offset);
    const DecodeError fault = FindFault(front);
    CHECK((fault.ok() || fault.byte_offset == front.size()));
  }
}

TEST_CASE("a document nested to the limit is valid, and the bracket after that is the fault") {
  const std::string open(kMaxJsonDepth, '[');
  const std::string close(kMaxJsonDepth, ']');
  CHECK(FindFault(open + close).ok());
  CHECK(FindFault(open + "0" + close).ok());
  const DecodeError fault = FindFault(open + "[]" + close);
  CHECK(fault.code == DecodeCode::kTooDeep);
  CHECK(fault.byte_offset == kMaxJsonDepth);
  CHECK(FindFault(open + "{}" + close).code == DecodeCode::kTooDeep);
}

TEST_CASE("every code has a sentence of its own") {
  std::vector<std::string_view> sentences;
  for (int code = 0; code <= static_cast<int>(DecodeCode::kOutOfMemory); ++code) {
    const std::string_view sentence = DecodeMessage(static_cast<DecodeCode>(code));
    CHECK_FALSE(sentence.empty());
    for (const std::string_view other : sentences) CHECK(sentence != other);
    sentences.push_back(sentence);
  }
}

}  // namespace
}  // namespace eventglass::test
