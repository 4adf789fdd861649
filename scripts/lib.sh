# Shared by the scripts in this folder. Sourcing it changes to the repository's root.
# shellcheck shell=bash

# `wait -n -p` came with bash 5.1, and the rest relies on the GNU tools: macOS has neither of its own.
if [ "${BASH_VERSINFO[0]}" -lt 5 ] || { [ "${BASH_VERSINFO[0]}" = 5 ] && [ "${BASH_VERSINFO[1]}" -lt 1 ]; }; then
  echo "bash 5.1 or newer is needed; this is $BASH_VERSION. With Homebrew: brew install bash" >&2
  exit 1
fi
for tool in sort sha256sum find xargs; do
  case $("$tool" --version 2>/dev/null) in
    *GNU*) ;;
    *)
      echo "GNU $tool is needed, as '$tool' on PATH. With Homebrew: brew install coreutils findutils," >&2
      echo 'and put the gnubin folders of both first on PATH.' >&2
      exit 1
      ;;
  esac
done

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repo" || exit

readonly min_node_version=20.19
# What the lock file was written with, and what is installed where there is none.
readonly pnpm_version=12.21.0
# The first whose lock files have the format of ours.
readonly min_pnpm_version=9.0.0
# Older ones make ES modules that don't load in Node 20, or lack parts of C++20.
readonly min_emscripten_version=3.1.60
# The last number is the revision of scripts/install-emscripten: raise it with what that installs.
readonly emscripten_prefix=${XDG_CACHE_HOME:-$HOME/.cache}/eventglass/emscripten-3.1.69-1

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

# version_at_least MINIMUM VERSION
version_at_least() { printf '%s\n%s\n' "$1" "$2" | sort -VC; }

# --- Steps ------------------------------------------------------------------------------------------

# The terminal, from inside a step whose output goes to its log.
exec 3>&1 4>&2

step_index=0
step_count=0
step_log=$(mktemp)
step_running=

# step NAME COMMAND…: runs the command, with one line of progress that ends in what the command puts
# into `step_result`. Its output is shown only if it fails, and then the script ends.
step() {
  local name=$1 started=$SECONDS
  shift
  # shellcheck disable=SC2034  # for the callers
  step_name=$name
  step_index=$((step_index + 1))
  printf '[%d/%d] %s … ' "$step_index" "$step_count" "$name"
  step_result=ready
  step_running=yes
  "$@" >"$step_log" 2>&1 </dev/null
  step_running=
  local took=$((SECONDS - started))
  if [ "$took" -ge 2 ]; then step_result+=", $took s"; fi
  printf '%s\n' "$step_result"
}

# What a script has to end or remove of its own: it may define this again.
clean_up() { :; }

# Called when the script ends, however it ends.
finish() {
  local status=$?
  trap - EXIT
  if [ -n "$step_running" ]; then
    printf 'failed\n' >&3
    cat "$step_log" >&4
  fi
  clean_up
  rm -f "$step_log"
  exit "$status"
}
trap finish EXIT

# --- Stamps: what is up to date ---------------------------------------------------------------------

stamp_dir=$repo/build/stamps
mkdir -p "$stamp_dir"

