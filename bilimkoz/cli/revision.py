"""`bilimkoz release revision`: which cohorts moved between two releases, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bilimkoz.cli import figure_words
from bilimkoz.cli.console import console, settings, table, tell, words
from bilimkoz.cli.named_release import before, different, named, writable
from bilimkoz.durable import write_whole
from ingest.problems import Refusal
from publish import revision as revisions

_SHOWN = 30
_OWNER_ONLY = 0o600
#: Counts that say why, as they are told beside the reason.
_COUNTS = ("entered_n", "left_n", "outcome_changed_n", "now_known_n", "now_unknown_n")


def revision(
    old: Annotated[str | None, typer.Argument(help="Id or as-of day; default: the one before.")] = None,
    new: Annotated[str | None, typer.Argument(help="Id or as-of day; default: the current one.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write every row, every segment too, to this file.")] = None,
) -> int:
    """Which retention figures moved between two releases and why: who came, who went, who is counted otherwise."""
    writable(csv)
    later = named(new)
    earlier = named(old) if old else before(later)
    different(earlier, later)
    try:
        found = revisions.revision(
            earlier,
            later,
            every_segment=csv is not None,
            memory_limit=settings().memory_limit,
            temp_directory=settings().place("work") / "spill",
        )
    except revisions.NotComparableError as why:
        raise _refusal(why) from None
    console.print(f"{earlier.id} → {later.id}", style="bold", markup=False)
    differing = revisions.differing_inputs(earlier, later)
    if differing:
        tell("revision.inputs", what=[words(f"input.{name}") for name in differing])
    every_cohort = found.filter(segment="all")
    rows = [[words(f"reason.{reason}"), figures_n] for reason, figures_n in revisions.reasons(every_cohort)]
    table(words("revision.title"), [words("revision.why"), words("revision.figures")], rows, right=(1,))
    _tell_moved(revisions.moved(every_cohort).to_dicts())
    if csv is not None:
        # A spreadsheet takes the letters of segment values for others without the mark of the encoding.
        write_whole(csv, found.write_csv(include_bom=True).encode(), _OWNER_ONLY)
        tell("revision.written", n=len(found), path=csv)
    return 0


def _tell_moved(rows: list[dict[str, Any]]) -> None:
    columns = [words(f"release.{name}") for name in ("cohort_year", "figure", "was", "now")]
    shown = [
        [
            figure_words.cohort(row),
            figure_words.described(row),
            figure_words.told(_side(row, "before")),
            figure_words.told(_side(row, "after")),
            _why(row),
        ]
        for row in rows[:_SHOWN]
    ]
    if shown:
        table("", [*columns, words("revision.why")], shown, names=(0,))
    if len(rows) > _SHOWN:
        tell("release.more_figures", n=len(rows) - _SHOWN)


def _side(row: Mapping[str, Any], side: str) -> dict[str, Any] | None:
    """The figure before or after, as `figure_words` tells it; None where that release has not the row."""
    if row[f"status_{side}"] is None:
        return None
    counts = {f"{count}_n": row[f"{count}_{side}_n"] for count in ("hired", "retained", "unknown", "removed")}
    return {"status": row[f"status_{side}"], "index_share": row[f"index_share_{side}"], **counts}


def _why(row: Mapping[str, Any]) -> str:
    told = [words(f"revision.{name}", n=row[name]) for name in _COUNTS if row[name]]
    return "; ".join([words(f"reason.{row['reason']}"), *told])


def _refusal(why: revisions.NotComparableError) -> Refusal:
    if why.why == "other_key":
        return Refusal("revision_other_key", id=why.release)
    return Refusal("revision_no_members", id=why.release)
