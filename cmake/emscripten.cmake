# Toolchain file: hands over to the one of the Emscripten whose em++ is on PATH.

find_program(EVENTGLASS_EMXX em++ NO_CMAKE_FIND_ROOT_PATH)
if(NOT EVENTGLASS_EMXX)
  message(FATAL_ERROR "em++ is not on PATH. scripts/build-wasm installs Emscripten and sets PATH; "
                      "to call cmake by hand, run scripts/with-emscripten cmake …")
endif()

file(REAL_PATH "${EVENTGLASS_EMXX}" emxx)
cmake_path(GET emxx PARENT_PATH emscripten_root)
if(NOT EXISTS "${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")
  # em++ is a wrapper script, as in Homebrew: the installation itself knows where it is.
  execute_process(COMMAND em-config EMSCRIPTEN_ROOT
                  OUTPUT_VARIABLE emscripten_root OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
include("${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")
