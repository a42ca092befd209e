"""Seed `optional_fields` says of every field that contracts leave open what it means that it is empty."""

from __future__ import annotations

import csv
import re

import pytest

from bilimkoz.settings import PROJECT
from ingest.contract import contract

DBT = PROJECT / "dbt_project"
#: Formalism lies beside them and is no indicator: it has its own account of what it could not judge.
INDICATORS = sorted(
    path for path in (DBT / "models" / "indicators").glob("*.sql") if not path.stem.startswith("formalism_")
)
READS = re.compile(r"ref\('(\w+)'\)|linked\('(\w+)'")


def rows(seed: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FIELDS = rows("optional_fields")
SOURCES = {row["code"]: row["sources"].split(";") for row in rows("indicators")}
FEEDS = sorted({feed for feeds in SOURCES.values() for feed in feeds if feed != "all"})


@pytest.mark.parametrize("feed", FEEDS)
def test_each_field_that_a_contract_leaves_open_is_judged(feed: str) -> None:
    """Whoever adds one says whether an indicator needs it."""
    left_open = [column.staged_as for column in contract(feed).loaded_columns if not column.required]
    assert [row["field"] for row in FIELDS if row["feed"] == feed] == left_open


def test_no_other_feed_is_judged() -> None:
    assert {row["feed"] for row in FIELDS} <= set(FEEDS)


def test_what_is_needed_is_needed_by_indicators_of_the_feed() -> None:
    for row in FIELDS:
        assert (row["role"] == "needed") == (row["indicators"] != "none"), row
        if row["role"] == "needed":
            assert all(row["feed"] in SOURCES[code] for code in row["indicators"].split(";")), row


def _above(feed: str) -> list[str]:
    """Models of indicators that read the feed, or what reads it."""
    near = {f"int_{feed}__accepted", feed}
    for path in (DBT / "models").rglob("*.sql"):
        if path.parent.name == "marts" and path.stem.startswith(("fct_", "dim_", "bridge_")):
            found = {name for pair in READS.findall(path.read_text()) for name in pair if name}
            if found & {f"int_{feed}__accepted", feed}:
                near.add(path.stem)
    return [
        re.sub(r"--.*", "", path.read_text())
        for path in INDICATORS
        if {name for pair in READS.findall(path.read_text()) for name in pair if name} & near
    ]


@pytest.mark.parametrize("feed", FEEDS)
def test_what_an_indicator_reads_is_not_said_to_be_unread(feed: str) -> None:
    unread = [row["field"] for row in FIELDS if row["feed"] == feed and row["role"] == "unread"]
    texts = _above(feed)
    read = {field for field in unread for text in texts if re.search(rf"\b{field}\b", text)}
    assert not read