# content_hash PATH…: of the names and contents of all files in these places.
content_hash() {
  find "$@" \( -name node_modules -o -name .svelte-kit \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# Everything that decides how wasm/dist comes out.
wasm_inputs() {
  printf '%s\0' CMakeLists.txt CMakePresets.json cmake pnpm-lock.yaml scripts/build-wasm \
    scripts/lib.sh tsconfig.base.json wasm/package.json wasm/src wasm/ts wasm/tsconfig.json table/package.json \
    table/src table/tsconfig.json table/vite.config.js
}

# build_if_stale NAME OUTPUT INPUT… -- COMMAND…: runs the command unless a run of it with the same
# inputs made the output folder as it is.
build_if_stale() {
  local stamp=$stamp_dir/$1 output=$2 inputs=() wanted
  shift 2
  while [ "$1" != -- ]; do
    inputs+=("$1")
    shift
  done
  shift
  wanted=$(content_hash "${inputs[@]}")
  if [ -d "$output" ] && [ -e "$stamp" ] &&
    [ "$(cat "$stamp")" = "$wanted $(content_hash "$output")" ]; then
    step_result='up to date'
    return
  fi
  "$@"
  printf '%s %s\n' "$wanted" "$(content_hash "$output")" >"$stamp"
  step_result=built
}

# cpp_files PATTERN…: our own C++ files whose names match one of the patterns, separated by NUL.
cpp_files() {
  local pattern names=(-false)
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find wasm/src tests -name node_modules -prune -o -type f \( "${names[@]}" \) -print0
}

# --- Tools ------------------------------------------------------------------------------------------

check_node() {
  command -v node >/dev/null || die "Install Node.js $min_node_version or newer."
  step_result=$(node --version)
  version_at_least "$min_node_version" "${step_result#v}" ||
    die "Node.js $min_node_version or newer is needed; this is $step_result."
}

can_install_packages() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# ensure_packages PACKAGE=TEST…: installs each Debian package whose test, the name of a command or the
# path of a file, finds nothing.
ensure_packages() {
  local missing=() wanted
  for wanted in "$@"; do
    if [ ! -e "${wanted#*=}" ] && ! command -v "${wanted#*=}" >/dev/null; then
      missing+=("${wanted%%=*}")
    fi
  done
  if [ ${#missing[@]} = 0 ]; then return; fi
  can_install_packages ||
    die "Install these, under the names that your system has for them: ${missing[*]}" \
      "(On Debian as root, this script installs them itself.)"
  export DEBIAN_FRONTEND=noninteractive
  local apt_get=(apt-get -qq -o DPkg::Lock::Timeout=300)
  "${apt_get[@]}" update
  "${apt_get[@]}" install -y --no-install-recommends "${missing[@]}"
  hash -r
  step_result="installed ${missing[*]}"
}

ensure_build_tools() { ensure_packages cmake=cmake ninja-build=ninja python3=python3; }

# What the checks and tests need beyond the build.
ensure_test_tools() {
  ensure_packages g++=g++ doctest-dev=/usr/include/doctest/doctest.h clang-format=clang-format \
    clang-tidy=clang-tidy shellcheck=shellcheck chromium=chromium \
    chromium-headless-shell=chromium-headless-shell firefox-esr=firefox-esr \
    curl=curl openssl=openssl jq=jq
  ensure_fuzzing_tools
}

# What the fuzzers need: clang, and its libFuzzer, which is a package of its own.
ensure_fuzzing_tools() {
  ensure_packages clang=clang++
  if ! links_fuzzers; then
    ensure_packages "libclang-rt-$(clang++ -dumpversion | cut -d . -f 1)-dev=/nonexistent"
  fi
}

# Whether clang finds libFuzzer.
links_fuzzers() {
  clang++ -x c++ -fsanitize=fuzzer,address - -o /dev/null 2>/dev/null <<'SOURCE'
#include <cstddef>
extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, std::size_t) { return 0; }
SOURCE
}

ensure_pnpm() {
  if ! command -v pnpm >/dev/null; then
    npm install --global --no-audit --no-fund "pnpm@$pnpm_version" ||
      die "Install pnpm, for instance with: npm install --global pnpm@$pnpm_version"
    hash -r
  fi
  step_result=$(pnpm --version)
  version_at_least "$min_pnpm_version" "$step_result" ||
    die "pnpm $min_pnpm_version or newer is needed; this is $step_result." \
      "Install it, for instance with: npm install --global pnpm@$pnpm_version"
}

ensure_npm_packages() {
  local stamp=node_modules/.eventglass-installed wanted
  wanted=$(content_hash package.json pnpm-lock.yaml pnpm-workspace.yaml ./*/package.json)
  if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    step_result='up to date'
    return
  fi
  CI=true pnpm install --frozen-lockfile
  printf '%s\n' "$wanted" >"$stamp"
  step_result=installed
}

# The version of the em++ on PATH, or nothing.
emscripten_version() { em++ --version 2>/dev/null | sed -n '1s/.*) \([0-9.]*\).*/\1/p'; }

# Puts an em++ that is new enough on PATH: the one that is there, or one of our own.
ensure_emscripten() {
  local present
  present=$(emscripten_version || true)
  if [ -n "$present" ] && version_at_least "$min_emscripten_version" "$present"; then
    step_result="$present, found on PATH"
    return
  fi
  step_result='ready (cached)'
  if [ ! -e "$emscripten_prefix/env.sh" ]; then
    if ! can_install_packages || ! grep -qx 'ID=debian' /etc/os-release; then
      die "Emscripten $min_emscripten_version or newer is needed, with em++ on PATH${present:+ (this is $present)}." \
        "Install it with emsdk (https://emscripten.org/docs/getting_started/downloads.html) or with" \
        "your system's packages (Homebrew, Debian 13: emscripten). On Debian 12 as root, this" \
        "script installs it itself."
    fi
    scripts/install-emscripten "$emscripten_prefix"
    step_result='installed'
  fi
  # shellcheck source=/dev/null
  . "$emscripten_prefix/env.sh"
}

# configure PRESET: afresh where the build folder was made for another place or another Emscripten.
configure() {
  local cache=build/$1/CMakeCache.txt fresh=()
  if [ -e "$cache" ]; then
    if ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$repo" "$cache" ||
      { [ "$1" = wasm ] && ! grep -qxF "EVENTGLASS_EMXX:FILEPATH=$(command -v em++)" "$cache"; }; then
      fresh=(--fresh)
    fi
  fi
  cmake --preset "$1" "${fresh[@]}"
}

# --- Set-up and build: the steps that start and test have in common ---------------------------------

# shellcheck disable=SC2034  # for the callers
readonly set_up_step_count=5 build_step_count=3

set_up() {
  step Node check_node
  step 'Build tools' ensure_build_tools
  step pnpm ensure_pnpm
  step 'npm packages' ensure_npm_packages
  step Emscripten ensure_emscripten
}

build_wasm() {
  local inputs
  mapfile -d '' inputs < <(wasm_inputs)
  step 'Build wasm' build_if_stale wasm wasm/dist "${inputs[@]}" -- scripts/build-wasm
}

build_all() {
  build_wasm
  step 'Build backend' build_if_stale backend backend/build "$stamp_dir/wasm" tsconfig.base.json \
    backend/package.json backend/tsconfig.json backend/tsconfig.build.json backend/src -- \
    pnpm --filter @eventglass/backend build
  step 'Build app' build_if_stale app app/build "$stamp_dir/wasm" "$stamp_dir/backend" \
    app/package.json app/svelte.config.js app/tsconfig.json app/vite.config.ts app/src app/static table/package.json table/src -- \
    pnpm --filter @eventglass/app build
}
