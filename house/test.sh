# The whole test suite: every check and every test there is. Read in by ./sluice, which has found
# a JDK; "$@" are more arguments for Maven, such as -pl tcp -am -Dtest=ReassemblyTest.
# shellcheck shell=sh disable=SC2154

# What the tests use beside Java, as Debian's packages.
test_packages='maven iproute2 iputils-ping curl netcat-openbsd telnet tshark procps nmap'

install_packages() {
  missing=
  for package in $test_packages; do
    case $(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null) in
      ii*) ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  say "installing what the tests use:$missing"
  log=$(mktemp)
  # tshark asks whether everybody may capture. Nobody has to.
  if ! {
    echo 'wireshark-common wireshark-common/install-setuid boolean false' | debconf-set-selections
    apt-get -q update &&
      DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=120 install $missing
  } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    say "apt-get failed, see above; tests that need the missing programs will be left out."
  fi
  rm -f "$log"
}

if [ "$(id -u)" -ne 0 ]; then
  say "not root: tests that make network namespaces and TUN devices are left out, named at the end."
elif command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  install_packages
else
  say "not Debian: the tests use what there is of: $test_packages"
fi

rm -f "$home"/*/target/surefire-reports/TEST-*.xml "$home"/*/target/quick/surefire-reports/TEST-*.xml
status=0
maven -Dmaven.test.failure.ignore=true -Dsurefire.failIfNoSpecifiedTests=false verify "$@" || status=1
if [ -n "${SUDO_USER:-}" ] && [ ! -O "$home" ]; then
  chown -R "$SUDO_USER" "$home"/target "$home"/*/target 2>/dev/null
fi
[ $status -eq 0 ] || say "the build failed, see above; not all tests have run."
# A CI that is root has all that tests need: there, a test that is left out is a failure.
complete=
if [ -n "${CI:-}" ] && [ "$(id -u)" -eq 0 ]; then
  complete=--complete
fi
# shellcheck disable=SC2086
if ! "$java_home/bin/java" "$home/house/src/main/java/dev/sluice/house/TestSummary.java" "$home" $complete; then
  [ -z "$complete" ] || say "CI is set and this is root: tests that are left out count as failed."
  status=1
fi
exit $status
