"""A release as a person names it: by its id, by its as-of day, or not at all."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from pathlib import Path

from bilimkoz.cli.console import require_data_root, settings
from ingest.problems import Refusal
from publish import release_record
from publish.release_record import Release, UnknownReleaseError


def named(text: str | None) -> Release:
    """The release of that id, or of that day: the current one if it is of that day, else the last built, one kept aside
    only where there is no other; without a text
    the current one.

    Raises:
        Refusal: there is none.
    """
    require_data_root()
    root = settings().root
    current = release_record.current_release(root)
    found = current
    if text:
        of_day = [release for release in release_record.list_releases(root) if release.as_of == _day(text)]
        found = next((release for release in of_day if current and release.id == current.id), None)
        published = [release for release in of_day if not release.is_aside]
        found = found or next(reversed(published or of_day), None)
        if found is None:
            with contextlib.suppress(UnknownReleaseError):
                found = release_record.read_release(root, text)
    if found is None:
        raise Refusal("release_unknown", id=text or "–")
    return found


def before(release: Release) -> Release:
    """The release that was current before another.

    Raises:
        Refusal: it is the first.
    """
    current_once = [one for one in release_record.list_releases(settings().root) if not one.is_aside]
    earlier = [one for one in current_once if one.sequence < release.sequence]
    if not earlier:
        raise Refusal("release_first", id=release.id)
    return earlier[-1]


def writable(csv: Path | None) -> None:
    """Looks whether a file can be written before anything is compared for it.

    Raises:
        Refusal: it cannot.
    """
    if csv is None:
        return
    is_no_file = csv.exists() and not csv.is_file()
    if is_no_file or not csv.parent.is_dir() or not os.access(csv.parent, os.W_OK):
        raise Refusal("cannot_be_written", path=csv)


def different(old: Release, new: Release) -> None:
    """
    Raises:
        Refusal: the two are one and the same.
    """
    if old.id == new.id:
        raise Refusal("release_with_itself", id=old.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
