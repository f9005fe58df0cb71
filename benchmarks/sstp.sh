#!/bin/bash
# Compares SSTP through this gateway with OpenVPN's own server over TCP: iperf3 (TCP) in both directions, AES-256-GCM and an MTU of 1400 on both sides, the runs of the two alternating.
# SSTP's client is the synthetic one (SstpTunnel) over a TUN device, OpenVPN's is its own. Prints Mbit/s and CPU-seconds of the server process per GB (10^9 octets) of payload, and the
# ratio of the two. Builds first. Needs Maven and JAVA_HOME of a JDK 25.
#
#   benchmarks/sstp.sh [-n RUNS] [-t SECONDS] [-s LAUNCHER] [-o RESULTS.tsv] [-k]
#     -n  runs of each kind after the first, which shows the cost of the JVM's warm-up and is reported apart   (3)
#     -t  seconds a run                                                                                         (8)
#     -s  the sallyport to measure, of this tree (built first where it is not) or an installed one    (./sallyport)
#     -o  also writes every single run there, tab separated
#     -k  keeps the working directory with configurations and logs
#   SALLYPORT_JAVA_OPTS reaches the gateway's JVM.
#
# Needs root. Makes five network namespaces and removes them, whatever happens: see lab.sh.
set -u

script=sstp.sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
runs=3 seconds=8 cipher=AES-256-GCM suite=TLS_AES_256_GCM_SHA384 transports=tcp results= keep=
sallyport=$here/../sallyport
while getopts n:t:s:o:kh option; do
    case $option in
        n) runs=$OPTARG ;;
        t) seconds=$OPTARG ;;
        s) sallyport=$(readlink -f -- "$OPTARG") ;;
        o) results=$OPTARG ;;
        k) keep=yes ;;
        *) sed -n '2,/^set -u/p' "$0" | sed -e '$d' -e 's/^# \{0,1\}//'; exit 2 ;;
    esac
done

# shellcheck source=benchmarks/lab.sh
. "$here/lab.sh"

connect() { # connect WHOSE TRANSPORT: the only client while it runs
    if [ "$1" = theirs ]; then
        connect_openvpn theirs "$2"
        return
    fi
    : >"$work/client.log"
    start client cli-ours "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx256m --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow -Dio.netty.leakDetection.level=disabled -cp "$jar:$here/target/lib/*" \
        io.sallyport.benchmarks.SstpTunnel vpn.example.test 198.51.100.1:443 "$work/ours/pki/ca.crt" bench "$work/password" \
        $suite tun0 10.20.0.0/16
    client_pid=$started
    await 40 "the client's connection" grep -q "^up .*$suite" "$work/client.log"
}

check_host
# first the gateway: its launcher looks at the modules' jars to see whether they are older than their sources
"$sallyport" --version >/dev/null || fail "$sallyport does not run."
(cd "$here/.." && mvn -q -B -DskipTests -pl benchmarks -am package) || fail "the build failed."
jar=$(ls -t "$here"/target/benchmarks-*.jar | head -n 1)
begin
build_network
prepare_ours
start_ours
start_theirs
echo "ours: SSTP, $suite; $(openvpn --version | awk 'NR == 1 { print $1, $2 }'), $cipher; MTU 1400, $runs runs of $seconds s, $(nproc) cores"
compare connect
[ -z "$results" ] || cp "$work/runs.tsv" "$results"
