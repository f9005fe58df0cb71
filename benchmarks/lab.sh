# Sourced by the scripts that measure the gateway beside OpenVPN's own server: network namespaces, the servers, the runs and their table. Needs the variables script, runs, seconds,
# cipher (OpenVPN's), transports (of OpenVPN's server), sallyport and keep.
#   client (one a server and transport) wan 198.51.100.x --- gateway 198.51.100.1, 10.20.0.1 --- host 10.20.0.2 with iperf3
# Both servers run side by side; the idle one costs nothing worth counting.

fail() {
    echo "$script: $*" >&2
    exit 1
}

check_host() {
    [ "$(id -u)" = 0 ] || fail "must run as root: it makes network namespaces and TUN devices."
    local tool missing=
    for tool in ip iperf3 openvpn openssl awk sort timeout; do
        command -v $tool >/dev/null 2>&1 || missing="$missing $tool"
    done
    [ -z "$missing" ] || fail "missing:$missing (Debian: apt install iproute2 iperf3 openvpn openssl gawk coreutils)"
    [ -x "$sallyport" ] || fail "$sallyport cannot be run."
    [ -c /dev/net/tun ] || fail "there is no /dev/net/tun."
    case $runs$seconds in *[!0-9]*) fail "-n and -t take numbers." ;; esac
}

begin() {
    tag=spb$$
    work=$(mktemp -d /tmp/sallyport-bench.XXXXXX) || exit 1
    chmod 700 "$work"
    ticks=$(getconf CLK_TCK)
    pids=()
    trap tidy EXIT
    trap 'exit 130' INT TERM HUP PIPE
}

tidy() {
    trap "" EXIT INT TERM HUP PIPE
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
    for pid in "${pids[@]}"; do
        timeout 10 tail --pid="$pid" -f /dev/null 2>/dev/null || kill -9 "$pid" 2>/dev/null
    done
    local name
    for name in $(ip netns list | awk -v tag="$tag-" 'index($1, tag) == 1 { print $1 }'); do ip netns del "$name"; done
    rm -rf "/etc/netns/$tag-gw"
    if [ -n "$keep" ]; then echo "kept: $work"; else rm -rf "$work"; fi
}

# start NAME NAMESPACE COMMAND...: in the background, its output in $work/NAME.log, its pid in $started
start() {
    local name=$1 namespace=$2
    shift 2
    ip netns exec "$tag-$namespace" "$@" >"$work/$name.log" 2>&1 </dev/null &
    started=$!
    pids+=("$started")
}

