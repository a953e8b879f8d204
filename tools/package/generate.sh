#!/usr/bin/env bash
# generate.sh MISPSIFT FOLDER: the completions and, where scdoc is, the man page of
# this program, and the package's changelog, into FOLDER.
set -euo pipefail
for shell in bash:mispsift zsh:_mispsift fish:mispsift.fish; do
  "$1" completion "${shell%%:*}" >"$2/${shell#*:}"
done
gzip -9n <"$(dirname "$0")/changelog" >"$2/changelog.gz"
if command -v scdoc >/dev/null; then
  "$(dirname "$0")/../man/build.sh" "$1" | gzip -9n >"$2/mispsift.1.gz"
fi
