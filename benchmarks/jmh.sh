#!/bin/sh
# Runs the JMH benchmarks, with the allocation profiler: benchmarks/jmh.sh [JMH OPTIONS] [REGEX]; without arguments all of
# them, briefly. Builds first. Needs Maven and JAVA_HOME of a JDK 25.
#   benchmarks/jmh.sh -l                                       lists them
#   benchmarks/jmh.sh -f 3 -p provider=openssl PacketCipher    some of them, longer
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
(cd "$here/.." && mvn -q -B -DskipTests -pl benchmarks -am package) || exit 1
jar=$(ls -t "$here"/target/benchmarks-*.jar | head -n 1)
[ $# -gt 0 ] || set -- -f 1 -wi 3 -w 500ms -i 5 -r 500ms
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$jar:$here/target/lib/*" org.openjdk.jmh.Main -prof gc \
    -jvmArgs "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dio.netty.leakDetection.level=disabled" "$@"
