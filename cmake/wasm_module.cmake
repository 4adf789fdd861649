# Target `eventglass_module`: an ES module and its .wasm file, for Node and for workers of browsers.

file(GLOB_RECURSE bindings_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/wasm/src/bindings/*.cc")
add_executable(eventglass_module ${bindings_sources})
set_target_properties(eventglass_module PROPERTIES SUFFIX .mjs)
target_link_libraries(eventglass_module PRIVATE eventglass_core eventglass_warnings)
target_compile_options(eventglass_module PRIVATE -Oz)  # the bindings; the engine has options of its own
# Embind without RTTI: types that are not registered have no readable name.
target_compile_definitions(eventglass_module PRIVATE EMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
target_link_options(eventglass_module PRIVATE
  -O3
  --closure=1
  -lembind
  -sMODULARIZE=1
  -sEXPORT_ES6=1
  -sEXPORT_NAME=createEventglassModule
  # Newer versions export the heap only when told to.
  -sEXPORTED_RUNTIME_METHODS=HEAPU8
  # wasm/ts/load_module.ts finds and compiles the binary, in Node too: so there is no code for that
  # here, and bundlers for browsers see no import of Node's.
  -sENVIRONMENT=web,worker
  -sUSE_ES6_IMPORT_META=0
  -sINCOMING_MODULE_JS_API=instantiateWasm
  # No eval, so that a strict Content-Security-Policy holds.
  -sDYNAMIC_EXECUTION=0
  -sFILESYSTEM=0
  # TextDecoder drops a byte order mark at the front of a string. Long texts leave as bytes anyway.
  -sTEXTDECODER=0
  -sALLOW_MEMORY_GROWTH=1
  # By a twentieth at a time: the default, a fifth, would be more than all that is held beside the columns.
  -sMEMORY_GROWTH_GEOMETRIC_STEP=0.05
  -sMAXIMUM_MEMORY=4GB
  # malloc answers null when memory runs out, and the engine reports it.
  -sABORTING_MALLOC=0
  # 256 KiB: the default of 64 KiB leaves little room below a deeply nested document.
  -sSTACK_SIZE=256KB)
