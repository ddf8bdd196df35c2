#!/bin/sh
# Takes the pictures of the console and of the dashboard in docs/screenshots anew: runs the system with its simulated business,
# waits until everything there is has been seen, and opens every screen of tests/PilotHooks.Browser.Tests/Screens/AllScreens.cs.
set -eu
cd "$(dirname "$0")/.."
. build/servers.sh
. tests/machine.sh

export HOME="${HOME:-/tmp}"
export DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
browser_installed || install_browser

dotnet build tests/PilotHooks.Browser.Tests -nologo -v quiet </dev/null
rm -rf artifacts/screenshots
dotnet test tests/PilotHooks.Browser.Tests --no-build -nologo --filter "FullyQualifiedName~ScreenTests|FullyQualifiedName~DashboardTests" </dev/null

# The repository keeps each screen once, and of a few how they look in the dark and on a phone.
rm -rf docs/screenshots
mkdir -p docs/screenshots
for picture in artifacts/screenshots/*.png; do
  case "$picture" in
    */overview-dark.png | */messages-narrow.png) ;;
    *-dark.png | *-narrow.png | *-pt.png) continue ;;
  esac
  cp "$picture" docs/screenshots/
done
ls -l docs/screenshots
