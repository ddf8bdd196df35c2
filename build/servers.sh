# Sourced by run.sh and test.sh: gets RabbitMQ, Redis and PostgreSQL from Debian where no container engine answers, and for
# the tests a browser.

engine_answers() {
  for engine in docker podman; do
    if command -v "$engine" >/dev/null 2>&1 && timeout 5 "$engine" info >/dev/null 2>&1 </dev/null; then
      return 0
    fi
  done
  return 1
}

installed() {
  { command -v rabbitmq-server || ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-* /usr/sbin/rabbitmq-server; } >/dev/null 2>&1 \
    && command -v redis-server >/dev/null 2>&1 \
    && { command -v postgres || ls -d /usr/lib/postgresql/*/bin/postgres; } >/dev/null 2>&1
}

# Whether a browser for the tests of the console is there.
browser_installed() {
  [ -n "${PILOTHOOKS_TEST_CHROMIUM:-}" ] || command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

install_servers() {
  install_packages "No container engine answers" rabbitmq-server redis-server postgresql
}

# RabbitMQ, Redis and PostgreSQL of Debian 13 beside those of this machine, for PILOTHOOKS_TEST_SERVERS=debian13. Needs root.
install_debian13() {
  debian13=/var/cache/pilothooks/debian13
  if [ ! -e "$debian13/complete" ]; then
    command -v debootstrap >/dev/null || install_packages "Debian 13's servers are asked for" debootstrap
    echo "Installing Debian 13's servers into $debian13."
    rm -rf "$debian13" && mkdir -p "$debian13" || exit 1
    debootstrap --variant=minbase --include=rabbitmq-server,redis-server,postgresql trixie "$debian13" >"$debian13.log" 2>&1 \
      || { tail -n 20 "$debian13.log" >&2; exit 1; }
    touch "$debian13/complete"
  fi
  # The scripts that run the servers look up processes.
  [ -e "$debian13/proc/self" ] || mount -t proc proc "$debian13/proc" || exit 1
}

install_browser() {
  # Ubuntu has no such package, and its chromium is a snap.
  grep -qi '^ID=debian' /etc/os-release 2>/dev/null && browser=chromium-headless-shell || browser=chromium
  install_packages "There is no browser to test the console with" "$browser"
}

# The reason, then Debian's packages.
install_packages() {
  reason=$1
  shift
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  if ! command -v apt-get >/dev/null || { [ -n "$as_root" ] && ! command -v sudo >/dev/null; }; then
    echo "$reason. On Debian and Ubuntu: apt-get update && apt-get install -y $*" >&2
    exit 1
  fi

  echo "$reason: installing $*."
  # Installed for their programs. The services that Debian starts with them would only take memory: refused for now.
  policy=/usr/sbin/policy-rc.d
  own_policy=
  if [ ! -e "$policy" ]; then
    own_policy=1
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null && $as_root chmod +x "$policy"
  fi
  log=$(mktemp)
  if { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$@"; } </dev/null >"$log" 2>&1; then
    code=0
  else
    code=1
    tail -n 20 "$log" >&2
  fi
  rm -f "$log"
  [ -z "$own_policy" ] || $as_root rm -f "$policy"
  [ "$code" = 0 ] || exit 1
}
