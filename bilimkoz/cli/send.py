"""What a sender runs before sending: `check` judges, `manifest` describes and signs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bilimkoz import texts
from bilimkoz.cli.console import console, language, settings, table, tell, words
from bilimkoz.cli.moment import moment
from bilimkoz.cli.unknown_columns import Unknown, tell_unknown
from bilimkoz.durable import write_whole
from bilimkoz.texts import of_contract
from ingest import manifest as manifests
from ingest.contract import contract, feeds
from ingest.examine import Examination, examine, manifest_for, passed_over, table_files
from ingest.names import masked
from ingest.problems import Refusal
from ingest.sender import Sender, read


def check(
    path: Annotated[Path, typer.Argument(help="A file, or the folder of a delivery.")],
    feed: Annotated[str | None, typer.Option(help="Feed, where the file's name does not tell it.")] = None,
    sender: Annotated[str | None, typer.Option(help="Sender; default: the folder above the delivery.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> int:
    """Judges a file or a delivery against its contracts and loads nothing."""
    if not path.exists():
        raise Refusal("not_there", path=path)
    files = [path] if path.is_file() else table_files(path)
    if path.is_dir() and (path / manifests.NAME).is_file():
        # As the run will: checksums, signature, and who may send what; row counts below.
        described = manifests.verify(path, _sender(path, sender), datetime.now(UTC))
    else:
        described = None
    for other in passed_over(path) if path.is_dir() else ():
        tell("manifest.passed_over", "yellow", file=masked(other.name))
    told = _feeds_of_manifest(path) if path.is_dir() else {}
    pairs = [(file, feed or told.get(file) or _feed(file)) for file in files]
    found = examine(pairs, _sender(path, sender), settings().code_map, settings().memory_limit)
    if described:
        _compare(described, path, dict(zip(files, found, strict=True)))
    if as_json:
        console.print_json(json.dumps([item.as_dict() for item in found], ensure_ascii=False))
    else:
        for item in found:
            _tell(item)
    return 0 if all(item.is_clean for item in found) else 2


def _compare(delivery: manifests.Delivery, folder: Path, found: dict[Path, Examination]) -> None:
    """Row counts of a manifest against what was read.

    Raises:
        Refusal: a file holds another number of rows; the delivery would be refused whole.
    """
    for file in delivery.files:
        item = found.get(folder / file.path)
        if item and item.parsed.problem is None and item.parsed.records_n != file.rows:
            raise Refusal("rows_differ", file=file.name, manifest=file.rows, found=item.parsed.records_n)


def _feed(file: Path) -> str:
    feed = manifests.feed_of(file.name)
    if feed is None or feed not in feeds():
        raise Refusal("feed_not_told", file=file.name)
    return feed


def _feeds_of_manifest(folder: Path) -> dict[Path, str]:
    path = folder / manifests.NAME
    if not path.exists():
        return {}
    try:
        return {folder / entry["path"]: entry["feed"] for entry in json.loads(path.read_bytes())["files"]}
    except (ValueError, KeyError, TypeError):
        raise Refusal("manifest_unreadable") from None


def _sender(path: Path, name: str | None) -> Sender:
    """The sender on file; without one, a sender of the country's scheme who may speak for everybody."""
    folder = path if path.is_dir() else path.parent
    file = settings().place("senders") / f"{name or folder.resolve().parent.name}.toml"
    if name or file.exists():
        return read(file)
    return Sender("", "kz.iin", None, None, feeds(), None, None, None)


