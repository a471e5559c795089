"""Find links in the documents that lead nowhere: relative files, and headings in them.

Prints each with its file and line; exit status 1 if there is any.  Links to other sites are not followed.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s+<?(\S+?)>?\s*$")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_CODE = re.compile(r"`[^`]*`")
_FENCE = re.compile(r"\s*(```|~~~)")


def dead_links(file: Path) -> Iterator[str]:
    """Yield a line for each link in the Markdown *file* whose file or heading does not exist."""
    for number, line in _prose(file):
        for match in _LINK.finditer(_CODE.sub("", line)):
            target = match[1] or match[2]
            if _ELSEWHERE.match(target):
                continue
            path, _, fragment = target.partition("#")
            there = (file.parent / unquote(path)).resolve() if path else file
            if not there.exists():
                yield f"{file}:{number}: {target}: there is no such file"
            elif fragment and there.suffix == ".md" and unquote(fragment) not in anchors(there):
                yield f"{file}:{number}: {target}: there is no such heading"


def anchors(file: Path) -> set[str]:
    """Return the names by which the headings of *file* are linked to; one that comes again gets a number."""
    names: set[str] = set()
    for _, line in _prose(file):
        if match := _HEADING.match(line):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match[1]).lower()
            slug = re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")
            count = sum(re.fullmatch(re.escape(slug) + r"(-\d+)?", name) is not None for name in names)
            names.add(f"{slug}-{count}" if count else slug)
    return names


def _prose(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of *file* that are not in a block of code."""
    fence = ""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        elif not fence:
            yield number, line


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md", ":!courses/content"],
        check=True,
        capture_output=True,
        text=True,
    )
    found = [fault for name in listed.stdout.splitlines() if Path(name).exists() for fault in dead_links(Path(name))]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
