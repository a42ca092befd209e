"""What a release follows from: the day it is as of, the deliveries, the rules, the code and the engines it runs on.

What belongs here: anything that makes two runs give one release or two. Dagster is not needed to know it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version

from bilimkoz.academic_year import AcademicYear
from bilimkoz.settings import PROJECT, Settings
from ingest.expose import file_states
from ingest.log import Entry, Log
from ingest.problems import Refusal
from ingest.sender import read_all
from publish.release_record import current_release, goes_aside

#: Folders whose files make a release what it is.
_CODE = ("bilimkoz", "dbt_project", "estimators", "expectations", "ingest", "orchestration", "publish")
_CODE_KINDS = {".py", ".sql", ".yml", ".yaml", ".csv", ".json", ".md"}
#: Packages that read rows or compute figures; another version of one may give another release.
_ENGINES = ("dbt-core", "dbt-duckdb", "duckdb", "duckdb-extension-excel", "lxml", "numpy", "polars", "scipy")


def settled_as_of(settings: Settings, key_id: str, day: date | None, year: AcademicYear | None) -> date:
    """The as-of date of a run: the day asked for; else the last day of the year asked for or, where that is still to
    come, the newest delivery's; else the newest delivery's.

    Raises:
        Refusal: nothing was accepted yet; the day cannot be built (see `refuse_as_of`); or nobody asked for a day, and what
            is accepted now reaches less far than the current release.
    """
    days = accepted_days(settings, key_id)
    if not days:
        raise Refusal("nothing_to_build")
    as_of = day or (min(year.last_day, days[-1]) if year else days[-1])
    refuse_as_of(as_of, days)
    current = current_release(settings.root)
    if current is not None and not (day or year) and goes_aside(as_of, current):
        raise Refusal("older_release", day=as_of.isoformat(), release=current.id, current=current.as_of.isoformat())
    return as_of


def refuse_as_of(as_of: date, days: Sequence[date]) -> None:
    """A run is not begun for a day of which nothing is known yet, nor for one on which nothing was known.

    A release as of a day to come would keep every later run from becoming current until that day.

    Args:
        as_of: the day.
        days: days of deliveries, the newest last; at least one.

    Raises:
        Refusal: it is after the newest of them, or before the first.
    """
    if as_of > days[-1]:
        raise Refusal("as_of_ahead", day=as_of.isoformat(), newest=days[-1].isoformat())
    if as_of < days[0]:
        raise Refusal("as_of_too_early", day=as_of.isoformat(), first=days[0].isoformat())


def accepted_days(settings: Settings, key_id: str) -> list[date]:
    """The Almaty days of deliveries of which at least one file was accepted, in order."""
    days = {file["created_on"] for file in _files(settings, key_id) if file["state"] == "accepted"}
    return sorted(map(date.fromisoformat, days))


def release_inputs(settings: Settings, key_id: str, as_of: date) -> dict[str, str]:
    """What a release made now would be made of: the same inputs, the same release id.

    Of an older day these are the deliveries made by then. What the steward decides (senders, settings, files taken in despite
    their bad rows) has no day and is that of now.
    """
    known = sorted(
        f"{file['delivery_id']} {file['path']} {file['parse_id']} {file['state']}"
        for file in _files(settings, key_id)
        if file["created_on"] <= as_of.isoformat()
    )
    texts = (path.read_text(encoding="utf-8") for path in sorted(settings.place("senders").glob("*.toml")))
    return {
        "deliveries": _digest(known),
        "senders": _digest(texts),
        "code": code_digest(),
        "settings": json.dumps(settings.dbt_vars, sort_keys=True),
        "key": key_id,
    }


def _files(settings: Settings, key_id: str) -> list[Entry]:
    senders = read_all(settings.place("senders"))
    return file_states(Log.read(settings.place("landing")), senders, key_id, settings.code_map)


def code_digest() -> str:
    """SHA-256 over every file of code, contracts and seeds, in the order of their names, and the engines' versions."""
    paths = sorted(
        path
        for folder in _CODE
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in _CODE_KINDS and "target" not in path.parts
    )
    files = [f"{path.relative_to(PROJECT)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths]
    return _digest([*files, *(f"{name} {version(name)}" for name in _ENGINES)])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
