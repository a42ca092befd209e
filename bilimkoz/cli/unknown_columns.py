"""Columns that no contract has: which of them a sender may have meant for another, and that the others were not kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bilimkoz.cli.console import console, language, words
from ingest.contract import contract
from ingest.likeness import meant

_SHOWN_N = 10


@dataclass(frozen=True)
class Unknown:
    """A header in a file of a feed."""

    feed: str
    name: str
    file: str


def tell_unknown(found: Iterable[Unknown]) -> None:
    """A line for each header that looks like a column's, and one for all the others."""
    for style, text in sentences(found):
        console.print(text, style=style, markup=False)


def sentences(found: Iterable[Unknown]) -> Iterator[tuple[str, str]]:
    """The lines, each with its style."""
    files: dict[tuple[str, str], list[str]] = {}
    for item in found:
        files.setdefault((item.feed, item.name), []).append(item.file)
    guesses = {(feed, name): meant(name, contract(feed)) for feed, name in files}
    alike = [(name, column, files[feed, name]) for (feed, name), column in guesses.items() if column]
    others = list(dict.fromkeys(name for (_, name), column in guesses.items() if column is None and name))
    for name, column, where in alike[:_SHOWN_N]:
        besides = words("check.and_more_files", n=len(where) - 1) if len(where) > 1 else ""
        facts = {"file": where[0], "more": besides, "name": name, "column": column.named(language())}
        yield "bold yellow", words("check.looks_like", **facts)
    if len(alike) > _SHOWN_N:
        yield "yellow", words("check.more_unknown", n=len(alike) - _SHOWN_N)
    if others:
        more = [words("gate.more", n=len(others) - _SHOWN_N)] if len(others) > _SHOWN_N else []
        yield "yellow", words("check.unknown_columns", names=[*others[:_SHOWN_N], *more])
