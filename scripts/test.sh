#!/bin/sh
# Installs all that the tests need, runs every suite, and ends with one line: N passed, N failed[, N skipped].
# What is installed and which suites there are: scripts/testing/. Arguments name suites: ./test unit service
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 3
cd "$root" || exit 3

if ! ./crablet --version >&2; then
  echo 'The checkout could not be installed and built, so no test was run.' >&2
  echo '0 passed, 1 failed'
  exit 1
fi
exec node scripts/test.js "$@"
