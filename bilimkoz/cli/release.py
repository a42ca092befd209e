"""`bilimkoz release`: what was published, what changed, and back to an earlier one."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bilimkoz.cli import figure_words, revision
from bilimkoz.cli.console import console, require_data_root, settings, table, tell, words
from bilimkoz.cli.named_release import before, different, named, writable
from bilimkoz.lock import run_lock
from ingest.problems import Refusal
from publish import difference, release_record, shelf
from publish.build import DamagedReleaseError, Engine
from publish.difference import RevisedFigure
from publish.release_record import Release
from publish.shelf import AsideReleaseError

app = typer.Typer(no_args_is_help=True, help="Releases: list, show, diff, revision, rollback.")
app.command("revision")(revision.revision)
_FIGURES_SHOWN = 30
_COUNTS = ("hired_n", "retained_n", "index_share", "status", "unknown_n", "removed_n")
_HEADINGS = ("cohort_year", "level", "estimand", "segment", "segment_value", "horizon_months")


@app.command("list")
def list_() -> int:
    """All releases, the newest last."""
    require_data_root()
    releases = release_record.list_releases(settings().root)
    lost = release_record.lost_release(settings().root)
    if lost:
        tell("release.current_lost", "yellow", id=lost)
    if not releases:
        tell("release.none")
        return 0
    current = release_record.current_release(settings().root)
    rows = [
        [
            item.id,
            item.as_of.isoformat(),
            len(item.tables["restricted"]),
            item.gates_n,
            _standing(item, current),
        ]
        for item in releases
    ]
    table(
        words("release.title"),
        [*(words(f"release.{name}") for name in ("id", "as_of", "tables", "gates")), ""],
        rows,
        right=(2, 3),
    )
    return 0


def _standing(release: Release, current: Release | None) -> str:
    if current and release.id == current.id:
        return words("release.current")
    return words("release.aside") if release.is_aside else ""


@app.command("show")
def show(identifier: Annotated[str | None, typer.Argument(help="Default: the current one.")] = None) -> int:
    """The tables of a release."""
    release = named(identifier)
    rows = [
        [part, name, held.rows_n, held.sha256[:16]]
        for part, tables in release.tables.items()
        for name, held in sorted(tables.items())
    ]
    title = f"{release.id} · {release.path}"
    table(title, [words(f"release.{name}") for name in ("part", "table", "rows", "hash")], rows, right=(2,))
    found = release.uniqueness
    if found is not None and found.unique_share is not None:
        tell("release.unique", n=found.unique_n, persons=found.persons_n, share=f"{found.unique_share:.1%}")
    return 0


@app.command("diff")
def diff(
    old: Annotated[str | None, typer.Argument(help="Default: the one before.")] = None,
    new: Annotated[str | None, typer.Argument(help="Default: the current one.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write every figure that differs to this file.")] = None,
) -> int:
    """What changed between two releases: tables, and closed retention figures."""
    writable(csv)
    later = named(new)
    earlier = named(old) if old else before(later)
    different(earlier, later)
    found = difference.diff(settings().root, earlier.id, later.id)
    changed = [item for item in found.tables if not item.is_same]
    console.print(f"{earlier.id} → {later.id}", style="bold", markup=False)
    if changed:
        rows = [[item.table, *(side.rows_n if side else "–" for side in (item.old, item.new))] for item in changed]
        names = [words(f"release.{name}") for name in ("table", "rows_was", "rows_now")]
        table(words("release.changed"), names, rows, right=(1, 2), names=(0,))
    tell("release.same", n=len(found.tables) - len(changed))
    _tell_figures(found.figures)
    if csv is not None:
        headings = {name: words(f"release.{name}") for name in ("closed", *_HEADINGS, "was", "now", *_COUNTS)}
        difference.write_figures(csv, found.figures, headings)
        tell("release.figures_written", n=len(found.figures), path=csv)
    return 0


def _tell_figures(figures: tuple[RevisedFigure, ...]) -> None:
    """The closed figures that moved, and how many were observed for the first time or are not closed yet."""
    closed = [figure for figure in figures if figure.was_closed]
    if closed:
        tell("release.figures", n=len(closed))
        columns = [words(f"release.{name}") for name in ("cohort_year", "figure", "was", "now")]
        shown = closed[:_FIGURES_SHOWN]
        rows = [
            [
                figure_words.cohort(figure.key),
                figure_words.described(figure.key),
                figure_words.told(figure.old),
                figure_words.told(figure.new),
            ]
            for figure in shown
        ]
        table("", columns, rows, names=(0,))
        if len(closed) > len(shown):
            tell("release.more_figures", n=len(closed) - len(shown))
    if len(figures) > len(closed):
        tell("release.figures_open", n=len(figures) - len(closed))


@app.command("rollback")
def rollback(identifier: str) -> int:
    """Makes an earlier release current again, once its files are checked; nothing is removed."""
    release = named(identifier)
    engine = Engine(settings().place("work") / "spill", settings().memory_limit)
    with run_lock(settings().place("work")):
        try:
            shelf.rollback(settings().root, release.id, at=datetime.now(UTC), by=getpass.getuser(), engine=engine)
        except DamagedReleaseError:
            raise Refusal("release_damaged", id=release.id) from None
        except AsideReleaseError:
            raise Refusal("release_aside", id=release.id) from None
    tell("release.rolled_back", "green", id=release.id)
    return 0
