# Sourced by the three scripts beside it: runs one server in the foreground and leaves nothing behind.
#
# The server ends when this script is told to (SIGTERM, SIGINT), when the process that started it is gone however it
# ended, when the process named by PILOTHOOKS_PARENT_PID is gone, and when this script itself is killed. The last three
# are what the watcher is for: a process that was killed can tell nobody.

name=$(basename "$0" .sh)
umask 077

say() { printf '%s: %s\n' "$name" "$*" >&2; }

fail() {
  code=$1
  shift
  say "$*"
  exit "$code"
}

missing() {
  fail 127 "$1 is not installed. On Debian and Ubuntu: apt-get update && apt-get install -y rabbitmq-server redis-server postgresql"
}

# A zombie is dead, though kill -0 finds it: in a container without an init nobody may ever collect it.
alive() {
  if [ -r /proc/self/stat ]; then
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    case ${stat##*") "} in [ZX]*) return 1 ;; esac
    return 0
  fi
  case $(ps -o stat= -p "$1" 2>/dev/null) in '' | Z*) return 1 ;; esac
}

# When a process started, so that a number given to another process is not taken for it.
born() {
  if [ -r /proc/self/stat ]; then
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
    set -- ${stat##*") "}
    shift 19
    echo "$1"
  else
    ps -o lstart= -p "$1" 2>/dev/null
  fi
}

# Tenths of a second.
wait_gone() {
  left=$2
  while alive "$1" && [ "$left" -gt 0 ]; do
    sleep 0.1
    left=$((left - 1))
  done
  ! alive "$1"
}

# The folder is ours alone. One that a moment ago lost its supervisor may still be closing.
claim() {
  [ -r "$1/server.pid" ] || return 0
  while read -r old old_born; do
    if [ -n "$old_born" ] && [ "$(born "$old")" = "$old_born" ] && ! wait_gone "$old" 150; then
      fail 1 "already running with this data, as process $old ($1)"
    fi
  done <"$1/server.pid"
}

stop_server() {
  kill "-$stop_signal" "$server" 2>/dev/null
  wait_gone "$server" 200 || kill -KILL "$server" 2>/dev/null
  [ -z "$helper" ] || kill -TERM "$helper" 2>/dev/null
}

watch_over() {
  nap=
  trap '[ -z "$nap" ] || kill "$nap" 2>/dev/null; exit 0' TERM
  # A Ctrl+C reaches everyone on the terminal; the supervisor is the one to act on it.
  trap '' INT HUP
  while alive "$supervisor"; do
    for parent in $parents; do
      alive "$parent" || kill -TERM "$supervisor" 2>/dev/null
    done
    sleep 1 &
    nap=$!
    wait "$nap"
  done
  stop_server
}

# supervise DATA SIGNAL COMMAND...: SIGNAL is what the server takes for "close cleanly, now". A script may set `helper`
# to a process that has to end with it.
supervise() {
  folder=$1
  stop_signal=$2
  shift 2
  supervisor=$$
  parents="$PPID ${PILOTHOOKS_PARENT_PID:-}"
  stopping=
  trap 'stopping=1' TERM INT HUP
  unset PILOTHOOKS_PASSWORD

  "$@" </dev/null &
  server=$!
  for process in $server $helper; do echo "$process $(born "$process")"; done >"$folder/server.pid"
  watch_over </dev/null >/dev/null 2>&1 &
  watcher=$!

  status=0
  while alive "$server"; do
    if [ -n "$stopping" ]; then
      stop_server
    else
      wait "$server"
    fi
  done
  wait "$server" || status=$?

  kill -TERM "$watcher" 2>/dev/null
  [ -z "$helper" ] || kill -TERM "$helper" 2>/dev/null
  rm -f "$folder/server.pid"
  wait
  [ -z "$stopping" ] || exit 0
  say "ended with code $status"
  exit "$status"
}

helper=
