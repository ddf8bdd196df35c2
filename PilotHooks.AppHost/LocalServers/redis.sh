#!/bin/sh
# Runs one Redis in the foreground: redis.sh DATA PORT [ARGUMENTS FOR redis-server...]
# Loopback only; the password comes in PILOTHOOKS_PASSWORD; data survives a restart (append-only file).
set -u
. "$(dirname "$0")/supervise.sh"

[ $# -ge 2 ] || fail 2 "usage: redis.sh DATA PORT [ARGUMENTS...], with PILOTHOOKS_PASSWORD set"
[ -n "${PILOTHOOKS_PASSWORD:-}" ] || fail 2 "PILOTHOOKS_PASSWORD is not set"
command -v redis-server >/dev/null || missing redis-server

mkdir -p "$1" && data=$(cd "$1" && pwd) || fail 1 "cannot make the folder $1"
port=$2
shift 2
claim "$data"

# The password goes into a file that only we can read, never into the list of processes.
cat >"$data/redis.conf" <<END
bind 127.0.0.1
port $port
protected-mode yes
requirepass "$(printf %s "$PILOTHOOKS_PASSWORD" | sed 's/[\\"]/\\&/g')"
dir "$data"
daemonize no
loglevel warning
appendonly yes
appendfsync everysec
save ""
# Dropping keys to make room would lose the spool and the duplicate marks.
maxmemory-policy noeviction
END

supervise TERM redis-server "$data/redis.conf" "$@"
