#!/bin/bash
# The unit under a real systemd: boots one as process 1 of its own namespaces, on an overlay of this host's file system, installs the package there and runs the service through its life.
# Usage: unshare --mount bash service.sh FILE.deb JAVA_HOME DIRECTORY (an empty one, for logs too)
set -euo pipefail

fail() {
    echo "service: $*" >&2
    exit 1
}

expect() { # WHAT WANTED GOT
    [[ "$2" == "$3" ]] || fail "$1 is '$3', not '$2'"
}

# --- outside: a control group of its own, then namespaces

enter_namespaces() { # FILE.deb JAVA_HOME DIRECTORY
    local group status=0
    mount --make-rprivate /
    mkdir "$3/groups" "$3/layers" "$3/shared"
    mount -t cgroup2 none "$3/groups"
    group=$3/groups/sallyport-$$
    mkdir "$group"
    cp "$1" "$3/shared/sallyport.deb"
    cp "${BASH_SOURCE[0]}" "$3/shared/service.sh"
    bash -c 'echo $$ >"$0/cgroup.procs" && exec unshare --cgroup --mount --pid --net --uts --ipc --fork bash "$@"' \
        "$group" "${BASH_SOURCE[0]}" --boot "$2" "$3" >"$3/systemd.log" 2>&1 || status=$?
    find "$group" -depth -type d -exec rmdir {} \;
    umount "$3/groups"
    # where systemd did not come up there is none
    cat "$3/shared/log" || true
    ((status == 0)) || cat "$3/systemd.log" >&2
    return "$status"
}

# --- process 1

