# shellcheck shell=bash
# ./dev test: the stages in order, each with its time and its log in var/test, and one line at the end that adds up all of them.

all_stages=(tidy format clang-tidy asan simulation frontend contract demo faults browser)

# count PASSED FAILED [SKIPPED]: what a runner of this stage reported.
count() { echo "$1 $2 ${3:-0}" >>"$counts"; }

left_out() { printf 'left out: %s\n' "$*"; count 0 0 1; }

# check WHAT COMMAND...: a check without a runner of its own counts as one test.
check() {
    local what=$1; shift
    if "$@"; then printf 'ok: %s\n' "$what"; count 1 0; else printf 'FAILED: %s\n' "$what"; count 0 1; fi
}

run_tests() {
    local stage code start wanted=" ${*:-${all_stages[*]}} " began=$SECONDS
    for stage in ${*:-}; do case " ${all_stages[*]} " in *" $stage "*) ;; *) die "no stage named $stage; there are ${all_stages[*]}" ;; esac; done
    mkdir -p var/test
    summary=$root/var/test/summary
    : >"$summary"
    local passed=0 failed=0 skipped=0 p f s stage_failed
    start=$SECONDS
    provide test
    printf '== install: %d s\n' $((SECONDS - start))
    for stage in "${all_stages[@]}"; do
        case $wanted in *" $stage "*) ;; *) continue ;; esac
        start=$SECONDS
        counts=$root/var/test/$stage.counts
        : >"$counts"
        printf '== %s\n' "$stage"
        set +e
        (set -e; "stage_${stage//-/_}") 2>&1 | tee "var/test/$stage.log"
        code=${PIPESTATUS[0]}
        set -e
        stage_failed=0
        while read -r p f s; do passed=$((passed + p)); failed=$((failed + f)); skipped=$((skipped + s)); stage_failed=$((stage_failed + f)); done <"$counts"
        # A stage that broke off is a failure even if no runner came to say so.
        if [ "$code" -ne 0 ] && [ "$stage_failed" -eq 0 ]; then failed=$((failed + 1)); stage_failed=1; fi
        if [ "$stage_failed" -gt 0 ]; then echo "$stage: failed, see var/test/$stage.log" >>"$summary"; fi
        printf '== %s: %s, %d s\n' "$stage" "$([ "$stage_failed" -eq 0 ] && echo ok || echo FAILED)" $((SECONDS - start))
    done
    cat "$summary"
    printf 'all stages: %d s\n' $((SECONDS - began))
    if [ "$skipped" -gt 0 ]; then printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    else printf '%d passed, %d failed\n' "$passed" "$failed"; fi
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# runner NAME COUNTING COMMAND...: a test runner, its output kept in var/test/NAME.log, from which COUNTING prints "PASSED FAILED SKIPPED".
# A runner that fails without naming a failure, or that reports nothing, is a failure too.
runner() {
    local log=$root/var/test/$1.log counting=$2 code=0 passed=0 failed=0 skipped=0
    shift 2
    export NO_COLOR=1
    set +e
    "$@" 2>&1 | tee "$log" | quieter
    code=${PIPESTATUS[0]}
    set -e
    read -r passed failed skipped < <("$counting" "$log") || passed=0 failed=0 skipped=0
    if [ "$((passed + failed))" -eq 0 ]; then echo "FAILED: the runner did not report"; failed=1; fi
    if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then echo "FAILED: the runner ended with $code"; failed=1; fi
    count "$passed" "$failed" "$skipped"
}

# What passed need not be read.
quieter() { grep -vE '^ *[0-9]+/[0-9]+ Test .* Passed|^ +Start +[0-9]+:' || true; }

