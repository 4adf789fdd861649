# Options that hold for every target, and the warnings for our own code.

# Neither is used: bad input is a value, and each would cost bytes in the module.
add_compile_options(-fno-exceptions -fno-rtti)

# __FILE__ and debug information name files relative to the repository, on whichever machine it is built.
add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")

if(EVENTGLASS_SANITIZE)
  # -O1 keeps the model tests fast enough to be run on every change.
  add_compile_options(-O1 -fno-omit-frame-pointer -fsanitize=address,undefined
                      -fno-sanitize-recover=all)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
endif()

if(EVENTGLASS_FUZZ)
  # The core is instrumented for the fuzzer as well, which grows what reaches new branches.
  add_compile_options(-O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined
                      -fno-sanitize-recover=all)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
endif()

if(EMSCRIPTEN)
  add_compile_options(-msimd128)
  # Linking takes the variant of Embind that agrees.
  add_link_options(-fno-exceptions -fno-rtti)
endif()

add_library(eventglass_warnings INTERFACE)
target_compile_options(eventglass_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