def _tell(item: Examination) -> None:
    parsed = item.parsed
    title = words("check.title", file=item.file, feed=contract(item.feed).labels[language()])
    if parsed.problem:
        console.print(f"{title}\n  {texts.refusal(language(), parsed.problem, item.feed)}", style="red", markup=False)
        return
    if item.findings:
        tell_findings(
            title,
            [
                (
                    finding.feed,
                    finding.rule,
                    finding.column,
                    finding.rows_n,
                    [words(_place(item), row=place) for place in finding.first],
                )
                for finding in item.findings
            ],
        )
        counts = parsed.counts.values()
        read_n, bad, repeated = (
            sum(getattr(count, name) for count in counts) for name in ("read_n", "quarantined_n", "repeated_n")
        )
        tell("check.summary", read=read_n, bad=bad, repeated=repeated)
        if item.waits:
            tell("check.waits", "bold red", limit=f"{contract(item.feed).max_bad_share:.0%}")
    else:
        console.print(title, style="bold", markup=False)
        tell(*(("check.fine", "green") if parsed.records_n else ("check.no_rows", "yellow")), n=parsed.records_n)
    _tell_notes(item)


def tell_findings(title: str, found: Iterable[tuple[str, str, str | None, int, Iterable[str]]]) -> None:
    """A table of (feed, rule, column, how many rows, the first of them): by the column's label what is wrong with it."""
    rows = [
        [
            of_contract.column(language(), feed, column),
            count,
            ", ".join(first),
            of_contract.message(language(), feed, rule, column),
        ]
        for feed, rule, column, count, first in found
    ]
    table(
        title, [words(f"check.{name}") for name in ("column", "rows", "places", "what")], rows, right=(1,), names=(0,)
    )


def _place(item: Examination) -> str:
    """What a person counts in a file of this format: lines, rows of a sheet, or records."""
    suffix = Path(item.file).suffix.lower()
    return {".csv": "check.place", ".jsonl": "check.place", ".xlsx": "check.place_row"}.get(
        suffix, "check.place_record"
    )


def _tell_notes(item: Examination) -> None:
    notes = item.parsed.notes
    tell_unknown(Unknown(item.feed, column["name"], item.file) for column in notes.get("unknown_columns", ()))
    if "letters_lost" in notes:
        tell("check.letters_lost", "yellow", n=notes["letters_lost"])
    repaired = sum(count.repaired_n for count in item.parsed.counts.values())
    if repaired:
        tell("check.repaired", n=repaired)


def manifest(
    folder: Annotated[Path, typer.Argument(help="Folder of the delivery, below the sender's.")],
    sender: Annotated[str | None, typer.Option(help="Sender; default: the folder above the delivery.")] = None,
    period: Annotated[str | None, typer.Option(help="School year, such as 2025/26.")] = None,
    full: Annotated[bool, typer.Option("--full", help="The files hold everything for the period.")] = False,
    created: Annotated[str | None, typer.Option(help="Moment with a zone; default: now.")] = None,
    signing_key: Annotated[Path | None, typer.Option("--key", help="Ed25519 private key (PEM) to sign with.")] = None,
) -> int:
    """Writes the manifest of a delivery, and signs it."""
    if not folder.is_dir():
        raise Refusal("not_there", path=folder)
    moment = _moment(created)
    name = sender or folder.resolve().parent.name
    if not manifests.PERIOD.fullmatch(period or "2025/26"):
        raise Refusal("period_wrong", text=period)
    key = manifests.signing_key(signing_key) if signing_key else None
    for path in passed_over(folder):
        tell("manifest.passed_over", "yellow", file=masked(path.name))
    text = manifest_for(folder, _sender(folder, name), moment, period, settings().code_map, full)
    write_whole(folder / manifests.NAME, text)
    entries = json.loads(text)["files"]
    tell("manifest.written", path=folder / manifests.NAME, n=len(entries), rows=sum(entry["rows"] for entry in entries))
    # A signature of the manifest before would hold for no one.
    (folder / manifests.SIGNATURE).unlink(missing_ok=True)
    if key:
        write_whole(folder / manifests.SIGNATURE, key.sign(text))
        tell("manifest.signed", path=folder / manifests.SIGNATURE)
    return 0


def _moment(created: str | None) -> datetime:
    return moment(created) if created else datetime.now(UTC).astimezone(manifests.ZONE).replace(microsecond=0)
