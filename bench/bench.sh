# Tables of how fast Sluice is. Read in by ./sluice, which has found a JDK; "$@" are the table and
# its options, such as: throughput --write. The kernel's table needs root.
# shellcheck shell=sh disable=SC2154

maven -q -Dquick -pl bench -am test-compile >&2 || fail "the build failed, see above."
cd "$home" || exit 1
read -r jars <bench/target/quick/classpath
exec "$java_home/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -cp "bench/target/quick/classes:$jars" dev.sluice.bench.Bench "$@"
