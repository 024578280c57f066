# Sourced by `dev`: the tools that its commands need, and how each is installed if it is missing.
# shellcheck shell=bash

# Versions -------------------------------------------------------------------------------------------------
TRUNK_VERSION=0.21.14
BINARYEN_VERSION=132.0.0 # of the npm package; provides wasm-opt
WASM_SPLIT_VERSION=0.2.4
CARGO_FUZZ_VERSION=0.13.2
# The command-line tool and the crate must have the same version, so only Cargo.lock names it.
WASM_BINDGEN_VERSION=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/"/, ""); print $3; exit }' Cargo.lock)

# Paths ----------------------------------------------------------------------------------------------------
WASM=wasm32-unknown-unknown
# Tools that cargo does not install, and cargo's tools if another version occupies their usual place.
TOOLS=${XDG_CACHE_HOME:-$HOME/.cache}/pneumonia-cnn/tools
BINARYEN=$TOOLS/binaryen-$BINARYEN_VERSION
CARGO_BIN=${CARGO_HOME:-$HOME/.cargo}/bin
PATH=$TOOLS/trunk-$TRUNK_VERSION/bin:$TOOLS/wasm_split_cli_support-$WASM_SPLIT_VERSION/bin:$TOOLS/wasm-bindgen-cli-$WASM_BINDGEN_VERSION/bin:$TOOLS/cargo-fuzz-$CARGO_FUZZ_VERSION/bin:$BINARYEN/node_modules/.bin:$PATH:$CARGO_BIN
export PATH

# The toolchain made from Debian's packages if rustup cannot fetch the wasm32 standard library.
DEBIAN_TOOLCHAIN=debian-wasm32
DEBIAN_STD=/usr/lib/rustlib/$WASM
DEBIAN_LINKER=$TOOLS/$DEBIAN_TOOLCHAIN/bin

# Installing -----------------------------------------------------------------------------------------------
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# apt_install PACKAGE...: false if there is no apt or no way to run it as root. It never removes a package.
apt_install() {
  if ! have apt-get || { ((EUID != 0)) && ! have sudo; }; then
    return 1
  fi
  as_root apt-get update -qq >/dev/null &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends --no-remove "$@" >/dev/null
}

# within SECONDS COMMAND...: for downloads that may hang without a network.
within() {
  if have timeout; then
    timeout --foreground --kill-after=10 "$@"
  else
    "${@:2}"
  fi
}

# npm's own commands, without its advertisements. A stalled download is aborted and tried again: npm itself would wait
# forever. What is in npm's cache is not downloaded at all.
npm_quietly() {
  local try
  for try in 1 2 3; do
    if within 180 npm --no-audit --no-fund --ignore-scripts --prefer-offline --loglevel=error "$@" >&2; then
      return
    fi
    say "npm failed or took more than three minutes (try $try of 3)"
  done
  fail "npm could not fetch its packages: check that its registry can be reached, then try again"
}

# need_cargo_tool CRATE COMMAND VERSION WHY [cargo install's flags]
need_cargo_tool() {
  local crate=$1 command=$2 version=$3 why=$4 found root=${CARGO_HOME:-$HOME/.cargo}
  shift 4
  # `trunk 0.21.14`, `wasm-bindgen 0.2.130`: the second word, or nothing if the command is missing.
  found=$("$command" --version 2>/dev/null | awk 'NR == 1 { print $2 }' || true)
  if [[ $found == "$version" ]]; then
    return
  fi
  if [[ -n $found ]]; then
    say "$(command -v "$command") is version $found, but the project needs $version;" \
      "installing that version beside it, in the cache folder"
    root=$TOOLS/$crate-$version
  fi
  install_tool "$crate" "$version" "$root" "$why" "$@"
}

# It does not report its version, so each version has its own folder.
need_wasm_split() {
  local root=$TOOLS/wasm_split_cli_support-$WASM_SPLIT_VERSION
  if [[ ! -x $root/bin/wasm-split-cli ]]; then
    install_tool wasm_split_cli_support "$WASM_SPLIT_VERSION" "$root" "it splits the page's program in two" \
      --locked --features build-binary
  fi
}

