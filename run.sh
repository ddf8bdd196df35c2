#!/bin/sh
# Runs PilotHooks on this machine and prints where it answers: ./run.sh [options], --help lists them. Ctrl+C stops it.
# Where containers cannot be had it first installs the servers that are missing, saying so.
set -eu
cd "$(dirname "$0")"
. build/servers.sh
. build/build.sh

export HOME="${HOME:-/tmp}"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

build PilotHooks.AppHost

case " $* " in
  *"--servers external"* | *"--servers=external"* | *" --help "*) ;;
  *) engine_answers || installed || install_servers ;;
esac

exec dotnet run --project PilotHooks.AppHost --no-build -- "$@"
