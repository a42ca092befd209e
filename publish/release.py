"""Publishing: a candidate warehouse that passed its gates becomes the release readers get, in one step or not at all.

A release is built in a hidden folder, sealed, moved to its name and only then made current by the replacing of a link.
One as of an older day than the current release stays aside: it has its folder, and the link is not touched.
Whatever stops this on the way leaves the current release as it was; the next call removes what lies about.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from bilimkoz.durable import sync
from expectations.expected import GateReview, expected_gates, verify_gates
from publish.build import (
    DamagedReleaseError,
    Engine,
    ReleaseConflictError,
    copy_tables,
    hash_tables,
    same_content,
    seal,
    verify_release,
)
from publish.release_log import is_chosen_over, mend
from publish.release_record import (
    Release,
    UnknownReleaseError,
    as_of_in,
    current_release,
    goes_aside,
    list_releases,
    published,
    read_release,
    release_id,
)
from publish.shelf import BUILDING, discard, put_out, set_aside, sweep, tidy

# In the order they are reached; `on_stage` is called with each. A release that stays aside is not swapped.
STAGES = ("verified", "copied", "hashed", "sealed", "moved", "swapped", "logged", "pruned")
_SPILLED = "spilled"


class GateFailed(Exception):  # named for what happened; it is no fault of the program
    """The run may not be published.

    Attributes:
        review: which gates are missing and which failed.
    """

    def __init__(self, review: GateReview) -> None:
        failed = [f"{result.gate} ({result.observed})" for result in review.failed]
        missing = [f"{gate} (did not run)" for gate in review.missing]
        super().__init__("gates that do not hold: " + "; ".join([*failed, *missing]))
        self.review = review


def publish_release(
    root: Path,
    candidate: Path,
    *,
    as_of: date,
    inputs: Mapping[str, str],
    run_id: str,
    gates_path: Path,
    manifest_json: Path,
    at: datetime,
    by: str,
    keep_last: int = 3,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
    on_stage: Callable[[str], None] = lambda _: None,
) -> Release:
    """Publish a run and make it current or, where a newer as-of date is current, keep it aside.

    The caller holds the run's lock and has closed the candidate. Every expected gate must have passed in this run; that
    is verified here from the gate log, whatever the caller has seen.

    Args:
        root: the data root.
        candidate: the warehouse that the run built.
        as_of: the run's as-of date.
        inputs: as for `release_id`.
        run_id, gates_path: the run and its gate log.
        manifest_json: dbt's manifest of the run.
        at, by: when and by whom, for the log of releases.
        keep_last: how many releases stay besides the last of each year, and how many of those built aside.
        memory_limit, temp_directory: of DuckDB; without a folder, spills lie in the hidden one.
        on_stage: called after each of `STAGES`.

    Returns:
        The release that readers get now: this one, or the one that a person went back to from this one; of a run that
        goes aside, the one kept aside. One of the same inputs that is there already is taken and not made twice.

    Raises:
        GateFailed: a gate failed or is missing.
        PartError: a mart is absent, or people would show in the internal part.
        ReleaseConflictError: a release of these inputs is there and holds something else, or a copy differs.
        OSError, duckdb.Error: it could not be written. In every case the current release stands as it was.
    """
    sweep(root)
    identity = release_id(as_of, inputs)
    review = verify_gates(gates_path, expected_gates(manifest_json), run_id)
    if not review.holds:
        raise GateFailed(review)
    current = current_release(root)
    is_aside = goes_aside(as_of, current)
    if current is not None and not is_aside:
        mend(root, current.id, identity, at=at, by=by)
    on_stage("verified")

    building = published(root) / f"{BUILDING}{identity}"
    engine = Engine(temp_directory or building / _SPILLED, memory_limit)
    try:
        building.mkdir(mode=0o700)
        copied = copy_tables(candidate, building, manifest_json, engine)
        on_stage("copied")
        tables = hash_tables(building, engine)
        on_stage("hashed")
        sequence = max((release.sequence for release in list_releases(root)), default=0) + 1
        path = published(root) / identity
        release = Release(
            identity, as_of, sequence, path, inputs, copied.feeds, review.passed_n, tables, copied.uniqueness, is_aside
        )
        shutil.rmtree(building / _SPILLED, ignore_errors=True)
        seal(building, release)
        on_stage("sealed")
        release = _move(root, building, release, engine)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    on_stage("moved")
    place = set_aside if is_aside else put_out
    return place(root, release, at=at, by=by, keep_last=keep_last, on_stage=on_stage)


def resume(
    root: Path, planned: str, *, at: datetime, by: str, keep_last: int = 3, engine: Engine | None = None
) -> Release | None:
    """Finish what a run that died has left undone, where the release that the inputs of now make is there already.

    It is made current if it is not: the run died before that, or other inputs made the current one and these are back.
    One as of an older day than the current release is only read through. Needs the run's lock.

    Args:
        root: the data root.
        planned: the id that the inputs of now make.
        at, by: when and by whom, for the log.
        keep_last: as for `publish_release`.
        engine: limits of DuckDB while the release is read.

    Returns:
        The release that readers get now: the planned one, or the one that a person went back to from it; of an older day,
        the planned one. None where the planned one is not there, or damaged, or was built aside and is now to become
        current: a run must build it.
    """
    sweep(root)
    current = current_release(root)
    is_aside = goes_aside(as_of_in(planned), current)
    # Which inputs made the current release is not known where those of an older day are asked for.
    if current is not None and not is_aside:
        mend(root, current.id, planned, at=at, by=by)
        if current.id == planned or is_chosen_over(root, current.id, planned):
            # A run may have died before it did this, and the number that stays may have been set anew.
            tidy(root, at=at, by=by, keep_last=keep_last)
            return current
    if planned not in {release.id for release in list_releases(root)}:
        return None
    there = read_release(root, planned)
    if there.is_aside and not is_aside:
        return None
    try:
        verify_release(there, engine or Engine(root / "work" / "spill"))
    except DamagedReleaseError:
        return None
    place = set_aside if is_aside else put_out
    return place(root, there, at=at, by=by, keep_last=keep_last)


def _move(root: Path, building: Path, release: Release, engine: Engine) -> Release:
    """Give the sealed folder its name; where a release of that name is there already, it must hold the same.

    One that does not hold what its own record says is replaced: nobody can rely on it. So is one built aside where this
    one becomes current, as may be once a person went back to a still older release.
    """
    if release.path.exists():
        try:
            there = read_release(root, release.id)
            verify_release(there, engine)
        except (UnknownReleaseError, DamagedReleaseError):
            discard(release.path)
        else:
            if not same_content(there, release):
                raise ReleaseConflictError(f"release {release.id} is there and holds something else")
            if release.is_aside or not there.is_aside:
                shutil.rmtree(building)
                return there
            discard(release.path)
        shutil.rmtree(building / _SPILLED, ignore_errors=True)
    building.rename(release.path)
    sync(published(root))
    return release
