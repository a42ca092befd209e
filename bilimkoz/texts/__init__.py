"""Everything a person reads on the terminal, in Kazakh, Russian and English: one file a language, one key a text."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from ingest.contract import contract, feeds
from ingest.problems import Refusal

FOLDER = Path(__file__).parent


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language by `section.key`."""
    document = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, texts in document.items() for key, text in texts.items()}


def say(language: str, key: str, /, **facts: object) -> str:
    """A text with its facts put in; lists are read out with commas."""
    return catalogue(language)[key].format(**{name: _read_out(fact) for name, fact in facts.items()})


def has(key: str) -> bool:
    return key in catalogue("en")


def refusal(language: str, why: Refusal, feed: str | None = None) -> str:
    """A refusal in words: what is wrong and what to do; columns of `feed` by their labels."""
    return say(language, f"refusal.{why.code}", **_named(language, why, feed or _feed(why)))


def _feed(why: Refusal) -> str | None:
    """The feed a refusal names; a sender may have named one that does not exist."""
    feed = why.facts.get("feed")
    return feed if isinstance(feed, str) and feed in feeds() else None


def _named(language: str, why: Refusal, feed: str | None) -> dict[str, object]:
    """The facts of a refusal, with feeds and columns as their contract calls them for people."""
    facts = {
        name: refusal(language, fact, feed) if isinstance(fact, Refusal) else fact for name, fact in why.facts.items()
    }
    if _feed(why):
        facts["feed"] = contract(str(facts["feed"])).named(language)
    if "column" in facts:
        facts["column"] = column_name(language, feed, str(facts["column"]))
    if isinstance(names := facts.get("columns"), list):
        facts["columns"] = [column_name(language, feed, name) for name in names]
    if why.code == "columns_missing":
        facts["closest"] = _closest(language, facts.get("closest"), feed)
    return facts


def column_name(language: str, feed: str | None, column: str) -> str:
    """A column as the contract of `feed` calls it for people; as it stands where no contract has it."""
    known = next((item for item in contract(feed).columns if item.name == column), None) if feed else None
    return known.named(language) if known else column


def _closest(language: str, found: object, feed: str | None) -> str:
    pairs = (
        [f"{column_name(language, feed, column)} ← {', '.join(names)}" for column, names in found.items() if names]
        if isinstance(found, dict)
        else []
    )
    return say(language, "refusal.closest_names", pairs="; ".join(pairs)) if pairs else ""


def _read_out(fact: object) -> object:
    return ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else fact
