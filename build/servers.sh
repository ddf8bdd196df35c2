# Sourced by run.sh and test.sh: gets RabbitMQ, Redis and PostgreSQL from Debian where no container engine answers.

engine_answers() {
  { timeout 5 docker info || timeout 5 podman info; } >/dev/null 2>&1 </dev/null
}

installed() {
  { command -v rabbitmq-server || ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-* /usr/sbin/rabbitmq-server; } >/dev/null 2>&1 \
    && command -v redis-server >/dev/null 2>&1 \
    && { command -v postgres || ls -d /usr/lib/postgresql/*/bin/postgres; } >/dev/null 2>&1
}

install_servers() {
  install_packages "No container engine answers" rabbitmq-server redis-server postgresql
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
  [ -e "$policy" ] && own_policy= || own_policy=$policy
  [ -z "$own_policy" ] || printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null && $as_root chmod +x "$policy"
  code=0
  { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@"; } </dev/null >/dev/null || code=1
  [ -z "$own_policy" ] || $as_root rm -f "$policy"
  [ "$code" = 0 ] || exit 1
}
