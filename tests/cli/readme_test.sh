# README.md: its links lead to headings, the files and flags that it names are
# there, and its table of reject reasons is that of the program.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/help.sh"

{ flags ""; while read -r command; do flags "$command"; done <"$tmp/commands"; } >"$tmp/flags"
expect 0 python3 - "$data/.." "$tmp/flags" <<'PY'
import os, re, sys

root = sys.argv[1]
text = open(root + "/README.md").read()
prose = re.sub(r"(?ms)^ *```.*?^ *```", "", text)
anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in re.findall(r"(?m)^#+ (.*)$", prose)]
assert len(set(anchors)) == len(anchors), "two headings of one name"
links = re.findall(r"\]\(#([^)]*)\)", prose)
assert len(links) > 40, links
wrong = ["#" + link for link in links if link not in anchors]

# What an example would add is not there.
named = set(re.findall(r"\b(?:bench|data|include|src|tests|tools)/[\w/]+\.\w+", text))
assert len(named) > 40, named
wrong += [name for name in sorted(named) if "correlation_uuids" not in name and not os.path.exists(f"{root}/{name}")]

flags = set(open(sys.argv[2]).read().split())
# Those of other programs.
flags |= {"--array", "--export", "--indicators", "--install", "--match-rate", "--near-miss-rate", "--preset", "--reports",
          "--shards", "--variant", "--wait", "--workflow"}
shown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose))
assert len(shown) > 80, shown
wrong += sorted(shown - flags)

rows = re.sub(r'"\s*\n\s*"', "", open(root + "/src/base/reject.cc").read())
reasons = re.findall(r'\{Reject::k\w+,\s*"(\w+)",\s*"([^"]*)"\}', rows)[1:]  # without none
assert len(reasons) > 10, reasons
table = re.findall(r"(?m)^\| `(\w+)` \| (.*) \|$", text[text.index("\n### Reject reasons"):text.index("\n### Glossary")])
wrong += [f"reason {r}" for r in set(reasons) ^ set(table)]
assert not wrong, wrong
PY