counted_by_ctest() {
    local failed total skipped
    read -r failed total < <(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$1") || return 0
    skipped=$(grep -cE '\*\*\*Skipped' "$1" || true)
    echo "$((total - failed - skipped)) $failed $skipped"
}

counted_by_unittest() {
    local ran bad skipped
    ran=$(sed -nE 's/^Ran ([0-9]+) tests? in .*/\1/p' "$1" | tail -n 1)
    bad=$(tail -n 1 "$1" | { grep -oE '(failures|errors)=[0-9]+' || true; } | awk -F= '{n += $2} END {print n + 0}')
    skipped=$(tail -n 1 "$1" | grep -oE 'skipped=[0-9]+' | cut -d= -f2 || true)
    [ -n "$ran" ] && echo "$((ran - bad - ${skipped:-0})) $bad ${skipped:-0}"
}

# vitest ("Tests  1 failed | 12 passed (13)") and Playwright ("  12 passed (30s)").
counted_in_client() {
    local summary
    summary=$(sed -E 's/\x1b\[[0-9;]*m//g' "$1" | grep -E '^ +Tests +[0-9]|^ +[0-9]+ (passed|failed|skipped|flaky|did not run)' | tail -n 6)
    number() { grep -oE "[0-9]+ $1" <<<"$summary" | tail -n 1 | grep -oE '^[0-9]+' || echo 0; }
    echo "$(number passed) $(($(number failed) + $(number flaky) + $(number 'did not run'))) $(number skipped)"
}

# The seeds that sanitizers would make slow, at -O1 alone.
stage_simulation() {
    build dev himsog-sim
    check "simulation, 500 seeds" build/dev/bin/himsog-sim --seeds 500
}

stage_asan() { build asan; runner ctest-asan counted_by_ctest ctest --preset asan -j "$(nproc)"; }

stage_tidy() { runner unittest counted_by_unittest python3 -B -m unittest discover -s tests/tidy -t tests/tidy; }

stage_format() {
    if ! command -v clang-format-14 >/dev/null; then left_out "clang-format 14 is not offered here; its check was skipped"; return 0; fi
    check "C++ is formatted (./dev format does it)" all_formatted
}

all_formatted() {
    local file bad=0
    while read -r file; do
        clang-format-14 "$file" | cmp -s - "$file" || { echo "not formatted: $file"; bad=1; }
    done < <(cpp_files)
    [ "$bad" -eq 0 ]
}

stage_clang_tidy() {
    if ! command -v clang-tidy-14 >/dev/null; then left_out "clang-tidy 14 is not offered here; it was skipped"; return 0; fi
    configure dev
    check "clang-tidy" python3 -B tests/tidy/clang_tidy.py build/dev
}

in_client() { (cd frontend && npm run --silent "$@"); }

stage_frontend() {
    client_packages
    check "typecheck" in_client typecheck
    check "lint" in_client lint
    runner vitest counted_in_client in_client test
    check "build" in_client build
}

stage_contract() {
    build release "${programs[@]}"
    build/release/bin/himsog schema >var/test/openapi.json
    check "docs/openapi.json is what the dictionary says" diff -u docs/openapi.json var/test/openapi.json
}

# test_campus [FOLDER OFFSET]: the campus of the tests has its own folder and ports, so that a developer's running demo is left alone.
test_campus() {
    export HIMSOG_DEMO_DIR=$root/var/${1:-test-demo} HIMSOG_DEMO_PORT_BASE=$((${HIMSOG_TEST_PORT_BASE:-18440} + ${2:-0}))
    trap './dev stop || true' EXIT
}

fresh_campus() {
    ./dev stop >/dev/null 2>&1 || true
    rm -rf "$HIMSOG_DEMO_DIR"
    check "./dev run --detach" ./dev run --detach
}

# The variables of common/journal/mutants.hpp and sync/session/mutants.hpp, by which tests break rules.
switches_in() { nm -C "$@" | grep -E 'himsog::(journal::(active_mutant|hidden_belt)|sync::broken_rules)$'; }
no_switches_in() { ! switches_in "$@"; }

# The programs that are shipped cannot be told to break a rule; that they could be found is shown on one that can.
release_has_no_switches() {
    build dev himsog-sim && switches_in build/dev/bin/himsog-sim >/dev/null && no_switches_in "${programs[@]/#/build/release/bin/}"
}

# A fresh one, and the main job played on it.
stage_demo() {
    test_campus
    fresh_campus
    check "no switches for tests in the Release programs" release_has_no_switches
    check "./dev run --detach again changes nothing" ./dev run --detach
    check "./dev story" ./dev story
    check "./dev story again, in less than 60 s" timeout 60 ./dev story
    check "./dev stop" ./dev stop
}

# A fresh one of its own: what it went through is no place for the pages' tests.
stage_faults() {
    local demo
    test_campus fault-demo 100
    fresh_campus
    demo=$HIMSOG_DEMO_DIR/demo.json
    check "nothing acknowledged is lost by kill -9" python3 -B tests/faults/kill_test.py "$demo"
    check "./dev start after kill -9" ./dev start
    check "nothing typed lies in clear, nothing is written outside data_dir" python3 -B tests/faults/planted_test.py "$demo"
    check "./dev stop" ./dev stop
}

stage_browser() {
    if [ ! -x /usr/bin/chromium ] || [ "$os_id" != debian ]; then left_out "no Chromium package here (Ubuntu's is a snap): browser tests were skipped"; return 0; fi
    test_campus
    ./dev run --detach
    export HIMSOG_DEMO=$HIMSOG_DEMO_DIR/demo.json
    runner playwright counted_in_client in_client e2e
}

shots() {
    provide test
    run --detach
    HIMSOG_DEMO=$demo_dir/demo.json in_client shots
}
