"""Columns that no contract has: which of them a sender may have meant for another, and that the others were not kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bilimkoz.cli.console import language, tell, words
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
    files: dict[tuple[str, str], list[str]] = {}
    for item in found:
        files.setdefault((item.feed, item.name), []).append(item.file)
    guesses = {(feed, name): meant(name, contract(feed)) for feed, name in files}
    alike = [(name, column, files[feed, name]) for (feed, name), column in guesses.items() if column]
    others = list(dict.fromkeys(name for (_, name), column in guesses.items() if column is None and name))
    for name, column, where in alike[:_SHOWN_N]:
        besides = words("check.and_more_files", n=len(where) - 1) if len(where) > 1 else ""
        tell("check.looks_like", "bold yellow", file=where[0], more=besides, name=name, column=column.named(language()))
    if len(alike) > _SHOWN_N:
        tell("check.more_unknown", "yellow", n=len(alike) - _SHOWN_N)
    if others:
        more = [words("gate.more", n=len(others) - _SHOWN_N)] if len(others) > _SHOWN_N else []
        tell("check.unknown_columns", "yellow", names=[*others[:_SHOWN_N], *more])