# await SECONDS WHAT COMMAND...: until the command succeeds
await() {
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $until ]; then
            tail -n 20 "$work"/*.log >&2
            fail "$what did not happen in time."
        fi
        sleep 0.2
    done
}

in_ns() {
    local namespace=$1
    shift
    ip netns exec "$tag-$namespace" "$@"
}

plug() { # plug NAMESPACE ADDRESS: onto the outer network
    ip link add wan0 netns "$tag-$1" type veth peer name "up-$1" netns "$tag-net" || fail "no veth"
    in_ns net ip link set "up-$1" master br0 up
    in_ns "$1" ip addr add "$2/24" dev wan0
    in_ns "$1" ip link set wan0 up
}

build_network() {
    local name
    for name in net gw host cli-ours cli-theirs; do
        ip netns add "$tag-$name" || fail "cannot make network namespaces here."
        in_ns $name ip link set lo up
    done
    in_ns net ip link add br0 type bridge
    in_ns net ip link set br0 up
    plug gw 198.51.100.1
    plug cli-ours 198.51.100.11
    plug cli-theirs 198.51.100.12
    ip link add lan0 netns "$tag-gw" type veth peer name lan0 netns "$tag-host"
    in_ns gw ip addr add 10.20.0.1/24 dev lan0
    in_ns gw ip link set lan0 up
    in_ns host ip addr add 10.20.0.2/24 dev lan0
    in_ns host ip link set lan0 up
    in_ns host ip route add default via 10.20.0.1
    in_ns gw sysctl -q -w net.ipv4.ip_forward=1
}

prepare_ours() { # the certificates for both, and a client of each kind: a certificate, and a user with a password
    # builds, where nothing is built yet: that takes as long as it takes
    "$sallyport" --version >/dev/null || fail "$sallyport does not run."
    mkdir -p "/etc/netns/$tag-gw" && echo "198.51.100.1 vpn.example.test" >"/etc/netns/$tag-gw/hosts"
    timeout 300 "$sallyport" init "$work/ours" --name vpn.example.test --pool 172.16.201.0/24 >"$work/init.log" 2>&1 ||
        { cat "$work/init.log" >&2; fail "sallyport init failed."; }
    sed -i -e 's|^\( *routes:\).*|\1 [10.20.0.0/16]|' \
        -e "s|^\( *\)require: any.*|\1require: certificate\n\1data-ciphers: [$cipher]|" \
        -e 's|^\( *prometheus:\).*|\1 "127.0.0.1:9464"|' "$work/ours/gateway.yaml"
    echo bench | "$sallyport" cert issue bench --out "$work/bench.p12" --password-stdin -c "$work/ours/gateway.yaml" \
        >"$work/issue.log" 2>&1 || { cat "$work/issue.log" >&2; fail "sallyport cert issue failed."; }
    (umask 077 && echo bench-password >"$work/password")
    "$sallyport" user add bench --password-stdin -c "$work/ours/gateway.yaml" <"$work/password" >"$work/user.log" 2>&1 ||
        { cat "$work/user.log" >&2; fail "sallyport user add failed."; }
    openssl pkcs12 -in "$work/bench.p12" -passin pass:bench -nodes -clcerts -nokeys 2>/dev/null >"$work/client.crt"
    openssl pkcs12 -in "$work/bench.p12" -passin pass:bench -nodes -nocerts 2>/dev/null >"$work/client.key"
}

start_ours() {
    start ours gw "$sallyport" run -c "$work/ours/gateway.yaml"
    ours_pid=$started
    await 60 "the start of sallyport" "$sallyport" status -c "$work/ours/gateway.yaml"
}

start_theirs() { # one a transport
    local transport net proto
    for transport in $transports; do
        net=172.16.202.0 proto=udp
        [ $transport = tcp ] && net=172.16.203.0 proto=tcp-server
        start "theirs-$transport" gw openvpn --dev "tun-$transport" --dev-type tun --disable-dco --proto $proto --port 1195 \
            --topology subnet --server $net 255.255.255.0 --ca "$work/ours/pki/ca.crt" --cert "$work/ours/pki/server.crt" \
            --key "$work/ours/pki/server.key" --dh none --tls-crypt "$work/ours/pki/tls-crypt.key" --tun-mtu 1400 \
            --mssfix 0 --data-ciphers "$cipher" --push "route 10.20.0.0 255.255.0.0" --push "tun-mtu 1400" \
            --keepalive 8 40 --verb 3
        eval "theirs_${transport}_pid=$started"
        await 20 "the start of openvpn's server" grep -q "Initialization Sequence Completed" "$work/theirs-$transport.log"
    done
}

connect_openvpn() { # connect_openvpn WHOSE TRANSPORT: the only client while it runs
    local port=1195 proto=$2
    [ "$1" = ours ] && { [ "$2" = udp ] && port=1194 || port=443; }
    [ "$2" = tcp ] && proto=tcp-client
    : >"$work/client.log"
    start client "cli-$1" openvpn --client --dev tun0 --disable-dco --nobind --proto "$proto" --remote 198.51.100.1 $port \
        --ca "$work/ours/pki/ca.crt" --cert "$work/client.crt" --key "$work/client.key" --remote-cert-tls server \
        --tls-crypt "$work/ours/pki/tls-crypt.key" --tun-mtu 1400 --mssfix 0 --data-ciphers "$cipher" --verb 3
    client_pid=$started
    await 30 "the client's connection" grep -q "Initialization Sequence Completed" "$work/client.log"
    grep -q "Data Channel: cipher '$cipher'" "$work/client.log" || fail "the client did not get $cipher."
}

stop() {
    kill "$1" 2>/dev/null
    timeout 10 tail --pid="$1" -f /dev/null && forget "$1"
}

forget() { # its number may soon be that of somebody else's process
    local pid rest=()
    for pid in "${pids[@]}"; do [ "$pid" = "$1" ] || rest+=("$pid"); done
    pids=("${rest[@]}")
}

cpu() { # ticks of a process, user and system
    awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# measure WHOSE TRANSPORT DIRECTION RUN: one run, one line in runs.tsv: whose transport direction run Mbit/s CPU-s/GB
measure() {
    local pid=$ours_pid before after reverse=
    [ "$1" = theirs ] && eval "pid=\$theirs_$2_pid"
    [ "$3" = down ] && reverse=-R
    # a server for each run: one whose client's tunnel has gone may wait for it for long
    : >"$work/iperf.log"
    start iperf host iperf3 -s --forceflush
    await 20 "the start of iperf3" grep -q "Server listening" "$work/iperf.log"
    before=$(cpu "$pid")
    # shellcheck disable=SC2086 # nothing or one word
    in_ns "cli-$1" timeout $((seconds + 20)) iperf3 -J -c 10.20.0.2 -t "$seconds" --connect-timeout 5000 $reverse \
        >"$work/iperf.json" 2>&1 || { cat "$work/iperf.json" >&2; fail "iperf3 failed."; }
    after=$(cpu "$pid")
    stop "$started"
    awk -v what="$1\t$2\t$3\t$4" -v cpu=$((after - before)) -v ticks="$ticks" '
        /"sum_received"/ { in_sum = 1 }
        in_sum && /"bytes"/ { gsub(/[^0-9.]/, ""); octets = $0 }
        in_sum && /"bits_per_second"/ { sub(/.*:/, ""); gsub(/[^0-9.e+]/, ""); rate = $0; in_sum = 0 }
        END { printf "%s\t%.0f\t%.3f\n", what, rate / 1e6, cpu / ticks / (octets / 1e9) }' "$work/iperf.json" |
        tee -a "$work/runs.tsv" | awk -F '\t' '{ printf "  %-6s %s %-4s run %s: %5s Mbit/s %7s CPU-s/GB\n", $1, $2, $3, $4, $5, $6 }'
}

report() {
    awk -F '\t' '
        function median(list,    n, values, i, j, t) {
            n = split(list, values, " ")
            if (n == 0) return ""
            for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j - 1] + 0 > values[j] + 0; j--) {
                t = values[j]; values[j] = values[j - 1]; values[j - 1] = t
            }
            return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
        }
        function table(phase,    i, o, t, at, to, parts) {
            printf "%-10s %-5s %12s %15s %14s %17s %8s\n", "transport", "way", "ours Mbit/s", "openvpn Mbit/s",
                "ours CPU-s/GB", "openvpn CPU-s/GB", "ratio"
            for (i = 1; i <= kinds; i++) {
                at = phase "," order[i] ",ours"; to = phase "," order[i] ",theirs"
                o = median(cost[at]); t = median(cost[to])
                if (o == "" || t == "") continue
                split(order[i], parts, ",")
                printf "%-10s %-5s %12.0f %15.0f %14.2f %17.2f %8.2f\n", parts[1], parts[2], median(rate[at]),
                    median(rate[to]), o, t, (t > 0 ? o / t : 0)
            }
        }
        { pair = $2 "," $3
          if (!(pair in seen)) { seen[pair] = 1; order[++kinds] = pair }
          where = ($4 == 0 ? "first" : "steady") "," pair "," $1
          rate[where] = rate[where] " " $5; cost[where] = cost[where] " " $6 }
        END { print "First run after the start (the JVM warms up):"; table("first")
              print ""; print "Afterwards, medians:"; table("steady") }' "$work/runs.tsv"
}

# compare CONNECT: runs of ours and theirs in turn, each on a connection of its own that CONNECT WHOSE TRANSPORT makes
compare() {
    local transport run whose direction
    for transport in $transports; do
        for ((run = 0; run <= runs; run++)); do
            for whose in ours theirs; do
                "$1" $whose "$transport"
                for direction in up down; do measure $whose "$transport" $direction $run; done
                stop "$client_pid"
            done
        done
    done
    echo
    report
}
