# Target `simdjson`, from the source in the npm package @nozbe/simdjson. Natively it is built as it
# is. It has no WebAssembly kernel; for WebAssembly its westmere (SSE4.2) kernel is compiled through
# Emscripten's SSE headers, which reads JSON about twice as fast as the scalar fallback.

set(simdjson_dir "${CMAKE_SOURCE_DIR}/wasm/node_modules/@nozbe/simdjson/src")
if(NOT EXISTS "${simdjson_dir}/simdjson.cpp")
  message(FATAL_ERROR "simdjson's source is not in ${simdjson_dir}. Run pnpm install.")
endif()

# Replaces `pattern`, which must occur exactly once.
function(eventglass_replace_once text_variable pattern replacement file)
  string(FIND "${${text_variable}}" "${pattern}" first)
  string(FIND "${${text_variable}}" "${pattern}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${file}: expected exactly one line\n  ${pattern}\n"
                        "This version of simdjson needs another patch: see cmake/simdjson.cmake.")
  endif()
  string(REPLACE "${pattern}" "${replacement}" text "${${text_variable}}")
  set(${text_variable} "${text}" PARENT_SCOPE)
endfunction()

# Writes `source` to `target`, with WebAssembly SIMD taken for x86-64 everywhere but where the
# compiler's x86 target attributes are set, which WebAssembly does not have.
function(eventglass_patch_simdjson source target)
  file(READ "${source}" text)
  eventglass_replace_once(text
    "\n#if (defined(__x86_64__) || defined(_M_AMD64)) && !defined(_M_ARM64EC)\n"
    "\n#if (defined(__x86_64__) || defined(_M_AMD64) || defined(__wasm_simd128__)) && !defined(_M_ARM64EC)\n"
    "${source}")
  eventglass_replace_once(text
    "\n#if SIMDJSON_IS_X86_64\n"
    "\n#if SIMDJSON_IS_X86_64 && !defined(__wasm_simd128__)\n"
    "${source}")
  file(CONFIGURE OUTPUT "${target}" CONTENT "@text@" @ONLY)
endfunction()

if(EMSCRIPTEN)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               "${simdjson_dir}/simdjson.h" "${simdjson_dir}/simdjson.cpp")
  set(patched_dir "${CMAKE_BINARY_DIR}/simdjson")
  eventglass_patch_simdjson("${simdjson_dir}/simdjson.h" "${patched_dir}/simdjson.h")
  eventglass_patch_simdjson("${simdjson_dir}/simdjson.cpp" "${patched_dir}/simdjson.cpp")
  set(simdjson_dir "${patched_dir}")
endif()

add_library(simdjson STATIC "${simdjson_dir}/simdjson.cpp")
target_include_directories(simdjson SYSTEM PUBLIC "${simdjson_dir}")
target_compile_definitions(simdjson PUBLIC
  SIMDJSON_EXCEPTIONS=0 SIMDJSON_DEVELOPMENT_CHECKS=0 SIMDJSON_THREADS_ENABLED=0)
target_compile_options(simdjson PRIVATE -w)
if(EVENTGLASS_SANITIZE OR EVENTGLASS_FUZZ)
  target_compile_options(simdjson PRIVATE -O2)
endif()
if(NOT EMSCRIPTEN AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  # The decoder uses the types of the kernel that is compiled in: natively the one of the module, which
  # every processor since 2010 has.
  target_compile_options(simdjson PUBLIC -msse4.2 -mpclmul)
  target_compile_definitions(simdjson PUBLIC
    SIMDJSON_IMPLEMENTATION_ICELAKE=0 SIMDJSON_IMPLEMENTATION_HASWELL=0)
endif()
if(EMSCRIPTEN)
  # The stand-ins for x86 headers that Emscripten lacks come before the system's.
  target_include_directories(simdjson BEFORE PUBLIC "${CMAKE_SOURCE_DIR}/cmake/simdjson_wasm")
  target_compile_options(simdjson PUBLIC -msse4.2)
  target_compile_definitions(simdjson PUBLIC
    __PCLMUL__=1
    SIMDJSON_IMPLEMENTATION_ICELAKE=0
    SIMDJSON_IMPLEMENTATION_HASWELL=0
    SIMDJSON_IMPLEMENTATION_WESTMERE=1
    SIMDJSON_IMPLEMENTATION_FALLBACK=0)
endif()
