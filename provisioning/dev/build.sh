# shellcheck shell=bash
# Building, formatting, cleaning.

# One compiler cache for every clone of this repository on a machine.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=true

programs=(himsog himsog-hub himsog-edge)

configure() {
    mkdir -p var
    cmake --preset "$1" >var/configure-"$1".log 2>&1 || { cat var/configure-"$1".log >&2; die "cmake could not configure $1"; }
}

# build PRESET [TARGET...]
build() {
    local preset=$1; shift
    configure "$preset"
    cmake --build --preset "$preset" ${1:+--target "$@"}
}

# The client is built when its sources are newer than what was built from them.
build_client() {
    client_packages
    if [ ! -e frontend/dist/index.html ] || [ -n "$(find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -type f -newer frontend/dist/index.html -print -quit)" ]; then
        (cd frontend && npm run build)
    fi
}

client_packages() {
    local stamp
    stamp=$(sha256sum <frontend/package-lock.json)
    [ "$(cat frontend/node_modules/.himsog-stamp 2>/dev/null)" != "$stamp" ] || return 0
    (cd frontend && npm ci --loglevel=error)
    echo "$stamp" >frontend/node_modules/.himsog-stamp
}

cpp_files() { git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp'; }

format() {
    if command -v clang-format-14 >/dev/null; then cpp_files | xargs -r clang-format-14 -i; else say "no clang-format 14 here: C++ is left as it is"; fi
    client_packages
    (cd frontend && npm run format)
}

lint() { run_tests tidy format clang-tidy; }

clean() {
    if [ -d "$demo_dir" ]; then stop; fi
    rm -rf build var frontend/node_modules frontend/dist
}
