#!/bin/sh
# Runs one Redis in the foreground: redis.sh DATA PORT [ARGUMENTS FOR redis-server...]
# Loopback only; the password comes in PILOTHOOKS_PASSWORD; data survives a restart (append-only file).
set -u
. "$(dirname "$0")/supervise.sh"

command -v redis-server >/dev/null || missing redis-server

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
