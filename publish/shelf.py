"""The folder of releases: which one is current, which ones stay."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bilimkoz.durable import sync
from publish.build import Engine, verify_release
from publish.release_log import is_chosen_over, last_event, mend, note
from publish.release_record import CURRENT, Release, current_release, list_releases, published, read_release

BUILDING = ".building-"
_SWAPPING = ".current-"
_REMOVING = ".removing-"


class AsideReleaseError(ValueError):
    """A release that was built aside cannot become current."""


def sweep(root: Path) -> None:
    """Remove what a run that was stopped has left; nothing a reader can see is touched. Needs the run's lock."""
    published(root).mkdir(parents=True, exist_ok=True)
    for entry in published(root).iterdir():
        if entry.is_symlink() and entry.name.startswith(_SWAPPING):
            entry.unlink()
        elif entry.name.startswith((BUILDING, _REMOVING)):
            shutil.rmtree(entry)


def make_current(root: Path, identifier: str) -> None:
    """Let readers get this release from now on: one link replaces another, so there is no moment without one."""
    folder = published(root)
    link = folder / f"{_SWAPPING}{identifier}"
    link.unlink(missing_ok=True)
    link.symlink_to(identifier)
    link.replace(folder / CURRENT)
    sync(folder)


def put_out(
    root: Path,
    release: Release,
    *,
    at: datetime,
    by: str,
    keep_last: int,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Release:
    """Make a whole release current, note it and remove what need not stay.

    Returns:
        The release that readers get now. It is another one where a person went back from this one: that stands until
        new inputs make a new release.
    """
    before = current_release(root)
    stays = before is not None and before.id != release.id and is_chosen_over(root, before.id, release.id)
    if not stays and (before is None or before.id != release.id):
        make_current(root, release.id)
        on_stage("swapped")
        note(root, "published", release.id, before=before.id if before else None, at=at, by=by)
        on_stage("logged")
    tidy(root, at=at, by=by, keep_last=keep_last)
    on_stage("pruned")
    return before if before is not None and stays else release


def set_aside(
    root: Path,
    release: Release,
    *,
    at: datetime,
    by: str,
    keep_last: int,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Release:
    """Note a whole release that does not become current, once, and remove what need not stay."""
    if last_event(root, release.id) in (None, "removed"):
        note(root, "set_aside", release.id, before=None, at=at, by=by)
    on_stage("logged")
    tidy(root, at=at, by=by, keep_last=keep_last)
    on_stage("pruned")
    return release


def tidy(root: Path, *, at: datetime, by: str, keep_last: int) -> None:
    """Remove the releases that need not stay, and note each."""
    for removed in prune(root, keep_last):
        note(root, "removed", removed, before=None, at=at, by=by)


def rollback(root: Path, identifier: str, *, at: datetime, by: str, engine: Engine | None = None) -> Release:
    """Make an earlier release current again; none is removed. Needs the run's lock.

    Args:
        root: the data root.
        identifier: the release.
        at, by: when and by whom, for the log.
        engine: limits of DuckDB while the release is read.

    Raises:
        UnknownReleaseError: there is none of that id.
        AsideReleaseError: it was built aside.
        DamagedReleaseError: it does not hold what its record says. In every case the current one stays.
    """
    release = read_release(root, identifier)
    if release.is_aside:
        raise AsideReleaseError(f"release {identifier} was built aside and never becomes current")
    verify_release(release, engine or Engine(root / "work" / "spill"))
    before = current_release(root)
    if before is not None:
        mend(root, before.id, None, at=at, by=by)
    make_current(root, identifier)
    note(root, "rolled_back", identifier, before=before.id if before else None, at=at, by=by)
    return release


def prune(root: Path, keep_last: int) -> list[str]:
    """Remove all but the last releases, the last of each year of as-of dates and the current one.

    Releases built aside are counted apart, so that neither kind pushes the other out: the last of them stay.

    Args:
        root: the data root.
        keep_last: how many of the last published, and of the last built aside, stay; at least 1.

    Returns:
        Ids of those removed. Who still reads one keeps the open file.

    Raises:
        ValueError: `keep_last` is under 1.
    """
    if keep_last < 1:
        raise ValueError("at least one release stays")
    releases = list_releases(root)
    current = current_release(root)
    published_ones = [release for release in releases if not release.is_aside]
    asides = [release for release in releases if release.is_aside]
    yearly: dict[int, Release] = {}
    for release in published_ones:
        last = yearly.get(release.as_of.year, release)
        yearly[release.as_of.year] = max(last, release, key=lambda one: (one.as_of, one.sequence))
    stay = [*published_ones[-keep_last:], *yearly.values(), *asides[-keep_last:], *([current] if current else [])]
    kept = {release.id for release in stay}
    removed = [release for release in releases if release.id not in kept]
    for release in removed:
        discard(release.path)
    return [release.id for release in removed]


def discard(path: Path) -> None:
    """Remove the folder of a release; a removal that is stopped halfway leaves no half a release under its name."""
    doomed = path.with_name(f"{_REMOVING}{path.name}")
    path.rename(doomed)
    shutil.rmtree(doomed)
