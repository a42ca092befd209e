"""`bilimkoz feeds`: what may be sent, as the contracts have it, for whoever fills in a list."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer
from rich.text import Text

from bilimkoz.cli.console import console, language, table, tell, words
from bilimkoz.texts import of_contract
from ingest import contract as contracts
from ingest.contract import LANGUAGES, Column, Contract
from ingest.problems import Refusal

_NAMES_SHOWN = 3


def feeds(feed: Annotated[str | None, typer.Argument(help="Name of a feed; default: all of them.")] = None) -> int:
    """Feeds, or the columns of one: labels, types, what is required, allowed values and rules."""
    if feed is None:
        _tell_all()
        return 0
    _tell_one(known_feed(feed))
    return 0


def known_feed(name: str) -> Contract:
    """The contract of a feed as somebody typed its name.

    Raises:
        Refusal: there is none of that name; the closest are told.
    """
    if name not in contracts.feeds():
        near = difflib.get_close_matches(name, contracts.feeds(), n=_NAMES_SHOWN, cutoff=0)
        raise Refusal("feed_not_known", name=name, closest=near)
    return contracts.contract(name)


def _tell_all() -> None:
    rows = []
    for known in map(contracts.contract, contracts.feeds()):
        required = [column for column in known.columns if column.required]
        counts: list[object] = [len(known.columns), len(required)] if known.columns else ["–", "–"]
        rows.append([known.feed, known.labels[language()], *counts])
    names = [words(f"feeds.{name}") for name in ("name", "label", "columns", "required_n")]
    table(words("feeds.title"), names, rows, right=(2, 3))
    tell("feeds.more")


def _tell_one(feed: Contract) -> None:
    console.print(feed.named(language()), style="bold", markup=False)
    if feed.sections:
        tell("feeds.fills", feeds=[contracts.contract(target).named(language()) for target in feed.targets])
        return
    rows = [
        [
            _headers(column),
            of_contract.kind(language(), column),
            words("feeds.yes") if column.required else "",
            "\n".join(of_contract.limits(language(), feed, column)),
        ]
        for column in feed.columns
    ]
    table("", [words(f"feeds.{name}") for name in ("headers", "type", "required", "allowed")], rows, names=(0,))
    for rule in feed.rules:
        tell("feeds.rule", column=feed.column(rule.column).named(language()), rule=words(f"rule.{rule.name}"))
    tell("feeds.key", columns=[feed.column(name).labels[language()] for name in feed.key])
    tell("feeds.limit", limit=f"{feed.max_bad_share:.0%}")


def _headers(column: Column) -> Text:
    """What may stand over the column: its label in the reader's language first."""
    others = [column.labels[other] for other in LANGUAGES if other != language() and other in column.labels]
    names = list(dict.fromkeys([column.labels.get(language(), column.name), column.name, *others]))
    return Text.assemble((names[0], "bold"), *(f"\n{name}" for name in names[1:]))