boot() { # JAVA_HOME DIRECTORY
    local root=$2/layers/root device
    mount -t tmpfs -o size=2g none "$2/layers"
    mkdir "$2/layers/upper" "$2/layers/work" "$root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$2/layers/upper,workdir=$2/layers/work" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs sysfs "$root/sys"
    mount -t cgroup2 none "$root/sys/fs/cgroup"
    for device in run tmp; do mount -t tmpfs none "$root/$device"; done
    mount -t tmpfs -o mode=755 none "$root/dev"
    for device in null zero full random urandom tty; do cp -a "/dev/$device" "$root/dev/"; done
    mkdir "$root/dev/net" "$root/dev/pts" "$root/dev/shm"
    mknod -m 666 "$root/dev/net/tun" c 10 200
    mount -t devpts devpts "$root/dev/pts"
    mount -t tmpfs none "$root/dev/shm"
    mkdir -p "$root$1" "$root/mnt"
    mount --bind "$1" "$root$1"
    mount --bind "$2/shared" "$root/mnt"
    # nothing of this host's own services
    rm -rf "$root"/etc/systemd/system/*.wants "$root/etc/systemd/system/sallyport.service.d"
    printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/bash /mnt/service.sh --inside %s\nStandardOutput=file:/mnt/log\nStandardError=inherit\n' \
        "$1" >"$root/etc/systemd/system/inside.service"
    printf '[Unit]\nDefaultDependencies=no\nWants=inside.service systemd-journald.service\n' >"$root/etc/systemd/system/inside.target"
    exec chroot "$root" env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin "$(readlink -f /sbin/init || echo /lib/systemd/systemd)" --system --unit=inside.target --log-target=console --show-status=no
}

# --- beside the service

of_unit() { systemctl show sallyport -p "$1" --value; }

# await SECONDS WHAT COMMAND...
await() {
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < until)) || fail "$what did not happen in time"
        sleep 0.5
    done
}

has_status() { [[ "$(of_unit StatusText)" == "$1" ]]; }
was_restarted() { [[ "$(of_unit NRestarts)" == "$1" && "$(of_unit ActiveState)" == active ]]; }

connect() {
    : >/mnt/client.log
    openvpn --config /mnt/OpenVPN/vpnconfig.ovpn --route-nopull --ifconfig-noexec >/mnt/client.log 2>&1 &
    client=$!
    await 60 "the client's connection" grep -q "Initialization Sequence Completed" /mnt/client.log
}

# An upgrade whose gateway would not start leaves alone the one that runs, and says why; then one that works.
upgrade() {
    local before
    before=$(of_unit MainPID)
    cp /etc/sallyport/gateway.yaml /mnt/gateway.yaml
    echo 'no-such-key: 1' >>/etc/sallyport/gateway.yaml
    reinstall
    expect "the process after an upgrade that refuses the configuration" "$before" "$(of_unit MainPID)"
    expect "its state" active "$(of_unit ActiveState)"
    grep -q 'gateway.yaml:.*no-such-key' /mnt/dpkg.log || fail "the upgrade does not say what is wrong"
    grep -q 'the gateway was not restarted' /mnt/dpkg.log || fail "the upgrade does not say that it did not restart"

    cat /mnt/gateway.yaml >/etc/sallyport/gateway.yaml
    # only the service's user may not read this
    chmod 600 /etc/sallyport/users.yaml
    reinstall
    expect "the process after an upgrade that may not read all" "$before" "$(of_unit MainPID)"
    chmod 640 /etc/sallyport/users.yaml

    /var/lib/dpkg/info/sallyport.prerm deconfigure in-favour other 1
    expect "the state while the package is deconfigured" active "$(of_unit ActiveState)"
    expect "whether it starts at the next boot" enabled "$(systemctl is-enabled sallyport)"
    reinstall
    expect "the state after an upgrade" active "$(of_unit ActiveState)"
    [[ "$(of_unit MainPID)" != "$before" ]] || fail "an upgrade does not restart the gateway"
}

reinstall() { SALLYPORT_NO_CACHE=1 dpkg --force-depends -i /mnt/sallyport.deb >/mnt/dpkg.log 2>&1 || fail "dpkg -i: $(cat /mnt/dpkg.log)"; }

life() {
    ip link set lo up
    dpkg --force-depends -i /mnt/sallyport.deb >/mnt/dpkg.log 2>&1 || fail "dpkg -i: $(cat /mnt/dpkg.log)"
    systemctl start sallyport
    expect "the state without a configuration" inactive "$(of_unit ActiveState)"

    sallyport init /etc/sallyport --name localhost --state /var/lib/sallyport --group sallyport >/dev/null
    sed -i 's/^\( *\)masquerade:.*/\1masquerade: true/; s/^drain:.*/drain: 12s/' /etc/sallyport/gateway.yaml
    sallyport cert issue alice >/dev/null
    sallyport profile export --user alice --out /mnt/alice.zip >/dev/null
    (cd /mnt && "$JAVA_HOME/bin/jar" xf alice.zip)
    sed -i 's/^remote localhost/remote 127.0.0.1/' /mnt/OpenVPN/vpnconfig.ovpn

    # returns when the daemon has said that clients can connect
    systemctl enable --now sallyport
    expect "the state" active "$(of_unit ActiveState)"
    upgrade
    local process
    process=/proc/$(of_unit MainPID)/status
    grep -q '^Seccomp:.2' "$process" || fail "no system call is filtered"
    grep -q '^NoNewPrivs:.1' "$process" || fail "it can gain privileges"
    grep -q '^CapBnd:.0000000000001400' "$process" || fail "$(grep Cap "$process")"
    expect "forwarding" 1 "$(cat /proc/sys/net/ipv4/ip_forward)"
    nft list tables | grep -q 'inet sallyport_' || fail "no table of nftables"
    ip address show sally0 | grep -q 'inet ' || fail "no device"

    connect
    await 60 "the session in the status" has_status "ready, 1 sessions"
    systemctl reload sallyport
    await 30 "the reload" sh -c 'journalctl -u sallyport | grep -q "reloaded; changed: nothing"'

    # the watchdog: what does not answer is ended and started again
    kill -STOP "$(of_unit MainPID)"
    await 120 "the watchdog's restart" was_restarted 1
    kill "$client"
    wait "$client" || true

    # a drain that is longer than the unit's own limit
    mkdir -p /run/systemd/system/sallyport.service.d
    printf '[Service]\nTimeoutStopSec=4s\n' >/run/systemd/system/sallyport.service.d/stop.conf
    systemctl daemon-reload
    connect
    SECONDS=0
    systemctl stop sallyport
    ((SECONDS >= 8)) || fail "the drain was cut off after $SECONDS s"
    expect "the result of the stop" success "$(of_unit Result)"
    kill "$client"
    ip link show sally0 >/dev/null 2>&1 && fail "the device is still there"
    nft list tables | grep -q sallyport && fail "the table is still there"

    echo 'gateway: [' >/etc/sallyport/gateway.yaml
    systemctl start sallyport && fail "it starts with a wrong configuration"
    sleep 5
    expect "the restarts with a wrong configuration" 0 "$(of_unit NRestarts)"

    dpkg -P sallyport >/mnt/dpkg.log 2>&1 || fail "dpkg -P: $(cat /mnt/dpkg.log)"
    expect "the unit after purge" not-found "$(of_unit LoadState)"
    echo "service: all is well"
}

case $1 in
    --boot) boot "$2" "$3" ;;
    --inside)
        export JAVA_HOME=$2 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
        # a condition would let it go on after what fails
        set +e
        (set -e; life)
        status=$?
        ((status == 0)) || journalctl --no-pager -u sallyport | tail -n 60
        systemctl --no-block exit "$status"
        ;;
    *) enter_namespaces "$@" ;;
esac
