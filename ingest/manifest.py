"""Manifests: what a delivery says it holds, checked against what it holds.

A delivery whose checksums differ is refused whole, before a row of it is read; row counts are compared when
its files are read (`ingest.deliveries`).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, cast
from zoneinfo import ZoneInfo

import jsonschema
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bilimkoz.academic_year import AcademicYear
from ingest.contract import feeds
from ingest.names import kept_names, masked
from ingest.problems import Refusal
from ingest.readers.text import Fingerprint, fingerprint
from ingest.sender import Sender, load_public_key

NAME, SIGNATURE = "manifest.json", "manifest.sig"
SUFFIXES = (".csv", ".xlsx", ".json", ".jsonl", ".xml", ".parquet")
#: Days are those of Kazakhstan: a list made at one in the morning in Almaty is of that day, not of the day before.
ZONE = ZoneInfo("Asia/Almaty")
_AHEAD = timedelta(hours=24)


@dataclass(frozen=True)
class DeliveredFile:
    """A file as the manifest lists it, with the fingerprint of the bytes that are there.

    `name` is what it is called wherever it is kept or shown, `path` where it lies.
    """

    path: str
    name: str
    feed: str
    rows: int
    coverage: str
    as_of: date
    fingerprint: Fingerprint


@dataclass(frozen=True)
class Delivery:
    """A delivery whose manifest holds. `id` is the first 16 hex of the manifest's SHA-256."""

    id: str
    sender: Sender
    folder: Path
    created: datetime
    period: str | None
    has_manifest: bool
    files: tuple[DeliveredFile, ...]
    text: bytes
    signature: bytes | None

    @property
    def created_on(self) -> date:
        return self.created.astimezone(ZONE).date()


def delivery_id(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]


def verify(folder: Path, sender: Sender, now: datetime | None) -> Delivery:
    """Checks a delivery's manifest, signature and checksums.

    `now` is the moment of the command (null: not checked); a manifest from more than a day ahead of it is refused.

    Raises:
        Refusal: whatever does not hold, naming the file.
    """
    path = folder / NAME
    if path.is_symlink():
        raise Refusal("link_in_delivery", file=NAME)
    if not path.is_file():
        raise Refusal("manifest_unreadable")
    text = path.read_bytes()
    return described(text, folder, sender, now, has_manifest=True)


def described(text: bytes, folder: Path, sender: Sender, now: datetime | None, has_manifest: bool) -> Delivery:
    """As `verify`, from the manifest's text, which need not lie in the folder."""
    facts = _parsed(text)
    if facts["sender"] != sender.name:
        raise Refusal("sender_differs", folder=sender.name)
    signature = _checked_signature(text, folder / SIGNATURE, sender) if sender.public_key is not None else None
    created = datetime.fromisoformat(facts["created"]).astimezone(UTC)
    if now is not None and created > now + _AHEAD:
        raise Refusal("created_ahead", created=facts["created"])
    paths = [str(PurePosixPath(entry["path"])) for entry in facts["files"]]
    if len(set(paths)) < len(paths):
        raise Refusal("file_listed_twice", file=masked(next(path for path in paths if paths.count(path) > 1)))
    day = created.astimezone(ZONE).date()
    names = kept_names((entry["path"], entry["sha256"]) for entry in facts["files"])
    files = tuple(_checked(folder, entry, name, sender, day) for entry, name in zip(facts["files"], names, strict=True))
    period = facts.get("period")
    return Delivery(delivery_id(text), sender, folder, created, period, has_manifest, files, text, signature)


