#!/bin/sh
# Runs one RabbitMQ in the foreground: rabbitmq.sh DATA PORT [DIST_PORT [EPMD_PORT [MANAGEMENT_PORT]]]
# Loopback only; user pilothooks with the password in PILOTHOOKS_PASSWORD; data survives a restart. The node has a
# cookie and an epmd of its own, so any number of them run beside each other and beside one of the system.
# Ask it something: HOME=DATA ERL_EPMD_PORT=EPMD_PORT <sbin>/rabbitmqctl -n pilothooks@localhost status
set -u
. "$(dirname "$0")/supervise.sh"

# The server of its own lib folder: Debian's wrapper on PATH switches the user.
sbin=
for candidate in /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin /usr/lib/rabbitmq/bin /opt/rabbitmq/sbin \
  /opt/homebrew/opt/rabbitmq/sbin /usr/local/opt/rabbitmq/sbin "$(dirname "$(command -v rabbitmq-server || echo none/none)")"; do
  if [ -x "$candidate/rabbitmq-server" ]; then
    sbin=$candidate
    break
  fi
done
[ -n "$sbin" ] || missing rabbitmq-server
epmd=$(command -v epmd) || epmd=$(ls -d /usr/lib/erlang/erts-*/bin/epmd 2>/dev/null | tail -n 1)
[ -n "$epmd" ] || missing "Erlang's epmd"

claim "$data"

escaped=$(printf %s "$PILOTHOOKS_PASSWORD" | sed 's/[\\"]/\\&/g')
# Read at every start, so a new password replaces the old one.
cat >"$data/definitions.json" <<END
{
  "users": [{"name": "pilothooks", "password": "$escaped", "tags": "administrator"}],
  "vhosts": [{"name": "/"}],
  "permissions": [{"user": "pilothooks", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}]
}
END
cat >"$data/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:$port
load_definitions = $data/definitions.json
log.console = true
log.file = false
# A machine that is short of disk holds publishers back at this much, not at the 1 GB of the examples.
disk_free_limit.absolute = 50MB
${3:+management.tcp.ip = 127.0.0.1
management.tcp.port = $3
management_agent.disable_metrics_collector = true}
END
printf '[%s].\n' "${3:+rabbitmq_management}" >"$data/enabled_plugins"
: >"$data/rabbitmq-env.conf"

export HOME="$data" RABBITMQ_NODENAME=pilothooks@localhost RABBITMQ_MNESIA_BASE="$data/mnesia" RABBITMQ_LOG_BASE="$data/log"
export RABBITMQ_CONFIG_FILE="$data/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$data/enabled_plugins"
export RABBITMQ_CONF_ENV_FILE="$data/rabbitmq-env.conf" RABBITMQ_LOG=warning,-color ERL_CRASH_DUMP="$data/erl_crash.dump"
export RABBITMQ_DIST_PORT="${1:-$((port + 1))}" ERL_EPMD_PORT="${2:-$((port + 2))}" ERL_EPMD_ADDRESS=127.0.0.1
# Without a shell around it: signals reach Erlang itself, which closes the node on SIGTERM.
export RABBITMQ_ALLOW_INPUT=1
export RABBITMQ_SERVER_START_ARGS='-noinput +B i'
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} +stbt u'
# Our own epmd, in the foreground: one that Erlang starts would outlive it.
export ERL_FLAGS='-start_epmd false'
"$epmd" </dev/null 9>&- &
helper=$!

supervise TERM "$sbin/rabbitmq-server"
