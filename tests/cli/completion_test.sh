# What a shell completes is what --help says, in bash, zsh and fish.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/help.sh"

for shell in bash zsh fish; do
  expect 0 "$mispsift" completion $shell
  cp "$tmp/out" "$tmp/$shell"
done
expect 2 "$mispsift" completion
expect 2 "$mispsift" completion tcsh
says "{bash,zsh,fish}"

# tab WORDS... : what bash offers for the last one, a line each.
tab() {
  bash -c '
    source "$1"
    COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
    $(complete -p mispsift | sed "s/.*-F \([^ ]*\) .*/\1/") >/dev/null
    [ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' _ "$tmp/bash" "$@"
}
# offers WANTED WORDS... : that exactly, in any order.
offers() {
  local wanted=$1 got
  shift
  got=$(tab "$@" | sort | paste -sd' ')
  [ "$got" = "$wanted" ] || fail "bash offers '$got', not '$wanted': $*"
}
offers "$(cut -d' ' -f1 "$tmp/commands" | sort -u | paste -sd' ')" mispsift ''
offers scan mispsift sc
offers "diff info verify" mispsift snapshot ''
offers "fields full" mispsift scan --depth ''
offers full mispsift scan --depth fu
offers full mispsift scan --depth = fu
offers "fields full" mispsift scan --depth =
offers "no yes" mispsift lookup --quiet --only-ids ''
offers "json text" mispsift --log-format ''
offers "json text" mispsift scan --out scan --log-format ''
offers "bash fish zsh" mispsift completion ''
offers "" mispsift scan --threads ''
while read -r command; do
  { flags "$command"; flags ""; } | sort -u >"$tmp/wanted"
  tab mispsift $command -- | sort -u >"$tmp/got"
  diff "$tmp/wanted" "$tmp/got" || fail "the flags of $command in bash"
done <"$tmp/commands"

# Files where there is a file to name, folders where a folder.
mkdir -p "$tmp/place/a folder"
touch "$tmp/place/a file"
cd "$tmp/place"
offers "a file a folder" mispsift scan ''
offers "a file a folder" mispsift scan --snapshot 'a f'
offers "a folder" mispsift scan --out ''
offers "a folder" mispsift submit ''
offers "a folder" mispsift scan --cuckoo-conf ''
offers "a file a folder" mispsift lookup --config ''
offers "" mispsift lookup --ioc-blacklist ''

# The same flags in the others, and scripts that these shells can read.
while read -r command; do
  for flag in $(flags "$command") $(flags ""); do
    grep -qF -- "test (__mispsift_command) = '$command'\" -l ${flag#--} " "$tmp/fish" || fail "$command $flag in fish"
    awk -v f="_mispsift_${command// /_}() {" '$0 == f {on = 1} on {print} /^}/ {on = 0}' "$tmp/zsh" >"$tmp/function"
    grep -qE -- "'\*?$flag=?\[" "$tmp/function" || fail "$command $flag in zsh"
  done
done <"$tmp/commands"
if command -v zsh >/dev/null; then zsh -n "$tmp/zsh"; else echo "not checked: zsh is not installed"; fi
if command -v fish >/dev/null; then
  fish -n "$tmp/fish"
  # fish_offers LINE WANTED
  fish_offers() {
    local got
    got=$(HOME=$tmp fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$tmp/fish" "$1" | cut -f1 | sort | paste -sd' ')
    [ "$got" = "$2" ] || fail "fish offers '$got', not '$2': $1"
  }
  fish_offers 'mispsift sca' scan
  fish_offers 'mispsift snapshot ' 'diff info verify'
  fish_offers 'mispsift scan --depth ' 'fields full'
  fish_offers 'mispsift scan --no-pro' --no-progress
  fish_offers 'mispsift scan --snapshot a' 'a file a folder/'
  fish_offers 'mispsift scan --out ' 'a folder/'
else
  echo "not checked: fish is not installed"
fi
