// Text to filter. docs/filter.md says what it means.
//
//   filter    = [ any ]
//   any       = all { "OR" all }
//   all       = negatable { [ "AND" ] negatable }
//   negatable = { "NOT" | "-" } ( "(" any ")" | term )
//   term      = name ( ":" value { "," value } | operator value )
//             | words
//   operator  = ">=" | ">" | "<=" | "<" | "="          number and timestamp columns
//   value     = "*"                                    of any column: there is a value
//             | ( bare | quoted ) [ "*" ]              text, dictionary, id; with * a prefix
//             | limit | [ limit ] ".." [ limit ]       number, timestamp
//             | "true" | "false"                       boolean
//   limit     = number | time                          as in JSON; filter/time_span.h
//   name      = one or more characters, none of them a space ( ) " : < > =
//             | quoted
//   words     = name, but for AND, OR and NOT
//   bare      = one or more characters, none of them a space ( ) " ,
//   quoted    = '"' { a character but " and \ | '\"' | '\\' } '"'
//
// Space is a space, a tab or a line's end. It is needed between terms, and has no place in one.
#pragma once

#include <string_view>

#include "decode/schema.h"
#include "filter/filter.h"
#include "filter/filter_error.h"

namespace eventglass {

// False if the text is not a filter: then only the error is set.
bool ParseFilter(std::string_view text, const Schema& schema, FilterTerms* terms, FilterNode* root,
                 FilterError* error);

}  // namespace eventglass
