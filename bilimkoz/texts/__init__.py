"""Everything a person reads on the terminal, in Kazakh, Russian and English: one file a language, one key a text."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

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


def refusal(language: str, why: Refusal) -> str:
    """A refusal in words: what is wrong and what to do."""
    facts = {name: refusal(language, fact) if isinstance(fact, Refusal) else fact for name, fact in why.facts.items()}
    if why.code == "columns_missing":
        facts["closest"] = _closest(language, facts.get("closest"))
    return say(language, f"refusal.{why.code}", **facts)


def _closest(language: str, found: object) -> str:
    pairs = (
        [f"{column} ← {', '.join(names)}" for column, names in found.items() if names]
        if isinstance(found, dict)
        else []
    )
    return say(language, "refusal.closest_names", pairs="; ".join(pairs)) if pairs else ""


def _read_out(fact: object) -> object:
    return ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else fact
