# Sourced by the three scripts beside it: runs one server in the foreground and leaves nothing behind.
#
# The server ends when this script is told to (SIGTERM, SIGINT), when the process that started it is gone, however that
# ended, and when this script itself is killed. A killed process can tell nobody, so a second process watches both.

name=$(basename "$0" .sh)
umask 077
helper=

say() { printf '%s: %s\n' "$name" "$*" >&2; }

fail() { say "$2"; exit "$1"; }

missing() { fail 127 "$1 is not installed. On Debian and Ubuntu: apt-get update && apt-get install -y rabbitmq-server redis-server postgresql"; }

# Each script is called with DATA PORT [MORE...].
[ $# -ge 2 ] && [ -n "${PILOTHOOKS_PASSWORD:-}" ] || fail 2 "usage: $name.sh DATA PORT [MORE...], with PILOTHOOKS_PASSWORD set"
mkdir -p "$1" && data=$(cd "$1" && pwd -P) || fail 1 "cannot make the folder $1"
port=$2
shift 2

# One server at a time works in a folder. The server inherits the lock, so it is held until the server itself has ended.
claim() {
  command -v flock >/dev/null || return 0 # macOS has none.
  exec 9>"$1/lock"
  flock -w 15 9 || fail 1 "already running with this data ($1)"
}

# A zombie is dead, though kill -0 finds it: in a container without an init nobody may ever collect it.
alive() {
  if [ -r /proc/self/stat ]; then
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    case ${stat##*") "} in [ZX]*) return 1 ;; esac
  else
    case $(ps -o stat= -p "$1" 2>/dev/null) in '' | Z*) return 1 ;; esac
  fi
}

stop_server() { kill "-$stop_signal" "$server" 2>/dev/null; }

watch_over() {
  # Ctrl+C reaches every process on the terminal; the supervisor is the one that acts on it.
  trap '' INT HUP
  while alive "$supervisor" && alive "$parent"; do sleep 1; done
  stop_server
  left=20
  while alive "$server" && [ "$left" -gt 0 ]; do
    sleep 1
    left=$((left - 1))
  done
  kill -KILL "$server" $helper 2>/dev/null
}

# supervise SIGNAL COMMAND...: SIGNAL is what the server takes for "close cleanly, now". A script may set `helper` to a
# process that has to end with the server.
supervise() {
  stop_signal=$1
  shift
  supervisor=$$
  parent=$PPID
  stopping=
  trap 'stopping=1; stop_server' TERM INT HUP
  unset PILOTHOOKS_PASSWORD

  "$@" </dev/null &
  server=$!
  watch_over 9>&- </dev/null >/dev/null 2>&1 &
  watcher=$!

  # A signal that is trapped ends the wait, not the server.
  status=0
  while alive "$server"; do
    wait "$server"
    status=$?
  done
  kill "$watcher" $helper 2>/dev/null
  [ -z "$stopping" ] || exit 0
  say "ended with code $status"
  exit "$status"
}
