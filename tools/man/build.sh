#!/usr/bin/env bash
# build.sh MISPSIFT: mispsift(1) on standard output. What it says of commands and
# flags comes from the program itself.
set -euo pipefail
folder=$(dirname "$0")
pages=$("$1" man-page)
{ cat "$folder/front.scd"; printf '%s\n\n' "$pages"; cat "$folder/back.scd"; } | scdoc
