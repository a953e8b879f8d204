# mispsift(1) names every command and flag that --help names, and is one that man
# can show.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/help.sh"

expect 0 "$mispsift" man-page
tr -d '\\' <"$tmp/out" >"$tmp/page"
while read -r command; do
  # What stands below the command's heading.
  awk -v h="## mispsift $command" '/^#/ {on = 0} $0 == h {on = 1} on {print}' "$tmp/page" >"$tmp/section"
  [ -s "$tmp/section" ] || fail "$command is not in the page"
  for flag in $(flags "$command"); do
    [ "$flag" = --help ] || grep -qE -- "^(\*-.\*, )?\*$flag\*" "$tmp/section" || fail "$command $flag is not in the page"
  done
done <"$tmp/commands"
for flag in $(flags ""); do
  grep -qF -- "*$flag*" "$tmp/page" || fail "$flag is not in the page"
done
if grep -q man-page "$tmp/page"; then fail "the page names what made it"; fi

command -v scdoc >/dev/null || { echo "not checked: scdoc is not installed"; exit 0; }
expect 0 "$data/../tools/man/build.sh" "$mispsift"
cp "$tmp/out" "$tmp/mispsift.1"
for section in NAME SYNOPSIS DESCRIPTION OPTIONS COMMANDS EXAMPLES FILES ENVIRONMENT "EXIT STATUS" "SEE ALSO"; do
  grep -qE "^\.SH \"?$section\"?$" "$tmp/mispsift.1" || fail "no section $section"
done
if command -v mandoc >/dev/null; then
  # scdoc's way of setting paragraphs apart.
  mandoc -Tlint -W warning "$tmp/mispsift.1" | grep -v 'skipping paragraph macro' >"$tmp/lint" || true
  [ ! -s "$tmp/lint" ] || { cat "$tmp/lint"; fail "mandoc warns"; }
else
  echo "not checked: mandoc is not installed"
fi
if command -v groff >/dev/null; then
  expect 0 groff -man -Tutf8 -ww -P-bcou "$tmp/mispsift.1"
  [ ! -s "$tmp/err" ] || { cat "$tmp/err"; fail "groff warns"; }
  grep -qE '^ +--snapshot FILE \(required\)$' "$tmp/out" || fail "--snapshot is not shown"
else
  echo "not checked: groff is not installed"
fi
