#!/bin/bash
# Installs the package, uses it, installs it again, removes and purges it, in an overlay of this host's file system that goes with the mount namespace it runs in.
# Usage: unshare --mount bash package.sh FILE.deb JAVA_HOME
set -euo pipefail
deb=$1
java=$2

fail() {
    echo "package: $*" >&2
    exit 1
}

expect() { # WHAT WANTED GOT
    [[ "$2" == "$3" ]] || fail "$1 is '$3', not '$2'"
}

mount --make-rprivate /
layers=$(mktemp -d)
trap 'umount -l "$layers" && rmdir "$layers"' EXIT
mount -t tmpfs -o size=2g none "$layers"
mkdir "$layers/upper" "$layers/work" "$layers/root"
root=$layers/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$layers/upper,workdir=$layers/work" "$root"
mount -t tmpfs none "$root/tmp"
mount --bind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/run"
mount -t tmpfs none "$root/run"
mkdir -p "$root$java"
mount --bind "$java" "$root$java"
# dpkg needs nothing more of the host than its list of what is installed
cp "$deb" "$root/tmp/sallyport.deb"

in_root() { chroot "$root" env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin JAVA_HOME="$java" DEBIAN_FRONTEND=noninteractive "$@"; }
as_user() { in_root setpriv --reuid=sallyport --regid=sallyport --clear-groups "$@"; }
of() { in_root stat -c '%U:%G %a' "$1"; }
# The JDK may be none of dpkg's: everything else has to be there.
install_it() { in_root env "${1:-NOTHING=}" dpkg --force-confold --force-depends -i /tmp/sallyport.deb >"$layers/dpkg.log" 2>&1 || { cat "$layers/dpkg.log" >&2; fail "dpkg -i failed"; }; }

# Nothing that an earlier installation on this host left may help.
in_root dpkg --purge sallyport >/dev/null 2>&1 || true

# The service's own JDK, which nothing else names, is the one that the cache is for: this one leaves a trace.
mkdir -p "$root/opt/own/bin"
cp "$java/release" "$root/opt/own/release"
printf '#!/bin/sh\n: >>/tmp/own-jdk\nexec "%s/bin/java" "$@"\n' "$java" >"$root/opt/own/bin/java"
chmod 755 "$root/opt/own/bin/java"
printf 'SALLYPORT_JAVA_OPTS=-Xmx512m -Xms64m\nJAVA_HOME="/opt/own"\n' >"$root/etc/default/sallyport"

install_it
in_root test -e /tmp/own-jdk || fail "the start-up cache is not for the service's own JDK"
grep -E 'depends on (nftables|iproute2|adduser)' "$layers/dpkg.log" && fail "a dependency is missing"
in_root test -s /var/cache/sallyport/start.aot || fail "the start-up cache was not made"
expect "/etc/sallyport" "root:sallyport 750" "$(of /etc/sallyport)"
expect "/var/lib/sallyport" "sallyport:sallyport 700" "$(of /var/lib/sallyport)"
expect "/var/log/sallyport" "sallyport:sallyport 750" "$(of /var/log/sallyport)"
expect "the launcher" "root:root 755" "$(of /usr/bin/sallyport)"
expect "the unit" "root:root 644" "$(of /usr/lib/systemd/system/sallyport.service)"
in_root gzip -t /usr/share/man/man8/sallyport.8.gz || fail "the manual page is not compressed"
expect "the user's shell" "/usr/sbin/nologin" "$(in_root getent passwd sallyport | cut -d: -f7)"
in_root test ! -e /etc/sallyport/gateway.yaml || fail "there is a configuration that nobody made"
in_root test -f /usr/share/doc/sallyport/operations.md || fail "the operator's page is not there"
in_root systemd-analyze verify --man=no sallyport.service 2>&1 | grep sallyport && fail "systemd-analyze verify has something to say"

