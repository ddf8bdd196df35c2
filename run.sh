#!/bin/sh
# Runs PilotHooks on this machine: ./run.sh [options], see README.md. Where no container engine answers it first installs
# the servers that are missing, saying so.
set -eu
cd "$(dirname "$0")"
. build/servers.sh

engine_answers || installed || install_servers
exec dotnet run --project PilotHooks.AppHost -- "$@"