def kept_text(delivery: Delivery) -> bytes:
    """The manifest as it may be kept: to the letter, or, where a file is named by a number, with the names we keep.

    Then its SHA-256 no longer gives the delivery's id; `names_masked` says why.
    """
    if all(file.name == file.path for file in delivery.files):
        return delivery.text
    facts = json.loads(delivery.text)
    for entry, file in zip(facts["files"], delivery.files, strict=True):
        entry["path"] = file.name
    return json.dumps({**facts, "names_masked": True}, ensure_ascii=False, indent=2).encode()


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refusal("manifest_unreadable") from None
    error = jsonschema.exceptions.best_match(_validator().iter_errors(facts))
    if error is not None:
        raise Refusal(
            "manifest_wrong", place="/".join(map(str, error.absolute_path)) or "-", problem=str(error.validator)
        )
    try:
        datetime.fromisoformat(facts["created"]).astimezone(UTC)
        for entry in facts["files"]:
            date.fromisoformat(entry.get("as_of", "2000-01-01"))
    except (ValueError, OverflowError):
        raise Refusal("manifest_wrong", place="created, as_of", problem="date") from None
    try:
        AcademicYear.parse(facts.get("period", "2025/26"))
    except ValueError:
        raise Refusal("period_wrong", text=facts["period"]) from None
    return facts


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A manifest that says a thing twice says two things, to two readers."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((Path(__file__).parent / "manifest.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)


def _checked(folder: Path, entry: dict[str, Any], name: str, sender: Sender, day: date) -> DeliveredFile:
    try:
        return _found(folder, entry, name, sender, day)
    except OSError as error:
        # A name longer than the file system knows, a file that may not be read, a disk with a bad sector.
        raise Refusal("file_not_readable", file=name[:100], why=os.strerror(error.errno or 0)) from None


def _found(folder: Path, entry: dict[str, Any], name: str, sender: Sender, day: date) -> DeliveredFile:
    path = folder / entry["path"]
    if ".." in Path(entry["path"]).parts or any(
        part.is_symlink() for part in (path, *path.parents) if folder in part.parents
    ):
        raise Refusal("link_in_delivery", file=name)
    if entry["feed"] not in feeds():
        raise Refusal("feed_unknown", file=name)
    if not sender.may_send(entry["feed"]):
        raise Refusal("feed_not_agreed", file=name, feed=entry["feed"], sender=sender.name)
    if not path.is_file():
        raise Refusal("file_missing", file=name)
    if path.suffix.lower() not in SUFFIXES:
        raise Refusal("format_unknown", file=name)
    found = fingerprint(path)
    if found.sha256 != entry["sha256"]:
        raise Refusal("checksum_differs", file=name)
    as_of = date.fromisoformat(entry["as_of"]) if "as_of" in entry else day
    if as_of > day:
        raise Refusal("as_of_after_created", file=name, as_of=entry["as_of"], created_on=day.isoformat())
    coverage = entry.get("coverage", "partial")
    return DeliveredFile(entry["path"], name, entry["feed"], entry["rows"], coverage, as_of, found)


def folders(inbox: Path) -> dict[str, Path]:
    """Where deliveries lie, by delivery id; of a copy, the first in the order of names."""
    found: dict[str, Path] = {}
    for path in sorted(inbox.glob("*/*/" + NAME)):
        if any(part.startswith(".") for part in path.relative_to(inbox).parts) or path.is_symlink():
            continue
        try:
            found.setdefault(delivery_id(path.read_bytes()), path.parent)
        except OSError:
            continue
    return found


def feed_of(name: str) -> str | None:
    """The feed whose name a file's name starts with, the longest first."""
    return next((feed for feed in sorted(feeds(), key=len, reverse=True) if name.startswith(feed)), None)


def describe(sender: str, created: datetime, period: str | None, files: list[dict[str, Any]]) -> bytes:
    """The text of a manifest: keys in order, so that the same delivery always has the same id."""
    facts = {
        "sender": sender,
        "created": created.isoformat(),
        "period": period,
        "files": sorted(files, key=lambda f: str(f["path"])),
    }
    return (
        json.dumps(
            {key: value for key, value in facts.items() if value is not None},
            ensure_ascii=False,
            indent=2,
            sort_keys=True,
        )
        + "\n"
    ).encode()


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The private key a sender signs with.

    Raises:
        Refusal: the file is not there or holds no such key without a password.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refusal("signing_key_wrong", path=str(path))
    return key


def _checked_signature(text: bytes, path: Path, sender: Sender) -> bytes:
    if not path.is_file():
        raise Refusal("signature_missing")
    key, signature = load_public_key(cast(Path, sender.public_key), sender.name), path.read_bytes()
    try:
        key.verify(signature, text)
    except InvalidSignature:
        raise Refusal("signature_wrong") from None
    return signature