as_user sallyport --version | grep -q '^sallyport ' || fail "--version"
in_root sallyport init /etc/sallyport --name vpn.example.test --state /var/lib/sallyport --group sallyport >/dev/null
expect "gateway.yaml" "root:sallyport 640" "$(of /etc/sallyport/gateway.yaml)"
expect "the server's key" "root:sallyport 640" "$(of /etc/sallyport/pki/server.key)"
expect "the authority's key" "root:sallyport 600" "$(of /etc/sallyport/pki/ca.key)"
expect "/var/lib/sallyport after init" "sallyport:sallyport 700" "$(of /var/lib/sallyport)"
as_user sallyport check >"$layers/check.log" 2>&1 || { cat "$layers/check.log" >&2; fail "check"; }
grep -qi chmod "$layers/check.log" && fail "check warns of the modes that init gave"
printf 'a long password\n' | in_root sallyport user add alice --password-stdin >/dev/null
expect "users.yaml after a change" "root:sallyport 640" "$(of /etc/sallyport/users.yaml)"
in_root sallyport cert issue bob >/dev/null
as_user sallyport cert list | grep -q bob || fail "the gateway's user cannot read what root issued"
as_user sallyport init /var/lib/sallyport/other --name other.example.test >/dev/null
expect "a configuration of its own" "sallyport:sallyport 600" "$(of /var/lib/sallyport/other/gateway.yaml)"

echo "# mine" >>"$root/etc/default/sallyport"
echo "# mine" >>"$root/etc/sallyport/gateway.yaml"
install_it SALLYPORT_NO_CACHE=1
in_root test ! -e /var/cache/sallyport/start.aot || fail "the upgrade left the cache of the jars before"
grep -q '^# mine' "$root/etc/default/sallyport" || fail "the upgrade replaced /etc/default/sallyport"
grep -q '^# mine' "$root/etc/sallyport/gateway.yaml" || fail "the upgrade changed the configuration"
expect "users.yaml after an upgrade" "root:sallyport 640" "$(of /etc/sallyport/users.yaml)"

in_root sallyport cert renew --days 40 >/dev/null
expect "the server's key after its renewal" "root:sallyport 640" "$(of /etc/sallyport/pki/server.key)"
as_user sallyport check >/dev/null || fail "check after the renewal"
in_root sallyport cert revoke "$(in_root sallyport cert list | awk '$NF == "bob" { print $1 }')" >/dev/null
# as the operator's page says
echo "the operator's" >"$root/etc/sallyport/padlock"
in_root tar -C / --anchored --exclude=var/lib/sallyport/{admin.sock,lock,revoked.txt.lock,host-network} --exclude=etc/sallyport/users.yaml.lock \
    -czf /tmp/backup.tar.gz etc/sallyport var/lib/sallyport
expect "what ends in 'lock' in the backup" etc/sallyport/padlock "$(in_root tar -tzf /tmp/backup.tar.gz | grep 'lock$')"

in_root dpkg -r sallyport >/dev/null 2>&1
in_root test ! -e /usr/bin/sallyport || fail "the program is still there after remove"
in_root test ! -e /var/cache/sallyport || fail "the cache is still there after remove"
in_root test -f /etc/sallyport/gateway.yaml || fail "remove took the configuration"
in_root test -d /var/lib/sallyport/other || fail "remove took the state"

in_root dpkg -P sallyport >/dev/null 2>&1
for left in /etc/sallyport /var/lib/sallyport /var/log/sallyport /var/cache/sallyport /etc/default/sallyport /usr/lib/sallyport /usr/share/doc/sallyport; do
    in_root test ! -e "$left" || fail "purge left $left"
done
in_root getent passwd sallyport >/dev/null && fail "purge left the user"
in_root getent group sallyport >/dev/null && fail "purge left the group"

install_it SALLYPORT_NO_CACHE=1
in_root tar -C / --same-owner -xpzf /tmp/backup.tar.gz
expect "the restored key" "root:sallyport 640" "$(of /etc/sallyport/pki/server.key)"
expect "the restored state" "sallyport:sallyport 700" "$(of /var/lib/sallyport)"
as_user sallyport check >/dev/null || fail "check after the restore"
as_user sallyport cert list | grep bob | grep -q revoked || fail "a restored revocation does not count"
echo "package: all is well"
