"""Speaking to the person at the terminal, in the language of the settings."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextvars import ContextVar
from enum import StrEnum
from functools import cache

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bilimkoz import settings as configuration
from bilimkoz import texts, wrong_settings
from bilimkoz.settings import Settings
from ingest.problems import Refusal

_LEAST_WIDTH = 14
# Bound now: while a run writes its log, what others print goes there and this does not.
console = Console(file=sys.stdout, highlight=False)
_asked: ContextVar[str | None] = ContextVar("language", default=None)


class Spoken(StrEnum):
    """A language that is asked for on the line of a command."""

    KK = "kk"
    RU = "ru"
    EN = "en"


@cache
def settings() -> Settings:
    """The settings of this installation.

    Raises:
        Refusal: they cannot be read, or a value is wrong.
    """
    return wrong_settings.load()


def require_data_root() -> None:
    """What only looks into the data root makes none: where its name is mistyped, an empty one would answer.

    Raises:
        Refusal: it is not there.
    """
    if not settings().root.is_dir():
        raise Refusal("data_root_missing", path=settings().root)


def language() -> str:
    """The language people are spoken to in: what a command was asked for, else that of the settings."""
    return _asked.get() or configuration.language()


def speak(asked: str | None) -> None:
    """Sets the language for the rest of a command, also for what stops it; None is that of the settings."""
    _asked.set(asked)


def words(key: str, /, **facts: object) -> str:
    return texts.say(language(), key, **facts)


def tell(key: str, /, style: str | None = None, **facts: object) -> None:
    console.print(words(key, **facts), style=style, markup=False)


def number(value: int) -> str:
    """Thousands apart by a thin space, as the three languages write them."""
    return f"{value:,}".replace(",", " ")


def table(
    title: str,
    columns: Iterable[str],
    rows: Iterable[Iterable[object]],
    right: Iterable[int] = (),
    names: Iterable[int] = (),
) -> None:
    """A table; `right` are the places of columns that hold numbers, which are never broken, `names` of those that hold
    names, which are broken between words only.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    numeric, named = set(right), set(names)
    shown = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=box.SIMPLE_HEAD)
    for place, name in enumerate(columns):
        plain = [row[place].plain for row in cells]
        widest = max(map(len, plain), default=0)
        longest_word = max((len(word) for text in plain for word in text.split()), default=0)
        least = widest if place in numeric else longest_word if place in named else min(widest, _LEAST_WIDTH)
        shown.add_column(name, justify="right" if place in numeric else "left", min_width=least, overflow="fold")
    for row in cells:
        shown.add_row(*row)
    console.print(shown)


def _cell(value: object) -> Text:
    if isinstance(value, Text):
        return value
    return Text(number(value) if isinstance(value, int) else str(value if value is not None else ""))
