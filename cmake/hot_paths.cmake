# The program behind scripts/count-instructions.

add_executable(hot_paths EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/tests/measure/hot_paths.cc")
target_include_directories(hot_paths PRIVATE "${CMAKE_SOURCE_DIR}/tests")
target_link_libraries(hot_paths PRIVATE eventglass_core eventglass_warnings)
if(EMSCRIPTEN)
  target_link_options(hot_paths PRIVATE
    -O3 -sENVIRONMENT=node -sEXIT_RUNTIME=1 -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB)
endif()
