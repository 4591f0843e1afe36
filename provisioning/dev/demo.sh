# shellcheck shell=bash
# The demo campus: a hub and two sites on this machine, each a process of its own with its own database, key and certificates.
# All of it lies in var/demo. Another folder and other ports make another campus beside it (./dev test does that).

demo_dir=${HIMSOG_DEMO_DIR:-$root/var/demo}
case $demo_dir in /*) ;; *) demo_dir=$root/$demo_dir ;; esac
port_base=${HIMSOG_DEMO_PORT_BASE:-8440}
export HIMSOG_DEMO_DIR=$demo_dir HIMSOG_DEMO_PORT_BASE=$port_base

nodes=(hub talamban downtown)
sync_port=$((port_base + 10))
patients_per_site=1000
visits_per_site=5000

port_of() { case $1 in hub) echo "$port_base" ;; talamban) echo $((port_base + 1)) ;; downtown) echo $((port_base + 2)) ;; esac; }
site_of() { case $1 in talamban) echo Talamban ;; downtown) echo Downtown ;; esac; }
program_of() { case $1 in hub) echo himsog-hub ;; *) echo himsog-edge ;; esac; }
config_of() { echo "$demo_dir/config/$1.toml"; }
himsog() { local node=$1; shift; build/release/bin/himsog --config "$(config_of "$node")" "$@"; }

known_node() {
    case " ${nodes[*]} " in *" $1 "*) ;; *) die "no node named $1; there are ${nodes[*]}" ;; esac
}

# pid_of NODE: its process, or nothing. A number left behind by a kill -9 or a restart of the machine is not taken for it.
pid_of() {
    local pid
    pid=$(cat "$demo_dir/run/$1.pid" 2>/dev/null) || return 0
    if [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$(config_of "$1")"; then echo "$pid"; fi
}

campus() { python3 provisioning/dev/campus.py "$demo_dir" "$@"; }

# demo.json: what scripts and tests read.
write_demo_json() {
    local node
    local -a facts=()
    for node in "${nodes[@]}"; do facts+=("$node=$(port_of "$node")=$(pid_of "$node")"); done
    campus write "${facts[@]}"
}

write_config() {
    local node=$1 config
    config=$(config_of "$node")
    [ -e "$config" ] && return 0
    case $demo_dir in *[\"\\]*) die "the path $demo_dir holds a character that the configuration cannot" ;; esac
    [ "${#demo_dir}" -le 80 ] || die "the path $demo_dir is too long for a Unix socket"
    {
        echo "name = \"$node\""
        echo "data_dir = \"$demo_dir/$node\""
        echo "key_file = \"$demo_dir/keys/$node.key\""
        echo "socket = \"$demo_dir/run/$node.sock\""
        echo "port = $(port_of "$node")"
        if [ "$node" = hub ]; then echo "sync_port = $sync_port"; fi
        echo "web_root = \"$root/frontend/dist\""
    } >"$config.new"
    mv "$config.new" "$config"
}

# Each step of provisioning leaves a mark when it is done, so that an interrupted one goes on where it was.
step_done() { [ -e "$demo_dir/provisioned/$1" ]; }
mark() { touch "$demo_dir/provisioned/$1"; }

provision_hub() {
    if ! step_done ca; then say "making the campus authority"; himsog hub ca init >/dev/null; mark ca; fi
    if ! step_done accounts; then
        say "making one account for each role"
        himsog hub demo accounts --out "$demo_dir/accounts.json" >/dev/null
        mark accounts
    fi
}

# enrol NODE: with the one-time code that the running hub gives. Broken off while the site joined, it asks again with the same code, which
# works for an hour.
enrol() {
    local node=$1 site code_file=$demo_dir/provisioned/$1.code
    site=$(site_of "$node")
    if step_done "$node"; then return 0; fi
    say "enrolling $site"
    find "$demo_dir/provisioned" -name "$node.code" -mmin +59 -delete
    [ -s "$code_file" ] || himsog hub site add "$site" >"$code_file"
    himsog "$node" edge join "$(cat "$code_file")" >/dev/null
    mark "$node"
    rm "$code_file"
}

seed() {
    local node=$1 site
    site=$(site_of "$node")
    if step_done "$node-seeded"; then return 0; fi
    say "writing $patients_per_site patients and $visits_per_site visits at $site"
    himsog "$node" demo seed --site "$site" --patients "$patients_per_site" --visits "$visits_per_site" >/dev/null
    mark "$node-seeded"
}

# is_gone PID: after a kill -9 a process keeps its files, and so the lock of data_dir, for a moment longer than its command line.
is_gone() {
    local state
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 0
    [ -z "$state" ] || { [ "$state" = Z ] && [ "$(ls "/proc/$1/task" 2>/dev/null | wc -l)" -le 1 ]; }
}

start_node() {
    local node=$1 pid data=$demo_dir/$1
    if [ -z "$(pid_of "$node")" ]; then
        pid=$(cat "$demo_dir/run/$node.pid" 2>/dev/null) || pid=
        # Another process may have got the number since: it has a command line of its own, and is not waited for.
        if [ -n "$pid" ]; then
            for _ in $(seq 100); do is_gone "$pid" || [ -n "$(tr -d '\0' 2>/dev/null <"/proc/$pid/cmdline")" ] && break; sleep 0.05; done
        fi
        mkdir -p -m 700 "$data"
        # Its log is in data_dir; what it may say beside that (a crash) goes there too: a node writes nowhere else.
        (umask 077; : >>"$data/stderr.log")
        setsid "build/release/bin/$(program_of "$node")" --config "$(config_of "$node")" >/dev/null 2>>"$data/stderr.log" </dev/null &
        echo $! >"$demo_dir/run/$node.pid"
        # setsid has become the program before its command line tells so.
        pid=$!
        for _ in $(seq 50); do [ -n "$(pid_of "$node")" ] && break; kill -0 "$pid" 2>/dev/null || break; sleep 0.02; done
    fi
    wait_ready "$node"
}

wait_ready() {
    local node=$1 url deadline
    url=https://localhost:$(port_of "$node")/readyz
    deadline=$((SECONDS + 60))
    until curl -sf --max-time 5 --noproxy '*' --cacert "$demo_dir/hub/ca.pem" -o /dev/null "$url"; do
        if [ -z "$(pid_of "$node")" ]; then
            tail -n 20 "$demo_dir/$node/stderr.log" "$demo_dir/$node/himsog.log" >&2 2>/dev/null || true
            die "$node ended instead of starting"
        fi
        [ "$SECONDS" -lt "$deadline" ] || die "$node did not become ready within a minute; see ./dev logs $node"
        sleep 0.1
    done
}

stop_node() {
    local node=$1 pid
    pid=$(pid_of "$node")
    if [ -n "$pid" ]; then
        kill -TERM "$pid" 2>/dev/null || true
        for _ in $(seq 300); do
            [ -n "$(pid_of "$node")" ] || break
            sleep 0.1
        done
        if [ -n "$(pid_of "$node")" ]; then
            kill -KILL "$pid" 2>/dev/null || true
            say "$node did not stop within 30 s and was killed"
            stop_failed=yes
        fi
    fi
    rm -f "$demo_dir/run/$node.pid"
}

need_campus() { [ -e "$demo_dir/demo.json" ] || die "there is no campus yet: ./dev run"; }

running_nodes() { local node; for node in "${nodes[@]}"; do if [ -n "$(pid_of "$node")" ]; then echo "$node"; fi; done; }


start() {
    need_campus
    local node
    if [ $# -eq 0 ]; then set -- "${nodes[@]}"; fi
    for node; do known_node "$node"; done
    for node; do start_node "$node"; done
    write_demo_json
}

stop() {
    local node stop_failed=
    if [ $# -eq 0 ]; then set -- downtown talamban hub; fi
    for node; do known_node "$node"; done
    for node; do stop_node "$node"; done
    if [ -e "$demo_dir/demo.json" ]; then write_demo_json; fi
    [ -z "$stop_failed" ]
}

bring_up() {
    local node
    provide build
    build release "${programs[@]}"
    build_client
    (umask 077; mkdir -p "$demo_dir" "$demo_dir"/{run,keys,config,provisioned})
    for node in "${nodes[@]}"; do write_config "$node"; done
    if [ -z "$(pid_of hub)" ]; then provision_hub; fi
    start_node hub
    for node in talamban downtown; do
        if [ -z "$(pid_of "$node")" ]; then enrol "$node"; fi
        start_node "$node"
    done
    write_demo_json
    for node in talamban downtown; do seed "$node"; done
    say "waiting until all of it is everywhere"
    campus wait
    mark ready
}

run() {
    local detach=
    case ${1:-} in --detach) detach=yes ;; "") ;; *) die "run takes --detach or nothing" ;; esac
    if step_done ready && [ "$(running_nodes | wc -l)" -eq "${#nodes[@]}" ]; then
        say "the campus is running"
        local node
        for node in "${nodes[@]}"; do wait_ready "$node"; done
    else
        bring_up
    fi
    campus greet
    [ -n "$detach" ] || follow
}

# The campus in the foreground: its logs on the screen, and stopped with Ctrl-C.
follow() {
    local node
    local -a watching=()
    trap 'trap "" INT TERM; say "stopping"; stop; kill "${watching[@]}" 2>/dev/null; exit 0' INT TERM
    for node in "${nodes[@]}"; do
        tail -n 0 -F "$demo_dir/$node/himsog.log" 2>/dev/null > >(sed -u "s/^/$node: /") &
        watching+=($!)
    done
    while [ -n "$(running_nodes)" ]; do sleep 1 & wait $!; done
    kill "${watching[@]}" 2>/dev/null
    die "all nodes have ended"
}

status() { need_campus; write_demo_json; campus status; }

logs() {
    [ $# -eq 1 ] || die "logs of which node? ${nodes[*]}"
    known_node "$1"
    exec tail -n 100 -F "$demo_dir/$1/himsog.log"
}

story() { need_campus; python3 tests/e2e/story.py "$demo_dir/demo.json" "$@"; }
