"""On which line of a TOML text each key stands: tomllib does not tell, and an error without a line is a search.

Only positions are read here; the values come from tomllib. Strings and comments are tokens of their own, so that a key
is never found inside a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

KeyPath = tuple[str, ...]

_TOKEN = re.compile(
    r'''(?P<block>"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\')'''
    r"""|(?P<word>"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
    r"|(?P<comment>\#[^\n]*)|(?P<mark>[\n=,\[\]{}])",
    re.DOTALL,
)


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """1-based line of every table and key by its full path: `[a]\\nb = {c = 1}` -> (a,): 1, (a, b): 2, (a, b, c): 2.

    Meant for text that tomllib has accepted; on other text the answer may be incomplete, never an error.
    """
    scan = _Scan()
    for token in _TOKEN.finditer(text):
        word = token.group()
        if token.lastgroup == "word":
            scan.words.append(word.strip("\"'"))
        elif token.lastgroup == "mark":
            scan.mark(word)
        scan.line += word.count("\n")
    scan.mark("\n")
    return scan.found


class _Scan:
    """Where the scan stands: the open table, the keys whose inline value is open, the words since a separator."""

    def __init__(self) -> None:
        self.found: dict[KeyPath, int] = {}
        self.line = 1
        self.words: list[str] = []
        self.table: KeyPath = ()
        self.open: list[KeyPath] = []
        self.key: KeyPath = ()
        self.in_value = False
        self.in_header = False

    def mark(self, mark: str) -> None:
        """Take one separator: `=` ends a key, a line end a header or a value; brackets open and close inline values."""
        if mark == "=":
            self.key = self._note((self.open[-1] if self.open else self.table) + tuple(self.words))
            self.in_value = True
        elif mark == "\n" and self.in_header:
            self.table, self.in_header = self._note(tuple(self.words)), False
        elif mark == "\n" and not self.open:
            self.in_value = False
        elif mark in "[{" and self.in_value:
            self.open.append(self.key)
        elif mark == "[":
            self.in_header = True
            return
        elif mark in "]}" and self.open:
            self.key = self.open.pop()
        elif mark in "]}" or mark == "\n":
            return
        self.words = []

    def _note(self, path: KeyPath) -> KeyPath:
        for depth in range(1, len(path) + 1):
            self.found.setdefault(path[:depth], self.line)
        return path
