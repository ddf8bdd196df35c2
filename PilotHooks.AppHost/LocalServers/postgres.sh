#!/bin/sh
# Runs one PostgreSQL in the foreground: postgres.sh DATA PORT [ARGUMENTS FOR postgres...]
# Loopback only, no Unix socket; user postgres with the password in PILOTHOOKS_PASSWORD; data survives a restart.
# PostgreSQL refuses root: started by root it runs as the user postgres.
set -u
. "$(dirname "$0")/supervise.sh"

owner=
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || missing "PostgreSQL (the user postgres)"
  command -v setpriv >/dev/null || fail 127 "started as root, this needs setpriv (util-linux) to become the user postgres"
  # It takes the place of what it runs, so signals reach the server itself.
  owner="setpriv --reuid postgres --regid postgres --init-groups --"
  chmod 711 "$data"
  if ! $owner test -x "$data"; then
    moved=/var/lib/pilothooks/$(printf %s "$data" | cksum | cut -d' ' -f1)
    say "the user postgres cannot enter $data: the data is in $moved"
    (umask 022 && mkdir -p "$moved") || fail 1 "cannot make the folder $moved"
    data=$moved
    chmod 711 "$data"
  fi
fi
cluster=$data/pgdata

# The version that made the cluster, else the newest.
bin=
wanted=$(cat "$cluster/PG_VERSION" 2>/dev/null || true)
for candidate in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(dirname "$(command -v postgres || echo none/none)")"; do
  [ -x "$candidate/postgres" ] && [ -x "$candidate/initdb" ] || continue
  version=$("$candidate/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  if [ "$version" = "$wanted" ] || { [ -z "$wanted" ] && [ "$version" -ge "${found:-0}" ]; }; then
    bin=$candidate
    found=$version
  fi
done
if [ -z "$bin" ]; then
  [ -z "$wanted" ] || fail 1 "the data in $cluster was made by PostgreSQL $wanted, which is not installed"
  missing PostgreSQL
fi

claim "$data"

# After a hard kill the lock file may name a zombie, or a process that is by now someone else's: PostgreSQL would refuse to
# start. Our own lock says that no server works in this folder.
if command -v flock >/dev/null; then rm -f "$cluster/postmaster.pid"; fi

if [ ! -e "$data/initialised" ]; then
  # A first run that was cut short left half a cluster, which initdb would refuse.
  rm -rf "$cluster" "$data/password.sum"
  mkdir "$cluster" || fail 1 "cannot make the folder $cluster"
  printf '%s\n' "$PILOTHOOKS_PASSWORD" >"$data/initdb.password"
  [ -z "$owner" ] || chown postgres "$cluster" "$data/initdb.password"
  initialise() {
    $owner "$bin/initdb" -D "$cluster" -U postgres --auth=scram-sha-256 --pwfile="$data/initdb.password" \
      --encoding=UTF8 --locale="$1" >"$data/initdb.log" 2>&1
  }
  initialise C.UTF-8 || initialise C || fail 1 "initdb failed: $(tail -n 1 "$data/initdb.log")"
  rm -f "$data/initdb.password"
  printf %s "$PILOTHOOKS_PASSWORD" | cksum >"$data/password.sum"
  : >"$data/initialised"
fi

# A password other than the one it has replaces it: before anyone can connect, by the server's single-user mode.
if [ "$(printf %s "$PILOTHOOKS_PASSWORD" | cksum)" != "$(cat "$data/password.sum" 2>/dev/null)" ]; then
  printf "ALTER ROLE postgres PASSWORD '%s'\n" "$(printf %s "$PILOTHOOKS_PASSWORD" | sed "s/'/''/g")" \
    | $owner "$bin/postgres" --single -D "$cluster" postgres >/dev/null || fail 1 "cannot set the password"
  printf %s "$PILOTHOOKS_PASSWORD" | cksum >"$data/password.sum"
fi

# What merges touch in a table of a million rows stays in memory (taken only as it is used), and pages are written to the
# log in full less often and, where this PostgreSQL can, compressed: a full disk queue would hold up every commit.
compression=on
if $owner "$bin/postgres" -D "$cluster" -c wal_compression=lz4 -C wal_compression >/dev/null 2>&1; then
  compression=lz4
fi

# SIGINT is its fast shutdown: it does not wait for clients to leave.
supervise INT $owner "$bin/postgres" -D "$cluster" -p "$port" \
  -c shared_buffers=512MB -c max_wal_size=4GB -c "wal_compression=$compression" \
  -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
  -c logging_collector=off -c log_min_messages=warning -c log_checkpoints=off -c timezone=UTC -c log_timezone=UTC "$@"
