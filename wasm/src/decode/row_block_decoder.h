// Row blocks (docs/row_block.md) to the events of a page.
//
//   block = header directory names [row-ids] [row-versions] values{columns} strings* [changes]
//
// Sections follow one another in this order, each at the next multiple of 8: no two can share
// bytes, so that what a block decodes to is bounded by its size. Row ids, row versions and changes
// mean nothing outside the engine that wrote them; everything else is checked. Columns are matched
// to the schema by name: unknown ones are dropped, missing ones leave cells absent.
//
// A block that breaks the layout, that is of another schema, or whose texts are cut is refused
// whole; a row with a value that its column can't hold is left out and reported, as with JSON.
#pragma once

#include <string_view>

#include "decode/json_decoder.h"
#include "decode/mutation.h"
#include "decode/schema.h"

namespace eventglass {

// Strings of the page point into `block`. On an error the page is empty, and the code says
//
//   kEmpty, kTooLarge  as with JSON
//   kSyntax            the layout is broken; the offset is that of the field that shows it, or the
//                      block's size where it ends too early
//   kTrailingContent   there are more bytes than the block has
//   kInvalidUtf8       at the offset of the string
//   kWrongShape        another layout version; a column named twice, or of another type than the
//                      schema's; no id, no timestamp; a text that is cut
DecodeError DecodeRowBlock(const Schema& schema, std::string_view block, MutationList* page);

// A sentence for people, as DecodeMessage() has them for JSON.
std::string_view RowBlockMessage(DecodeCode code);

}  // namespace eventglass
