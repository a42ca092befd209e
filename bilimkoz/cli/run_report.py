"""What a run read and what became of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bilimkoz.cli.console import language, settings, table, tell, words
from bilimkoz.cli.due import owed_n
from bilimkoz.cli.left_out import states
from bilimkoz.cli.unknown_columns import Unknown, tell_unknown
from bilimkoz.connection import connect
from expectations.silent_cohorts import silent_cohorts
from expectations.years_without_priors import years_without_priors
from ingest.contract import contract
from ingest.log import Log
from ingest.quarantine import file_name, waiting
from orchestration.run import newest_warehouse

_COUNTS = ("read_n", "landed_n", "held_n", "quarantined_n", "repeated_n")


def tell_deliveries(facts: dict[str, Any]) -> None:
    """What was read and what became of it, a line a feed."""
    if not facts:
        return
    tell("run.as_of", day=facts["as_of"])
    log = Log.read(settings().place("landing"))
    parses = {name: log.parses[name] for name in facts["parses"]}
    known = states()
    held = {file["parse_id"] for file in known if file["state"] == "waiting"}
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for parse_id, parse in parses.items():
        for feed, counts in parse["counts"].items():
            # Good rows of a file that waits whole have not come in.
            # Of an answer without consent the key lands, and nothing is loaded.
            good_n = counts["landed_n"] - counts.get("without_consent_n", 0)
            told = counts | ({"landed_n": good_n} if parse_id not in held else {"landed_n": 0, "held_n": good_n})
            for name, count in told.items():
                sums[feed][name] += count
                sums[""][name] += count
    if sums:
        names = [words(f"run.{name}") for name in ("feed", *_COUNTS)]
        rows: list[list[object]] = [
            [contract(feed).labels[language()], *(sums[feed][name] for name in _COUNTS)]
            for feed in sorted(sums)
            if feed
        ]
        rows.append([words("run.total"), *(sums[""][name] for name in _COUNTS)])
        table(words("run.title_deliveries"), names, rows, right=range(1, 6))
        senders = {parse["sender"] for parse in parses.values()}
        every = sums[""]
        tell(
            "run.besides",
            senders=len(senders),
            files=len(parses),
            empty=every["empty_n"],
            repaired=every["repaired_n"],
        )
        if every["without_consent_n"]:
            tell("run.without_consent", n=every["without_consent_n"])
    tell_unknown(
        Unknown(file["feed"], column["name"], file_name(file))
        for file in known
        if file["parse_id"] in parses
        for column in parses[file["parse_id"]]["notes"].get("unknown_columns", ())
    )
    unplaced: Counter[tuple[str, str]] = Counter()
    for parse in parses.values():
        unplaced.update({(parse["feed"], name): n for name, n in parse["notes"].get("unplaced", {}).items()})
    for (feed, name), n in sorted(unplaced.items()):
        tell("check.unplaced", "yellow", n=n, column=contract(feed).column(name).named(language()))
    # What waits or is overdue is told of now; a run as of an older day has changed nothing of it.
    warehouse = newest_warehouse(settings()) if not facts.get("is_aside") else None
    if warehouse is not None:
        _tell_built(warehouse)


def _tell_built(warehouse: Path) -> None:
    """What the built tables show that somebody should look at."""
    with connect(warehouse, read_only=True) as connection:
        orphans = waiting(connection)
        silent = silent_cohorts(connection)
        without_priors = years_without_priors(connection)
        overdue = owed_n(connection)
    for cohort in silent:
        tell("run.silent_cohort", "yellow", cohort=cohort.label, n=cohort.followed_n)
    if without_priors:
        tell("run.without_priors", "yellow", years=without_priors)
    if orphans:
        tell("run.waiting_rows", n=sum(count for *_, count in orphans), what=list(_waits(orphans)))
    if overdue:
        tell("run.overdue", n=overdue)


def _waits(rows: list[tuple[str, str, str, int]]) -> Iterator[str]:
    """Which feeds are waited for, and by how many rows; a reason that is no feed in words."""
    sums: Counter[str] = Counter()
    for _, _, reason, count in rows:
        sums[reason] += count
    for reason, count in sums.most_common():
        parent = reason.removeprefix("waiting for ")
        why = contract(parent).named(language()) if parent != reason else words(f"rule.{reason}")
        yield f"{why}: {count}"
