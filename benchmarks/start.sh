#!/bin/bash
# Prints how long a start takes: from the launcher to "is ready", and to the first stock client's "Initialization Sequence Completed", with and without the start-up cache.
# Not a test: nothing is asserted. As root, with openvpn installed; in a network namespace of its own. Builds first where nothing is built or sources are newer.
# Usage: benchmarks/start.sh [RUNS]
set -euo pipefail
runs=${1:-5}
cd "$(dirname "$0")/.."
[[ "$(id -u)" == 0 ]] || { echo "start.sh: run it as root: it makes a network namespace" >&2; exit 1; }
command -v openvpn >/dev/null || { echo "start.sh: openvpn is missing (Debian: apt install openvpn)" >&2; exit 1; }
# the newest, where versions changed
archive() { ls -t gateway-daemon/target/sallyport-*.tar.gz 2>/dev/null | head -n 1; }
if [[ -z "${SALLYPORT_START_INSIDE:-}" ]]; then
    # The launcher builds where sources are newer, and an archive is as old as its jars.
    ./sallyport --version >/dev/null
    jar=$(ls -t gateway-daemon/target/gateway-daemon-*.jar | head -n 1)
    [[ -n "$(archive)" && ! "$jar" -nt "$(archive)" ]] || mvn -q -B -DskipTests -pl gateway-daemon -am package >&2
    SALLYPORT_START_INSIDE=1 exec unshare --net --mount bash "benchmarks/start.sh" "$runs"
fi
ip link set lo up
work=$(mktemp -d)
gateway='' client=''
tidy() {
    # shellcheck disable=SC2086 # a word or nothing each
    kill $gateway $client 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap tidy EXIT
tar xzf "$(archive)" -C "$work" --strip-components=1
sallyport=$work/bin/sallyport
"$sallyport" init "$work/etc" --name 127.0.0.1 >/dev/null
sed -i 's/"0.0.0.0:443"/"127.0.0.1:14443"/; s/"0.0.0.0:1194"/"127.0.0.1:11194"/; s/^drain:.*/drain: 0s/' "$work/etc/gateway.yaml"
"$sallyport" cert issue alice -c "$work/etc/gateway.yaml" >/dev/null
"$sallyport" profile export --user alice --out "$work/alice.zip" -c "$work/etc/gateway.yaml" >/dev/null
(cd "$work" && "${JAVA_HOME:-/usr}/bin/jar" xf alice.zip)
profile=$(find "$work" -name '*.ovpn' | head -n 1)

now() { date +%s%3N; }
median() { sort -n "$1" | sed -n "$(((runs + 1) / 2))p"; }

measure() {
    local name=$1 start run
    : >"$work/ready" && : >"$work/accepted"
    for ((run = 0; run < runs; run++)); do
        # The shell that starts a process empties its log only in a moment; the last run's words must not be read in it.
        : >"$work/gateway.log" && : >"$work/client.log"
        start=$(now)
        "$sallyport" run -c "$work/etc/gateway.yaml" >"$work/gateway.log" 2>&1 &
        gateway=$!
        until grep -q 'is ready' "$work/gateway.log" 2>/dev/null; do
            kill -0 "$gateway" || { cat "$work/gateway.log" >&2; exit 1; }
            sleep 0.005
        done
        echo $(($(now) - start)) >>"$work/ready"
        openvpn --config "$profile" --dev tun --route-nopull --ifconfig-noexec >"$work/client.log" 2>&1 &
        client=$!
        until grep -q 'Initialization Sequence Completed' "$work/client.log" 2>/dev/null; do
            kill -0 "$client" || { cat "$work/client.log" >&2; exit 1; }
            sleep 0.005
        done
        echo $(($(now) - start)) >>"$work/accepted"
        kill "$client" "$gateway"
        wait "$client" "$gateway" || true
        # the numbers may soon be those of somebody else's processes
        gateway='' client=''
    done
    printf '%-22s ready after %5d ms, first client after %5d ms (median of %d)\n' "$name" "$(median "$work/ready")" "$(median "$work/accepted")" "$runs"
}

measure "without the cache:"
"$sallyport" prepare >/dev/null
measure "with the cache:"