# install_tool CRATE VERSION ROOT WHY [cargo install's flags]: prebuilt where `release_of` knows a release and its
# server can be reached, otherwise compiled.
install_tool() {
  local crate=$1 version=$2 root=$3 why=$4 url sum
  read -r url sum < <(release_of "$crate-$version" "$(uname -s)-$(uname -m)")
  if [[ -n $url ]] && have curl; then
    say "downloading $crate $version: $why"
    if download_tool "$url" "$sum" "$root/bin"; then
      return
    fi
  fi
  say "installing $crate $version with cargo (takes a minute or two): $why"
  # Compiled for a quick installation: Trunk only calls other tools, and these are fast enough with little optimisation.
  local level=1
  if [[ $crate == trunk ]]; then
    level=0
  fi
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=$level CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
    cargo install --quiet --root "$root" "${@:5}" "$crate@$version"
}

# release_of CRATE-VERSION SYSTEM-MACHINE: address and SHA-256 of the archive that the tool's maintainers publish, or
# an empty line. A version without a row is compiled, so a new version may come before its checksums are known.
release_of() {
  local trunk=https://github.com/trunk-rs/trunk/releases/download/v0.21.14
  local bindgen=https://github.com/wasm-bindgen/wasm-bindgen/releases/download/0.2.129/wasm-bindgen-0.2.129
  case $1/$2 in
    trunk-0.21.14/Linux-x86_64)
      echo "$trunk/trunk-x86_64-unknown-linux-gnu.tar.gz f2b4680cd239693a646a2795e4633c625328d7b2a044fbe749fa3a2fe9e7036b" ;;
    trunk-0.21.14/Linux-aarch64)
      echo "$trunk/trunk-aarch64-unknown-linux-gnu.tar.gz b1d8e60e454f7fc182d9a4d95d1506ffbae947d8ba90f8f6f02da93b60f980f9" ;;
    trunk-0.21.14/Darwin-arm64)
      echo "$trunk/trunk-aarch64-apple-darwin.tar.gz 764e299dd50d89442a4e96a236349f57961984b701e74d3dbdb39cd1c9f5101e" ;;
    wasm-bindgen-cli-0.2.129/Linux-x86_64)
      echo "$bindgen-x86_64-unknown-linux-musl.tar.gz 82d12bb940e2d4e72e0d5605387fc1b8ca179044e012b620f0ce4e7440e8320e" ;;
    wasm-bindgen-cli-0.2.129/Linux-aarch64)
      echo "$bindgen-aarch64-unknown-linux-gnu.tar.gz 1797c349a0f45d30946e8986b184135e12839ab576c9a04203e85febfc5dcb35" ;;
    wasm-bindgen-cli-0.2.129/Darwin-arm64)
      echo "$bindgen-aarch64-apple-darwin.tar.gz 81d4a23d56b3c3eb8187658329116d50e0b228a93b343825fb71f70179051cd1" ;;
    *) echo ;;
  esac
}

# download_tool URL SHA256 FOLDER: installs the programs of an archive; nothing of it runs or stays if its checksum is
# another.
download_tool() {
  local url=$1 sum=$2 folder=$3 work
  work=$(mktemp -d)
  if ! curl --fail --silent --location --proto '=https' --connect-timeout 10 --max-time 120 --output "$work/archive" "$url"; then
    say "$url could not be downloaded"
  elif [[ $(sha256_of "$work/archive") != "$sum" ]]; then
    say "$url has another checksum than tools/install.sh names; it is not used"
  elif ! unpack_programs "$work"; then
    say "$url does not run on this system"
  elif mkdir -p "$folder" && mv -f "$work/programs/"* "$folder"; then
    rm -rf "$work"
    return
  fi
  rm -rf "$work"
  return 1
}

