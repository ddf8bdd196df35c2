# Sourced by test.sh: gets what only the tests need, a browser and Debian 13's servers.

# Whether a browser for the tests of the console is there.
browser_installed() {
  [ -n "${PILOTHOOKS_TEST_CHROMIUM:-}" ] || command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

# RabbitMQ, Redis and PostgreSQL of Debian 13 beside those of this machine, for PILOTHOOKS_TEST_SERVERS=debian13. Needs root.
install_debian13() {
  debian13=/var/cache/pilothooks/debian13
  if [ ! -e "$debian13/complete" ]; then
    command -v debootstrap >/dev/null || install_packages "Debian 13's servers are asked for" debootstrap
    echo "Installing Debian 13's servers into $debian13."
    rm -rf "$debian13" && mkdir -p "$debian13" || exit 1
    debootstrap --variant=minbase --include=rabbitmq-server,redis-server,postgresql trixie "$debian13" >"$debian13.log" 2>&1 \
      || { tail -n 20 "$debian13.log" >&2; exit 1; }
    touch "$debian13/complete"
  fi
  # The scripts that run the servers look up processes.
  [ -e "$debian13/proc/self" ] || mount -t proc proc "$debian13/proc" || exit 1
}

install_browser() {
  # Ubuntu has no such package, and its chromium is a snap.
  grep -qi '^ID=debian' /etc/os-release 2>/dev/null && browser=chromium-headless-shell || browser=chromium
  install_packages "There is no browser to test the console with" "$browser"
}
