#!/bin/bash
# Compares this gateway with OpenVPN's own server, through OpenVPN's own client: iperf3 (TCP) in both directions over UDP and
# over TCP, the same cipher, MTU and certificates, the runs of the two servers alternating. Prints Mbit/s and
# CPU-seconds of the server process per GB (10^9 octets) of payload, and the ratio of the two.
#
#   benchmarks/openvpn.sh [-n RUNS] [-t SECONDS] [-c CIPHER] [-p udp|tcp|both] [-s LAUNCHER] [-o RESULTS.tsv] [-k]
#     -n  runs of each kind after the first, which shows the cost of the JVM's warm-up and is reported apart   (3)
#     -t  seconds a run                                                                                         (8)
#     -c  AES-256-GCM, AES-128-GCM or CHACHA20-POLY1305                                               (AES-256-GCM)
#     -p  which transport                                                                                    (both)
#     -s  the sallyport to measure, of this tree (built first where it is not) or an installed one    (./sallyport)
#     -o  also writes every single run there, tab separated
#     -k  keeps the working directory with configurations and logs
#   SALLYPORT_JAVA_OPTS reaches the gateway's JVM.
#
# Needs root. Makes five network namespaces and removes them, whatever happens: see lab.sh.
set -u

script=openvpn.sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
runs=3 seconds=8 cipher=AES-256-GCM transports="udp tcp" results= keep=
sallyport=$here/../sallyport
while getopts n:t:c:p:s:o:kh option; do
    case $option in
        n) runs=$OPTARG ;;
        t) seconds=$OPTARG ;;
        c) cipher=$OPTARG ;;
        p) [ "$OPTARG" = both ] || transports=$OPTARG ;;
        s) sallyport=$(readlink -f -- "$OPTARG") ;;
        o) results=$OPTARG ;;
        k) keep=yes ;;
        *) sed -n '2,/^set -u/p' "$0" | sed -e '$d' -e 's/^# \{0,1\}//'; exit 2 ;;
    esac
done

case $transports in udp | tcp | "udp tcp") ;; *) echo "$script: -p takes udp, tcp or both." >&2 && exit 2 ;; esac

# shellcheck source=benchmarks/lab.sh
. "$here/lab.sh"
check_host
begin
build_network
prepare_ours
start_ours
start_theirs
echo "$(openvpn --version | awk 'NR == 1 { print $1, $2 }'), $cipher, tun-mtu 1400, $runs runs of $seconds s, $(nproc) cores"
compare connect_openvpn
[ -z "$results" ] || cp "$work/runs.tsv" "$results"
