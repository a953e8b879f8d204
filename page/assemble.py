#!/usr/bin/env python3
"""Puts the triage page together at build time: page.html with the style, the
libraries, their licences and our script in it, and a content security policy
that allows exactly these by their hashes.

    assemble.py OUT.cc [--html OUT.html] LIBRARY.js:COPYRIGHT ...

OUT.cc holds the page in two halves, what stands before the data and what
stands behind it; OUT.html holds both, with {} as the data, for work on the
page."""

import base64
import hashlib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
# A compiler need not take a longer literal than 65,536 bytes.
PIECE = 16_000


def read(path):
    # A browser hashes what it has parsed, and a parser knows one line end.
    return pathlib.Path(path).read_text("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def element(tag, text):
    """The element, and the hash by which the policy allows it."""
    if re.search(r"</(script|style)|<!--", text, re.I):
        sys.exit(f"assemble.py: a {tag} would end before its end:\n{text[:200]}")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"<{tag}>{text}</{tag}>", f"'sha256-{digest}'"


def library(argument):
    script, _, copyright_file = argument.partition(":")
    # Nothing is fetched, so nothing is said of where a map would be.
    text = re.sub(r"\n//# sourceMappingURL=.*", "", read(script))
    licence = read(copyright_file).replace("*/", "* /")
    return f"/*\n{licence.strip()}\n*/\n{text}"


def literal(text):
    pieces = [text.encode()[i : i + PIECE] for i in range(0, len(text.encode()), PIECE)]
    lines = []
    for piece in pieces:
        # Octal escapes end after three digits, whatever follows; ? could be
        # part of a trigraph.
        quoted = "".join(
            chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else f"\\{b:03o}" for b in piece
        )
        lines.append(f'    std::string_view("{quoted}", {len(piece)}),')
    return "\n".join(lines)


def main():
    arguments = sys.argv[1:]
    out = arguments.pop(0)
    html = None
    if arguments[0] == "--html":
        html = arguments[1]
        arguments = arguments[2:]
    style, style_hash = element("style", read(HERE / "page.css"))
    scripts = [element("script", library(argument)) for argument in arguments]
    scripts.append(element("script", read(HERE / "page.js")))
    policy = (
        "default-src 'none'; "
        f"script-src {' '.join(digest for _, digest in scripts)}; "
        f"style-src {style_hash}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = read(HERE / "page.html")
    for mark, text in [
        ("@POLICY@", policy),
        ("@STYLE@", style),
        ("@SCRIPTS@", "\n".join(script for script, _ in scripts)),
    ]:
        if page.count(mark) != 1:
            sys.exit(f"assemble.py: page.html has {mark} not once")
        page = page.replace(mark, text)
    head, _, tail = page.partition("@DATA@")
    pathlib.Path(out).write_text(
        "// Written by page/assemble.py.\n"
        '#include "src/sink/page_text.h"\n\n'
        "namespace mispsift {\n"
        "namespace {\n\n"
        f"constexpr std::string_view kHead[] = {{\n{literal(head)}\n}};\n"
        f"constexpr std::string_view kTail[] = {{\n{literal(tail)}\n}};\n\n"
        "}  // namespace\n\n"
        "std::span<const std::string_view> PageHead() { return kHead; }\n"
        "std::span<const std::string_view> PageTail() { return kTail; }\n\n"
        "}  // namespace mispsift\n",
        "utf-8",
    )
    if html:
        pathlib.Path(html).write_text(f"{head}{{}}{tail}", "utf-8")


main()
