#!/usr/bin/env bash
# Installs a Debian package that slow tests need, in up to three tries: debian_package.sh PACKAGE
# Where that fails it says why and goes on: what happens to the tests, tests/conftest.py decides.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for try in 1 2 3; do
    [ "$try" = 1 ] || sleep 5
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -qq --yes "$1"; } \
        > "$log" 2>&1; then
        exit 0
    fi
done
tail -n 5 "$log"
echo "$1: cannot be installed, in three tries; the last lines of apt-get are above"
