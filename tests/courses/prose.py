"""The running text of a lesson, and how readable it is."""

import re

BOX_STANDINGS = {
    "law": {"law", "case", "guidance"},
    "recommended": {"recommendation", "guidance"},
    "practice": {"practice", "case", "research"},
}
"""What a marked box may cite, so that law, recommendation and good practice stay apart."""

LAB = re.compile(r"^```[a-z-]+\n.*?^```\n", re.MULTILINE | re.DOTALL)
"""The block of a lab, which is no prose."""


def boxes(body):
    """Yield (kind, title, text) for each marked box."""
    for match in re.finditer(r'^!!! (\S+) "([^"]*)"\n((?:(?: {4}.*)?\n)+)', body + "\n", re.MULTILINE):
        yield match[1], match[2], match[3]


def without_tables(body):
    return "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("|"))


def plain(body):
    """Return the running text: no tables, headings, box titles, citations or markup; one block a line."""
    text = without_tables(body)
    text = re.sub(r"^#+ .*$|^!!! .*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\s*\[@[\w-]+\]", "", text)
    text = re.sub(r"\*\*(?:Question|Answer)\.\*\*", "", text)
    text = re.sub(r"\[\[([\w-]+)\|([^\]]+)\]\]", r"\2", text)
    text = re.sub(r"\[\[([\w-]+)\]\]", lambda m: m[1].replace("-", " "), text)
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    text = re.sub(r"^\s*(?:[-*>]|\d+\.)\s+", "\n\n", text, flags=re.MULTILINE)
    text = re.sub(r"[*_`]", "", text)
    return "\n".join(" ".join(block.split()) for block in re.split(r"\n\s*\n", text) if block.strip())


def words(text):
    """Words hold at least one letter; figures and signs are not counted."""
    return [word for word in re.findall(r"[^\s/]+", text) if any(char.isalpha() for char in word)]


def lix(text):
    """Return words per sentence plus the percentage of words of more than six letters (Björnsson, 1968)."""
    all_words = words(text)
    long_words = [word for word in all_words if sum(char.isalpha() for char in word) > 6]
    sentences = sum(max(1, len(re.findall(r"[.!?]+(?=[\"')]*(?:\s|$))", block))) for block in text.splitlines())
    return len(all_words) / sentences + 100 * len(long_words) / len(all_words)
