"""`bilimkoz manifest`: describes a delivery, and signs it. What is in it is judged by `check`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bilimkoz.academic_year import AcademicYear
from bilimkoz.cli.check import sender_of
from bilimkoz.cli.console import settings, tell
from bilimkoz.cli.moment import moment
from bilimkoz.durable import write_whole
from ingest import manifest as manifests
from ingest.examine import manifest_for, passed_over
from ingest.names import masked
from ingest.problems import Refusal


def manifest(
    folder: Annotated[Path, typer.Argument(help="Folder of the delivery, below the sender's.")],
    sender: Annotated[str | None, typer.Option(help="Sender; default: the folder above the delivery.")] = None,
    period: Annotated[str | None, typer.Option(help="School year, such as 2025/26.")] = None,
    full: Annotated[bool, typer.Option("--full", help="The files hold everything for the period.")] = False,
    as_of: Annotated[str | None, typer.Option(help="Day the lists speak of; default: the day of the manifest.")] = None,
    created: Annotated[str | None, typer.Option(help="Moment with a zone; default: now.")] = None,
    signing_key: Annotated[Path | None, typer.Option("--key", help="Ed25519 private key (PEM) to sign with.")] = None,
) -> int:
    """Writes the manifest of a delivery, and signs it."""
    if not folder.is_dir():
        raise Refusal("not_there", path=folder)
    moment = _moment(created)
    name = sender or folder.resolve().parent.name
    if period is not None:
        _year(period)
    day = _day(as_of)
    key = manifests.signing_key(signing_key) if signing_key else None
    for path in passed_over(folder):
        tell("manifest.passed_over", "yellow", file=masked(path.name))
    text = manifest_for(folder, sender_of(folder, name), moment, period, settings().code_map, full, day)
    write_whole(folder / manifests.NAME, text)
    entries = json.loads(text)["files"]
    tell("manifest.written", path=folder / manifests.NAME, n=len(entries), rows=sum(entry["rows"] for entry in entries))
    # A signature of the manifest before would hold for no one.
    (folder / manifests.SIGNATURE).unlink(missing_ok=True)
    if key:
        write_whole(folder / manifests.SIGNATURE, key.sign(text))
        tell("manifest.signed", path=folder / manifests.SIGNATURE)
    return 0


def _year(text: str) -> AcademicYear:
    try:
        return AcademicYear.parse(text)
    except ValueError:
        raise Refusal("period_wrong", text=text) from None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("day_wrong", text=text) from None


def _moment(created: str | None) -> datetime:
    return moment(created) if created else datetime.now(UTC).astimezone(manifests.ZONE).replace(microsecond=0)
