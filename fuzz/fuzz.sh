# One fuzz target for as long as one likes. Read in by ./sluice, which has found a JDK; "$@" are
# the target and its options, such as: connection --minutes 30. What it finds goes to fuzz/found,
# with the command that tries it again; what reached something new is kept in fuzz/target/corpus.
# shellcheck shell=sh disable=SC2154

maven -q -Dquick -pl fuzz -am test-compile >&2 || fail "the build failed, see above."
cd "$home" || exit 1
read -r jars <fuzz/target/quick/classpath
exec "$java_home/bin/java" -ea --enable-native-access=ALL-UNNAMED \
  -cp "fuzz/target/quick/test-classes:$jars" dev.sluice.fuzz.Fuzz "$@"
