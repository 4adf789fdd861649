// The decoder on any bytes: it accepts what the fault finder accepts, and a page in pieces is the
// page at once.
#include <array>
#include <string>

#include "decode/json_decoder.h"
#include "decode/json_fault.h"
#include "fuzz/fuzz_input.h"
#include "unit/support/decoded_page.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {
namespace {

void ExpectSameFault(const DecodeError& error, const DecodeError& fault) {
  const bool is_accepted = error.ok() || error.code == DecodeCode::kWrongShape;
  Expect(is_accepted == fault.ok(), "the decoder accepts what is well-formed");
  if (is_accepted) return;
  Expect(error.code == fault.code, "the fault is the first one");
  Expect(error.byte_offset == fault.byte_offset, "the fault is at the first wrong byte");
}

void TryMessage(const Schema& schema, std::string_view json) {
  std::string input(json);
  input.append(JsonDecoder::kPaddingBytes, '"');
  JsonDecoder decoder(schema);
  FeedMessage message;
  ExpectSameFault(decoder.DecodeMessage({input.data(), json.size()}, &message), FindFault(json));
}

void Try(FuzzInput input) {
  static const Schema schema = TestSchema();
  const uint32_t kind = input.Below(3);
  std::array<uint8_t, 4> cuts{};
  for (uint8_t& cut : cuts) cut = input.Byte();
  size_t next = 0;
  const auto next_size = [&] { return size_t{1} + cuts[next++ % cuts.size()]; };

  const std::string_view body = input.Rest();
  if (kind == 0) return TryMessage(schema, body);
  if (kind == 1) {
    const DecodedPage whole = DecodeWhole(schema, body);
    ExpectSameFault(whole.error, FindFault(body));
    Expect(DecodePieces(schema, PageFormat::kJson, body, next_size).Agrees(whole),
           "a page in pieces is the page at once");
    return;
  }
  Expect(DecodePieces(schema, PageFormat::kNdjson, body, next_size)
             .Agrees(DecodeLineByLine(schema, body)),
         "lines in pieces are the lines one by one");
}

}  // namespace
}  // namespace eventglass::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eventglass::test::Try({data, size});
  return 0;
}
