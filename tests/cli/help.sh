# Sourced behind expect.sh: what --help names; the commands in $tmp/commands.

# commands : all that --help names, "snapshot info" among them.
commands() {
  local command
  for command in $("$mispsift" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    "$mispsift" "$command" --help | sed -n "/^Subcommands:/,/^\$/s/^  \([a-z]*\) .*/$command \1/p" >"$tmp/below"
    if [ -s "$tmp/below" ]; then cat "$tmp/below"; else echo "$command"; fi
  done
}
# flags COMMAND : all that its --help names.
flags() { "$mispsift" $1 --help | sed -n 's/^  \(-[a-zA-Z],\)\?\(--[a-z0-9-]*\).*/\2/p'; }
commands >"$tmp/commands"
expect 0 "$mispsift" scan --help
if LC_ALL=C grep -qaP '[^\x20-\x7e]' "$tmp/out"; then fail "--help is no text"; fi
grep -qx 'scan' "$tmp/commands" && grep -qx 'snapshot info' "$tmp/commands" || fail "--help names no commands"
[ "$(flags scan | wc -l)" -gt 20 ] || fail "--help names no flags"
