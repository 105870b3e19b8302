# How fast Sluice is. Read in by ./sluice, which has found a JDK; "$@" are what is wanted:
#
#   throughput | fairness | kernel [--write]   tables; that of the kernel needs root
#   flood [--quick] [--write]                  honest clients in a flood of SYNs, as root beside the kernel
#   million [--quick] [--write]                what connections take, up to a million of them
#   parts [NAMES]                              what each part costs, by JMH, with octets allocated
#   [--quick]                                  Sluice and its peers beside each other
#
# The peers are made from Debian's packages where those are installed: liblwip-dev, golang-go and
# golang-gvisor-gvisor-dev, and gcc for the client; what is missing is left out, and its row says
# so. What speaks to the kernel runs in network namespaces of its own.
# shellcheck shell=sh disable=SC2154

jmh=
[ "${1:-}" != parts ] || jmh=-Djmh
maven -q -Dquick $jmh -pl bench -am compile >&2 || fail "the build failed, see above."
read -r jars <"$home/bench/target/quick/classpath"
path=$home/bench/target/quick/classes
for room in wire tcp link link-tun stack sim socket; do # before the jars of an older build
  path=$path:$home/$room/target/quick/classes
done
case ${1:-} in
  parts)
    shift
    case " $* " in *" -i "*) ;; *) set -- -wi 3 -w 1 -i 5 -r 1 "$@" ;; esac
    classes=$home/bench/target/quick/jmh
    rm -rf "$classes" && mkdir -p "$classes"
    find "$home/bench/src/jmh" -name '*.java' >"$classes.files"
    "$java_home/bin/javac" -proc:full -nowarn -d "$classes" -cp "$path:$jars" "@$classes.files" ||
      fail "the benchmarks do not compile, see above."
    exec "$java_home/bin/java" --sun-misc-unsafe-memory-access=allow -cp "$classes:$path:$jars" \
      org.openjdk.jmh.Main -prof gc -f 1 -foe true \
      -jvmArgs "-XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow" "$@"
    ;;
  throughput | fairness | kernel | million | flood)
    cd "$home" || exit 1 # where docs/ is
    heap=
    [ "$1" != million ] || heap=-Xmx1g # what a million connections have to fit into
    exec "$java_home/bin/java" ${heap:+"$heap"} -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
      -cp "$path:$jars" dev.sluice.bench.Bench "$@"
    ;;
esac
# Without privileges, namespaces inside a namespace of users do as well.
inside=
[ "$(id -u)" = 0 ] || inside='unshare --user --map-root-user --net'
exec $inside "$java_home/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -cp "$path:$jars" dev.sluice.bench.peers.PeerBench "$home/docs" "$@"
