"""Lines of the load log: what is kept of a delivery, of its files, and of a reading."""

from __future__ import annotations

from dataclasses import asdict

from ingest.contract import contract
from ingest.log import Entry
from ingest.manifest import DeliveredFile, Delivery
from ingest.names import masked
from ingest.parsed import File, Parsed
from ingest.problems import Refusal
from ingest.sender import Sender


def delivery_entry(delivery: Delivery) -> Entry:
    return {
        "kind": "delivery",
        "delivery_id": delivery.id,
        "sender": delivery.sender.name,
        **_agreement(delivery.sender),
        "folder": masked(delivery.folder.name),
        "created": delivery.created.isoformat(),
        "created_on": delivery.created_on.isoformat(),
        "period": delivery.period,
        "has_manifest": delivery.has_manifest,
        "is_signed": delivery.sender.public_key is not None,
        "files": [_file_entry(file) for file in delivery.files],
    }


def refused_entry(delivery: Delivery, why: Refusal, key_id: str, readings: list[str]) -> Entry:
    return {
        "kind": "refused",
        "delivery_id": delivery.id,
        "sender": delivery.sender.name,
        "folder": masked(delivery.folder.name),
        "code": why.code,
        "facts": why.facts,
        "key_id": key_id,
        "readings": readings,
    }


def _agreement(sender: Sender) -> Entry:
    """What holds for a sender's rows also when its file is gone: whose numbers they hold, and whom it spoke for."""
    complete = sender.registry_complete_from
    return {
        "register": sender.register,
        "region": sender.region,
        "registry_complete_from": complete.isoformat() if complete else None,
    }


def _file_entry(file: DeliveredFile) -> Entry:
    return {
        "path": file.name,
        "feed": file.feed,
        "sha256": file.fingerprint.sha256,
        "rows": file.rows,
        "coverage": file.coverage,
        "as_of": file.as_of.isoformat(),
    }


def parse_entry(file: File, parsed: Parsed, landed: dict[str, str]) -> Entry:
    return {
        "kind": "parse",
        "parse_id": parsed.parse_id,
        "sha256": file.fingerprint.sha256,
        "feed": file.feed,
        "sender": file.sender.name,
        "records_n": parsed.records_n,
        "bad_share": round(parsed.bad_share, 6),
        "over_limit": parsed.bad_share > contract(file.feed).max_bad_share,
        "problem": {"code": parsed.problem.code, **parsed.problem.facts} if parsed.problem else None,
        "counts": {target: asdict(counts) for target, counts in parsed.counts.items()},
        "notes": parsed.notes,
        "landed": {target: landed[target] for target, counts in parsed.counts.items() if counts.landed_n},
        "quarantine": landed.get("_quarantine"),
        "answered": landed.get("_answered"),
        "text": landed.get("_text"),
        "signature": landed.get("_signature"),
    }
