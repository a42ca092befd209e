"""The folder of releases: which one is current, which ones stay."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from bilimkoz.durable import sync
from publish.release_log import note
from publish.release_record import CURRENT, Release, current_release, list_releases, published, read_release

BUILDING = ".building-"
_SWAPPING = ".current-"
_REMOVING = ".removing-"


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


def rollback(root: Path, identifier: str, *, at: datetime, by: str) -> Release:
    """Make an earlier release current again; none is removed. Needs the run's lock.

    Args:
        root: the data root.
        identifier: the release.
        at, by: when and by whom, for the log.

    Raises:
        UnknownReleaseError: there is none of that id.
    """
    release = read_release(root, identifier)
    before = current_release(root)
    make_current(root, identifier)
    note(root, "rolled_back", identifier, before=before.id if before else None, at=at, by=by)
    return release


def prune(root: Path, keep_last: int) -> list[str]:
    """Remove all but the last releases, the last of each year of as-of dates and the current one.

    Args:
        root: the data root.
        keep_last: how many of the last published stay, at least 1.

    Returns:
        Ids of those removed. Who still reads one keeps the open file.

    Raises:
        ValueError: `keep_last` is under 1.
    """
    if keep_last < 1:
        raise ValueError("at least one release stays")
    releases = list_releases(root)
    current = current_release(root)
    yearly: dict[int, Release] = {}
    for release in releases:
        last = yearly.get(release.as_of.year, release)
        yearly[release.as_of.year] = max(last, release, key=lambda one: (one.as_of, one.sequence))
    kept = {release.id for release in (*releases[-keep_last:], *yearly.values())} | ({current.id} if current else set())
    removed = [release for release in releases if release.id not in kept]
    for release in removed:
        # Renamed first: a removal that is stopped halfway leaves no half a release under its name.
        doomed = release.path.with_name(f"{_REMOVING}{release.id}")
        release.path.rename(doomed)
        shutil.rmtree(doomed)
    return [release.id for release in removed]
