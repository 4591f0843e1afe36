# shellcheck shell=bash
# ./dev test: the stages in order, each with its time and its log in var/test, and one line at the end that adds up all of them.

all_stages=(dev asan tidy format clang-tidy frontend contract demo)

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

# run_ctest PRESET
run_ctest() {
    local log=var/test/ctest-$1.log code=0 total failed skipped
    ctest --preset "$1" -j "$(nproc)" 2>&1 | tee "$log" | grep -vE '^ *[0-9]+/[0-9]+ Test .* Passed|^ +Start ' || true
    read -r failed total < <(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$log") || code=1
    if [ "$code" -ne 0 ] || [ -z "${total:-}" ]; then echo "ctest did not report"; return 1; fi
    skipped=$(grep -cE '\*\*\*Skipped|\*\*\*Not Run' "$log" || true)
    count $((total - failed - skipped)) "$failed" "$skipped"
}

stage_dev() { build dev; run_ctest dev; }

stage_asan() { build asan; run_ctest asan; }

# unittest FOLDER: Python's runner, counted.
unittest() {
    local log=var/test/unittest.log ran bad skipped
    python3 -B -m unittest discover -s "$1" -t "$1" -v 2>&1 | tee "$log" || true
    ran=$(sed -nE 's/^Ran ([0-9]+) tests? in .*/\1/p' "$log" | tail -n 1)
    bad=$(tail -n 1 "$log" | grep -oE '(failures|errors)=[0-9]+' | awk -F= '{n += $2} END {print n + 0}')
    skipped=$(tail -n 1 "$log" | grep -oE 'skipped=[0-9]+' | cut -d= -f2 || true)
    [ -n "$ran" ] || { echo "unittest did not report"; return 1; }
    count $((ran - bad - ${skipped:-0})) "$bad" "${skipped:-0}"
}

stage_tidy() { unittest tests/tidy; }

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
    build dev
    check "clang-tidy" python3 -B tests/tidy/clang_tidy.py build/dev
}

stage_frontend() {
    if [ ! -e frontend/package.json ]; then left_out "frontend/ is not there yet"; return 0; fi
    client_packages
    cd frontend
    check "typecheck" npm run typecheck
    check "lint" npm run lint
    NO_COLOR=1 npm test 2>&1 | tee ../var/test/vitest.log || true
    count_runner ../var/test/vitest.log
    check "build" npm run build
}

# count_runner LOG: "N passed", "N failed", "N skipped" of the last summary that vitest or Playwright printed.
count_runner() {
    local passed failed skipped summary
    summary=$(sed -E 's/\x1b\[[0-9;]*m//g' "$1" | grep -E '^ *(Tests +)?[0-9]+ (passed|failed|skipped|flaky|did not run)|^ +Tests ' | tail -n 6)
    number() { grep -oE "[0-9]+ $1" <<<"$summary" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }
    passed=$(number passed) failed=$(number failed) skipped=$(number skipped)
    failed=$((failed + $(number flaky) + $(number 'did not run')))
    [ $((passed + failed)) -gt 0 ] || { echo "the runner did not report"; return 1; }
    count "$passed" "$failed" "$skipped"
}

stage_contract() {
    if [ ! -e provisioning/CMakeLists.txt ]; then left_out "provisioning/ is not there yet: no OpenAPI document to compare"; return 0; fi
    build dev himsog
    build/dev/bin/himsog schema >var/test/openapi.json
    check "docs/openapi.json is what the dictionary says" diff -u docs/openapi.json var/test/openapi.json
}

# The campus of the tests: fresh, with its own folder and ports, so that a developer's running demo is left alone.
stage_demo() {
    if [ ! -e hub/CMakeLists.txt ] || [ ! -e edge/CMakeLists.txt ] || [ ! -e provisioning/CMakeLists.txt ]; then
        left_out "hub/, edge/ or provisioning/ is not there yet: no campus to start"; return 0
    fi
    export HIMSOG_DEMO_DIR=$root/var/test-demo HIMSOG_DEMO_PORT_BASE=${HIMSOG_TEST_PORT_BASE:-18440}
    ./dev stop >/dev/null 2>&1 || true
    rm -rf "$HIMSOG_DEMO_DIR"
    trap './dev stop || true' EXIT
    check "./dev run --detach" ./dev run --detach
    check "./dev run --detach again changes nothing" ./dev run --detach
    check "./dev story" ./dev story
    check "./dev story again, in less than 60 s" timeout 60 ./dev story
    stage_browser
    check "./dev stop" ./dev stop
}

# Debian's Chromium by its path. It trusts the campus authority from a home of its own: the developer's is left alone.
browser_home() {
    export HIMSOG_DEMO=$HIMSOG_DEMO_DIR/demo.json HIMSOG_CHROMIUM=/usr/bin/chromium
    export HOME=$HIMSOG_DEMO_DIR/browser-home
    mkdir -p "$HOME/.pki/nssdb"
    certutil -d "sql:$HOME/.pki/nssdb" -N --empty-password 2>/dev/null || true
    certutil -d "sql:$HOME/.pki/nssdb" -A -n "himsog demo" -t C,, -i "$HIMSOG_DEMO_DIR/hub/ca.pem"
}

stage_browser() {
    if [ ! -e frontend/e2e ]; then left_out "no browser tests yet"; return 0; fi
    if [ ! -x /usr/bin/chromium ] || [ "$os_id" != debian ]; then left_out "no Chromium package here (Ubuntu's is a snap): browser tests were skipped"; return 0; fi
    (
        browser_home
        cd frontend
        NO_COLOR=1 npm run e2e 2>&1 | tee ../var/test/playwright.log || true
        count_runner ../var/test/playwright.log
    )
}

shots() {
    provide test
    run --detach
    (browser_home; cd frontend && npm run shots)
}
