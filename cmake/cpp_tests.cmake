# The C++ tests, for the host and, in the wasm preset, for Node.

find_path(EVENTGLASS_DOCTEST_DIR doctest/doctest.h
          PATHS /usr/include /usr/local/include /opt/homebrew/include NO_CMAKE_FIND_ROOT_PATH)
if(NOT EVENTGLASS_DOCTEST_DIR)
  # Building the module alone does not need it. Running the tests does: `ctest` then reports an error.
  message(STATUS "doctest is not installed: no C++ tests in this build")
  return()
endif()

# Copied, because a cross build must not see the rest of the host's include folder.
configure_file("${EVENTGLASS_DOCTEST_DIR}/doctest/doctest.h"
               "${CMAKE_BINARY_DIR}/doctest/doctest/doctest.h" COPYONLY)
add_library(eventglass_doctest INTERFACE)
target_include_directories(eventglass_doctest SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/doctest")
target_compile_definitions(eventglass_doctest INTERFACE
  DOCTEST_CONFIG_NO_EXCEPTIONS_BUT_WITH_ALL_ASSERTS DOCTEST_CONFIG_NO_POSIX_SIGNALS)

if(EMSCRIPTEN)
  # The test programs are CommonJS, in a repository whose .js files are ES modules.
  file(WRITE "${CMAKE_BINARY_DIR}/package.json" "{ \"type\": \"commonjs\" }\n")
endif()

# The documents of tests/fixtures/json as a literal, since tests in WebAssembly read no files.
set(documents_file "${CMAKE_SOURCE_DIR}/tests/fixtures/json/documents.txt")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${documents_file}")
file(READ "${documents_file}" documents)
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/fixtures/json_documents.inc" CONTENT
     "R\"documents(@documents@)documents\"\n" @ONLY)

# Test program `name`, from every *_test.cc below tests/`folder`.
function(eventglass_add_tests name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${folder}/*_test.cc")
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources} "${CMAKE_SOURCE_DIR}/tests/unit/main.cc")
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests"
                             "${CMAKE_BINARY_DIR}/fixtures")
  target_link_libraries(${name} PRIVATE eventglass_core eventglass_doctest eventglass_warnings)
  if(EMSCRIPTEN)
    target_link_options(${name} PRIVATE
      -sENVIRONMENT=node -sEXIT_RUNTIME=1 -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB
      -sABORTING_MALLOC=0 -sSTACK_SIZE=1MB)
  endif()
  add_test(NAME ${name} COMMAND ${name} --no-colors=true)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

eventglass_add_tests(unit_tests unit)
eventglass_add_tests(model_tests model)
