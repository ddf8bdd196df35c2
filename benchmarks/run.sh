#!/bin/sh
# Measures: benchmarks/run.sh [ingress|pipeline|memory|relay|telemetry|all] [--rounds=N --seconds=N --warm-up=N --connections=N]
# Starts its own RabbitMQ, Redis and PostgreSQL on free ports, runs everything side by side on them, prints markdown and
# stops everything. Ends with 3 if an account of events does not balance: then the figures of that run are void.
set -u
cd "$(dirname "$0")/.." || exit 1

what=${1:-all}
[ $# -eq 0 ] || shift
case $what in
  ingress | pipeline | memory | relay | telemetry) commands=$what ;;
  all) commands="ingress pipeline memory relay telemetry" ;;
  *)
    echo "usage: benchmarks/run.sh [ingress|pipeline|memory|relay|telemetry|all] [--rounds=N --seconds=N --warm-up=N --connections=N]" >&2
    exit 2
    ;;
esac

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
for project in benchmarks/PilotHooks.Benchmarks benchmarks/Floor services/PilotHooks.Ingress services/PilotHooks.Messaging services/PilotHooks.Numbers services/PilotHooks.Calls services/PilotHooks.Relay; do
  dotnet build -c Release -v quiet "$project" || exit 1
done

# The generator shares the cores with what it measures: its sockets complete on the polling thread, with no hop to the pool.
export DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1
worst=0
for command in $commands; do
  printf '\n## %s\n\n' "$command"
  dotnet artifacts/bin/PilotHooks.Benchmarks/release/PilotHooks.Benchmarks.dll "$command" "$@"
  code=$?
  [ "$code" -eq 0 ] || worst=$code
done
exit "$worst"
