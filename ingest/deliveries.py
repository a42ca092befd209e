"""From inbox to landing: finds deliveries, checks them, parses what is new, and lands it in one commit.

The order of files and folders does not matter to what comes out: a parse depends on the file and its rules,
and which of two rows holds is decided later from `created`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from ingest import manifest
from ingest.entries import delivery_entry, parse_entry, refused_entry
from ingest.landing import Landing
from ingest.log import Entry, Log
from ingest.manifest import Delivery
from ingest.names import masked, shown
from ingest.parse import FAULT, parse
from ingest.parsed import File, Parsed, parse_id
from ingest.problems import Refusal
from ingest.pseudonym import Key, check
from ingest.repeats import settle
from ingest.sender import broken, read
from ingest.workshop import Workshop


@dataclass(frozen=True)
class Places:
    """Where things lie below the data root."""

    inbox: Path
    landing: Path
    senders: Path
    work: Path
    code_map: Path


@dataclass
class Ingested:
    """What one ingest did: new deliveries, files parsed, deliveries refused (folder, why)."""

    deliveries: list[Entry] = field(default_factory=list)
    parses: list[Entry] = field(default_factory=list)
    refused: list[tuple[str, Refusal]] = field(default_factory=list)


def waiting(places: Places, log: Log) -> list[tuple[str, Path, bytes]]:
    """Deliveries in the inbox that no log line names yet: sender, folder, text of the manifest."""
    known = set(log.deliveries)
    found = []
    for path in sorted(places.inbox.glob("*/*/" + manifest.NAME)):
        sender = path.parent.parent.name
        if sender.startswith(".") or path.parent.name.startswith("."):
            continue
        try:
            text = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        except OSError:
            text = b""
        if manifest.delivery_id(text) not in known:
            found.append((sender, path.parent, text))
    return found


def without_manifest(places: Places, log: Log) -> Iterator[Path]:
    """Folders that hold files and no manifest, but for those a user vouched for."""
    vouched = {f"{entry['sender']}/{entry['folder']}" for entry in log.of("delivery") if not entry["has_manifest"]}
    for folder in sorted(places.inbox.glob("*/*")):
        if folder.name.startswith(".") or folder.parent.name.startswith(".") or not folder.is_dir():
            continue
        if not (folder / manifest.NAME).exists() and any(folder.iterdir()) and shown(folder) not in vouched:
            yield folder


def verified(places: Places, log: Log, now: datetime | None, refused: list[tuple[str, Refusal]]) -> Iterator[Delivery]:
    """New deliveries whose manifests hold; the others are added to `refused`, and senders whose files are wrong.

    The same manifest in a second folder is the same delivery; one that was copied to a place where it does not hold
    takes nothing from the one that does.
    """
    refused.extend((f"senders/{name}.toml", why) for name, why in broken(places.senders).items())
    for folder in without_manifest(places, log):
        refused.append((shown(folder), Refusal("no_manifest", path=shown(folder))))
    taken: set[str] = set()
    for sender, folder, text in waiting(places, log):
        if manifest.delivery_id(text) in taken:
            continue
        try:
            if folder.is_symlink() or folder.parent.is_symlink():
                raise Refusal("link_in_delivery", file=masked(folder.name))
            delivery = manifest.verify(folder, read(places.senders / f"{sender}.toml"), now)
        except Refusal as refusal:
            refused.append((shown(folder), refusal))
            continue
        except OSError as error:
            why = Refusal("file_not_readable", file=manifest.NAME, why=os.strerror(error.errno or 0))
            refused.append((shown(folder), why))
            continue
        known = log.refusals.get(delivery.id)
        if known and known["readings"] == _readings(places, delivery, known["key_id"]):
            # Read under these rules once, and its row counts were found wrong: they have not changed since.
            refused.append((shown(folder), Refusal(known["code"], **known["facts"])))
            continue
        taken.add(delivery.id)
        yield delivery


def ingest(
    places: Places,
    key: Key,
    now: datetime | None,
    memory_limit: str,
    extra: tuple[Delivery, ...] = (),
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Ingested:
    """Reads everything new in the inbox and lands it, in one commit: a run that dies before leaves nothing that counts.

    `now` bounds how far ahead a manifest may be; `extra` are deliveries without a manifest that the user vouches for.
    `progress(name, done, total)` is told of each file.

    Raises:
        Refusal: the key is not that of this landing; nothing is read then.
    """
    check(key, places.landing / "_log")
    log = Log.read(places.landing)
    done = Ingested()
    new = sorted((*verified(places, log, now, done.refused), *extra), key=lambda d: (d.created, d.id))
    work = places.work / "ingest"
    work.mkdir(parents=True, exist_ok=True)
    _clear(work)
    vouched = {shown(delivery.folder) for delivery in extra}
    done.refused = [item for item in done.refused if item[1].code != "no_manifest" or item[0] not in vouched]
    landing = Landing(places.landing, log)
    landing.sweep()
    todo = [*new, *_to_read_again(places, log, key)]
    named = {delivery.id: _readings(places, delivery, key.id) for delivery in todo}
    with Workshop(work, places.code_map, key, memory_limit) as workshop:
        files = _unread(todo, named, log)
        told = count(1)
        fresh = parse(workshop, files.values(), lambda file: progress(shown(file.path), next(told), len(files)))
        refused = _refused(todo, named, log, fresh)
        files = _of_holding(workshop, [d for d in todo if d.id not in refused], named, files)
        fresh = {name: parsed for name, parsed in fresh.items() if name in files}
        settle(workshop, fresh.values())
        landed = landing.write(workshop, fresh.values())
        # A file that fails again as it did adds nothing to the log.
        entries = [parse_entry(files[name], parsed, landed) for name, parsed in fresh.items()]
        done.parses = [entry for entry in entries if entry != log.parses.get(entry["parse_id"])]
        fresh_deliveries = [delivery for delivery in todo if delivery.id not in log.deliveries]
        done.deliveries = [delivery_entry(delivery) for delivery in fresh_deliveries if delivery.id not in refused]
        done.refused += [(shown(delivery.folder), refused[delivery.id]) for delivery in todo if delivery.id in refused]
        refusals = [
            refused_entry(delivery, refused[delivery.id], key.id, named[delivery.id])
            for delivery in fresh_deliveries
            if delivery.id in refused
        ]
        for delivery in fresh_deliveries:
            if delivery.id not in refused:
                landing.keep(delivery)
        landing.commit([*done.deliveries, *done.parses, *refusals])
        landing.compact(workshop.connection)
    _clear(work)
    return done


def _clear(work: Path) -> None:
    """Nothing of a workshop stays: a reading that outgrew the memory has spilled raw records into its folder."""
    for left in ("spill", "rows"):
        shutil.rmtree(work / left, ignore_errors=True)


def _unread(todo: list[Delivery], named: dict[str, list[str]], log: Log) -> dict[str, File]:
    """Files not read yet under the rules of today, by the names of their readings; of the first delivery with each."""
    known = {name for name, entry in log.parses.items() if not _failed(entry)}
    files: dict[str, File] = {}
    for delivery in todo:
        for file, name in zip(delivery.files, named[delivery.id], strict=True):
            if name not in known and name not in files:
                files[name] = File(
                    delivery.folder / file.path,
                    file.feed,
                    delivery.sender,
                    file.fingerprint,
                    name,
                    delivery.id,
                    delivery.created,
                )
    return files


def _refused(
    todo: list[Delivery], named: dict[str, list[str]], log: Log, fresh: dict[str, Parsed]
) -> dict[str, Refusal]:
    """Deliveries in which a file has not as many rows as its manifest says, and which file it is."""
    found = {name: (entry["records_n"], entry["problem"] is None) for name, entry in log.parses.items()}
    found |= {name: (parsed.records_n, parsed.problem is None) for name, parsed in fresh.items()}
    refused: dict[str, Refusal] = {}
    for delivery in todo:
        for file, name in zip(delivery.files, named[delivery.id], strict=True):
            records_n, is_readable = found[name]
            if is_readable and records_n != file.rows:
                refused[delivery.id] = Refusal("rows_differ", file=file.name, manifest=file.rows, found=records_n)
                break
    return refused


def _of_holding(
    workshop: Workshop, holding: list[Delivery], named: dict[str, list[str]], files: dict[str, File]
) -> dict[str, File]:
    """The files whose rows stay, each of the first delivery that holds; rows that only refused ones bring are taken out."""
    first: dict[str, Delivery] = {}
    for delivery in holding:
        for name in named[delivery.id]:
            first.setdefault(name, delivery)
    kept: dict[str, File] = {}
    for name, file in files.items():
        if name not in first:
            workshop.forget(name)
        elif first[name].id == file.delivery_id:
            kept[name] = file
        else:
            owner = first[name]
            kept[name] = replace(file, sender=owner.sender, delivery_id=owner.id, created=owner.created)
            workshop.good.give(name, owner.id, owner.created)
    return kept


def _readings(places: Places, delivery: Delivery, key_id: str) -> list[str]:
    """Names of what reading a delivery's files under the rules of today gives."""
    return [
        parse_id(file.fingerprint.sha256, file.path, file.feed, delivery.sender, key_id, places.code_map)
        for file in delivery.files
    ]


def _failed(parse: Entry) -> bool:
    return parse["problem"] is not None and parse["problem"]["code"] == FAULT


def _to_read_again(places: Places, log: Log, key: Key) -> list[Delivery]:
    """Known deliveries with a file that was not read under the rules of today: a contract or a sender changed.

    So is one whose reading failed for a reason that is none of the file's.
    """
    known = {name for name, entry in log.parses.items() if not _failed(entry)}
    again, folders = [], manifest.folders(places.inbox)
    for entry in log.of("delivery"):
        folder = folders.get(entry["delivery_id"])
        if folder is None:
            continue
        try:
            sender = read(places.senders / f"{entry['sender']}.toml")
            names = {
                parse_id(file["sha256"], file["path"], file["feed"], sender, key.id, places.code_map)
                for file in entry["files"]
            }
            if not names <= known:
                again.append(manifest.verify(folder, sender, None))
        except (Refusal, OSError):
            # What was landed from it stands, marked stale: the bytes or the agreement of then are gone.
            continue
    return again
