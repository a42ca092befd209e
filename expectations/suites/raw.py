"""Suites of the raw layer, one per feed that has rows of its own, made from its contract.

They judge again, in the warehouse, what ingest has judged row by row: a fault between the two is a fault of ours, and
this is where it shows. Rows of raw are append-only, so the key is unique within one parse of one file, not over all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from bilimkoz.sql import identifier, literal
from expectations.suite import (
    Rule,
    Suite,
    between,
    not_null,
    one_of,
    row_count,
    time_between,
    unique,
)
from ingest.contract import Column, Contract, contract, feeds, target_feeds

LAYER = "raw"
PARSE = "_parse"
_PSEUDONYM = "[0-9a-f]{32}"


def suites(row_counts: Mapping[str, int]) -> tuple[Suite, ...]:
    """One suite per target feed; `row_counts` gives the rows the load log counts, by feed."""
    return tuple(_suite(contract(feed), row_counts.get(feed)) for feed in target_feeds())


@cache
def hidden_columns() -> frozenset[str]:
    """Columns that any contract marks as personal, never to be loaded, or free text."""
    return frozenset(column.name for feed in feeds() for column in contract(feed).columns if column.privacy)


def _suite(feed: Contract, rows_n: int | None) -> Suite:
    asset = f"{LAYER}.{feed.feed}"
    rules = [
        *map(_in_sql, (*_column_rules(feed), *_contract_rules(feed))),
        unique(asset, (PARSE, *feed.key)),
        _nothing_dropped(feed),
    ]
    if rows_n is not None:
        rules.append(row_count(rows_n))
    return Suite(
        layer=LAYER,
        table=feed.feed,
        description=f"Feed {feed.feed} as its contract {feed.version} has it",
        columns={PARSE: None, **{column.name: column.sql_type for column in feed.loaded_columns}},
        rules=tuple(rules),
        hidden=hidden_columns(),
    )


def _in_sql(rule: Rule) -> Rule:
    """The rule as one aggregate of one scan. The library's own classes ask four things of a table for each rule, and there are
    some nine hundred: 19 s of a small run, and 8 in this way."""
    return replace(rule, built_in=None) if rule.condition else rule


def _column_rules(feed: Contract) -> Iterator[Rule]:
    yield not_null(PARSE)
    for column in feed.loaded_columns:
        if column.required and (feed.consent is None or column.name in (*feed.key, feed.consent)):
            yield not_null(column.name)
        elif column.required:
            yield _present_with_consent(column, identifier(feed.consent or ""))
        if column.enum:
            yield one_of(column.name, column.enum)
        if column.minimum is not None or column.maximum is not None:
            yield _range(column)
        if column.privacy == "person" or (column.made_from and column.type == "string"):
            yield _matches(column, _PSEUDONYM, "a pseudonym of 32 hexadecimal digits")
        elif column.pattern:
            yield _matches(column, column.pattern, f"of the form {column.pattern}")


def _present_with_consent(column: Column, consent: str) -> Rule:
    return Rule(
        f"{column.name} is present",
        f"{column.name} has a value in every row with consent",
        condition=f"{identifier(column.name)} is not null or not {consent}",
    )


def _range(column: Column) -> Rule:
    if column.type in ("date", "timestamp"):
        return time_between(column.name, column.type, column.minimum, column.maximum)
    return between(column.name, column.minimum, column.maximum)


def _matches(column: Column, pattern: str, words: str) -> Rule:
    name = identifier(column.name)
    if column.is_list:
        pattern, words = f"({pattern})(;({pattern}))*", f"a list, each {words}"
    return Rule(
        f"{column.name} has its form",
        f"{column.name} is {words}",
        condition=f"{name} is null or regexp_full_match({name}, {literal(pattern)})",
    )


def _contract_rules(feed: Contract) -> Iterator[Rule]:
    for rule in feed.rules:
        if feed.column(rule.column).privacy == "text":
            # What it is about is not here.
            continue
        # As at ingest, a rule over an absent value is not broken.
        yield Rule(rule.name, rule.description, condition=f"coalesce({rule.sql}, true)")


def _nothing_dropped(feed: Contract) -> Rule:
    dropped = [literal(column.name) for column in feed.columns if not column.loaded] or ["''"]
    return Rule(
        "nothing that is never to be loaded",
        "no column that the contract says is never loaded",
        query=(
            "select column_name from information_schema.columns"
            f" where table_schema = {literal(LAYER)} and table_name = {literal(feed.feed)}"
            f" and column_name in ({', '.join(dropped)})"
        ),
    )
