"""Writes the pages of the feeds from the contracts, for whoever prepares a list without this program at hand.

    python -m bilimkoz.feed_pages docs/feeds

A test fails when the pages differ from what this would write.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bilimkoz.texts import of_contract, say
from ingest.contract import Column, Contract, contract, feeds

_NOTE = "<!-- Generated from ingest/contracts by `make generate`; edit the contract instead. -->"
_INDEX = f"""{_NOTE}
# Feeds

What may be sent. Over a column may stand its name or any of its labels. `bilimkoz feeds NAME` shows the same in the language
of the settings.

| feed | kk | ru | en |
|---|---|---|---|
"""
_COLUMNS = """
| column | kk | ru | en | what | type | required | what it may be |
|---|---|---|---|---|---|---|---|
"""


def render() -> dict[str, str]:
    """Name of a page -> its content; `README.md` lists the others."""
    known = [contract(feed) for feed in feeds()]
    index = "".join(f"| [{feed.feed}]({feed.feed}.md) | {_labels(feed.labels)} |\n" for feed in known)
    return {"README.md": _INDEX + index} | {f"{feed.feed}.md": _page(feed) for feed in known}


def _page(feed: Contract) -> str:
    head = (
        f"{_NOTE}\n# {feed.labels['en']} · {feed.labels['ru']} · {feed.labels['kk']}\n\n`{feed.feed}`. {feed.purpose}\n"
    )
    if feed.sections:
        targets = ", ".join(f"[{target}]({target}.md)" for target in feed.targets)
        return f"{head}\nThe file is taken as its register gives it. Its rows go to: {targets}.\n"
    rows = "".join(_row(feed, column) for column in feed.columns)
    rules = "".join(f"- `{rule.column}`: {rule.description}\n" for rule in feed.rules)
    key = ", ".join(f"`{name}`" for name in feed.key)
    limit = say("en", "feeds.limit", limit=f"{feed.max_bad_share:.0%}")
    return f"{head}{_COLUMNS}{rows}\nNo two rows agree in all of {key}. {limit}\n" + (
        f"\nRules over a row:\n\n{rules}" if rules else ""
    )


def _row(feed: Contract, column: Column) -> str:
    limits = "; ".join(text.rstrip(".") for text in of_contract.limits("en", feed, column))
    cells = [f"`{column.name}`", _labels(column.labels), column.description, of_contract.kind("en", column)]
    return f"| {' | '.join([*cells, 'yes' if column.required else '', limits])} |\n"


def _labels(labels: dict[str, str]) -> str:
    return " | ".join(labels[language] for language in ("kk", "ru", "en"))


def write(folder: Path) -> None:
    """Writes every page; a page of a feed that is no more goes."""
    pages = render()
    folder.mkdir(parents=True, exist_ok=True)
    for left in {path.name for path in folder.glob("*.md")} - set(pages):
        (folder / left).unlink()
    for name, content in pages.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