# unpack_programs WORK: false unless each program of the archive runs here (one for glibc does not run on Alpine).
unpack_programs() {
  local program
  mkdir "$1/unpacked" "$1/programs" && tar -xzf "$1/archive" -C "$1/unpacked" &&
    find "$1/unpacked" -type f -perm -u+x -exec mv {} "$1/programs" \; || return 1
  for program in "$1/programs/"*; do
    "$program" --version >/dev/null 2>&1 || return 1
  done
}

# macOS has no sha256sum.
sha256_of() { { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | awk '{ print $1 }'; }

need_rust() {
  have cargo || fail "cargo is missing: install Rust with rustup (Cargo.toml names the version), then try again"
}

need_lints() {
  if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    say "installing rustfmt and clippy with rustup: the tests start with formatting and lints"
    rustup component add rustfmt clippy || fail "rustup could not add rustfmt and clippy"
  fi
}

need_node() {
  if ! have node || ! have npm; then
    say "installing Node.js with apt: wasm-opt and the page's tests run on it"
    apt_install nodejs npm || fail "Node.js 18 or newer and npm are missing: install them, then try again"
  fi
  node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' ||
    fail "Node.js $(node --version) is too old: install 18 or newer, then try again"
}

need_binaryen() {
  if [[ ! -x $BINARYEN/node_modules/.bin/wasm-opt ]]; then
    say "installing binaryen $BINARYEN_VERSION with npm: its wasm-opt makes the page's wasm smaller"
    mkdir -p "$BINARYEN"
    npm_quietly install --prefix "$BINARYEN" "binaryen@$BINARYEN_VERSION"
  fi
}

need_browser() {
  CHROMIUM=${CHROMIUM:-$(first_of chromium chromium-browser google-chrome google-chrome-stable)}
  CHROMEDRIVER=${CHROMEDRIVER:-$(first_of chromedriver)}
  if [[ -z $CHROMIUM || -z $CHROMEDRIVER ]]; then
    say "installing Chromium and its driver with apt: tests and benchmarks run in it"
    apt_install chromium chromium-driver ||
      fail "no browser to test in: install Chromium or Chrome and the matching chromedriver," \
        "on PATH or named by the variables CHROMIUM and CHROMEDRIVER, then try again"
    CHROMIUM=$(first_of chromium)
    CHROMEDRIVER=$(first_of chromedriver)
  fi
  export CHROMIUM CHROMEDRIVER
}

# The full path of the first of these commands that exists, or nothing.
first_of() {
  local name
  for name in "$@"; do
    if command -v "$name"; then
      return
    fi
  done
}

need_page_test_packages() {
  local installed=tests/page/node_modules/.installed-from
  if ! cmp -s tests/page/package-lock.json "$installed"; then
    say "installing the packages of tests/page with npm: they drive the browser"
    npm_quietly ci --prefix tests/page
    cp tests/page/package-lock.json "$installed"
  fi
}

need_firefox() {
  FIREFOX=${FIREFOX:-$(first_of firefox-esr firefox)}
  if [[ -z $FIREFOX ]]; then
    say "installing Firefox with apt: tests and benchmarks run in it too"
    if apt_install firefox-esr; then
      FIREFOX=$(first_of firefox-esr)
    else
      say "no Firefox: its tests and benchmarks are skipped (install it on PATH, or name it in the variable FIREFOX)"
    fi
  fi
  export FIREFOX
}

need_python() {
  # Debian packages ensurepip, which venv needs, separately.
  if ! have python3 || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    say "installing Python with apt: Keras runs on it"
    apt_install python3 python3-venv || fail "Python 3.11 or newer with venv is missing: install it, then try again"
  fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$(python3 --version) is too old: install 3.11 or newer, then try again"
}

# What this project is compared with, all of it below target/bench.
need_peers() {
  local node=target/bench/node venv=target/bench/venv
  if ! cmp -s bench/package-lock.json "$node/.installed-from"; then
    say "installing onnxruntime-web, tfjs and the browser drivers with npm: the page is compared with them"
    mkdir -p "$node"
    cp bench/package.json bench/package-lock.json bench/.npmrc "$node"
    npm_quietly ci --prefix "$node"
    cp bench/package-lock.json "$node/.installed-from"
  fi
  if ! cmp -s bench/requirements.txt "$venv/.installed-from"; then
    say "installing Keras on tensorflow-cpu with pip (1.5 GB on disk): the native program is compared with it"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement bench/requirements.txt >&2
    cp bench/requirements.txt "$venv/.installed-from"
  fi
}

# The wasm32 standard library ------------------------------------------------------------------------------
need_wasm_std() {
  if has_wasm_std "$(rustc --print sysroot)"; then
    return
  fi
  if ! debian_toolchain_is_current; then
    say "adding the $WASM standard library with rustup: the page is compiled for it"
    if have rustup && within 300 rustup target add "$WASM"; then
      return
    fi
    say "rustup could not fetch it"
    make_debian_toolchain ||
      fail "no standard library for $WASM: if rustup's servers can be reached, run" \
        "\`rustup target add $WASM\`; otherwise Debian's rustc-web packages and root are needed"
  fi
  on_wasm=(env "RUSTUP_TOOLCHAIN=$DEBIAN_TOOLCHAIN" "PATH=$DEBIAN_LINKER:$PATH")
}

# has_wasm_std SYSROOT
has_wasm_std() { compgen -G "$1/lib/rustlib/$WASM/lib/libstd-*.rlib" >/dev/null; }

# The copied library works only with the exact compiler that built it, which an upgrade replaces.
debian_toolchain_is_current() {
  [[ -x ${RUSTUP_HOME:-$HOME/.rustup}/toolchains/$DEBIAN_TOOLCHAIN/bin/cargo-clippy ]] &&
    [[ -x $DEBIAN_LINKER/rust-lld ]] && has_wasm_std /usr &&
    /usr/bin/rustc -vV 2>/dev/null | cmp -s - "$DEBIAN_STD/built-by"
}

# Builds the library from Debian's source package with Debian's own recent compiler, and registers it with rustup.
make_debian_toolchain() {
  have rustup || return 1
  say "building it from Debian's packages instead (about two minutes), as rustup toolchain $DEBIAN_TOOLCHAIN"
  apt_install rustc-web cargo-web rust-web-src rust-web-clippy || return 1
  link_wasm_linker || return 1
  local work
  work=$(mktemp -d)
  # Called on the left of `||`, where `set -e` has no effect: hence the chains of &&.
  (
    cd "$work" && mkdir src && touch src/lib.rs &&
      printf '[package]\nname = "only_std"\nedition = "2024"\n[lib]\ncrate-type = ["cdylib"]\n' >Cargo.toml &&
      # Without embed-bitcode, builds with LTO do not link.
      RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS=-Cembed-bitcode=yes PATH=$DEBIAN_LINKER:$PATH \
        /usr/bin/cargo build --quiet --release --target-dir target --target "$WASM" \
        -Zbuild-std=std,panic_abort,test &&
      /usr/bin/rustc -vV >built-by &&
      as_root rm -rf "$DEBIAN_STD" && as_root mkdir -p "$DEBIAN_STD/lib" &&
      as_root cp "target/$WASM/release/deps/"*.rlib "$DEBIAN_STD/lib/" &&
      as_root cp built-by "$DEBIAN_STD/built-by"
  ) && rm -rf "$work" && rustup toolchain link "$DEBIAN_TOOLCHAIN" /usr
}

# Debian's compiler looks for its linker on PATH as `rust-lld`: that of any rustup toolchain will do, or Debian's lld.
link_wasm_linker() {
  local linker
  linker=$(compgen -G "${RUSTUP_HOME:-$HOME/.rustup}/toolchains/*/lib/rustlib/*/bin/rust-lld" | head -n 1 || true)
  if [[ -z $linker ]]; then
    apt_install lld-22 || return 1
    linker=/usr/bin/lld-22
  fi
  mkdir -p "$DEBIAN_LINKER" && ln -sf "$linker" "$DEBIAN_LINKER/rust-lld"
}
