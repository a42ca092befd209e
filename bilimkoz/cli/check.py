"""`bilimkoz check`: judges what is to be sent and loads nothing; tells it on the terminal, as a page, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bilimkoz.cli.check_page import render
from bilimkoz.cli.check_words import Judged, Told, document, judged, untold
from bilimkoz.cli.console import Spoken, console, language, settings, speak, table, tell, words
from bilimkoz.durable import write_whole
from bilimkoz.texts import of_contract
from ingest import manifest as manifests
from ingest.contract import feeds
from ingest.examine import Examination, examine, passed_over, table_files
from ingest.names import masked
from ingest.own_reports import is_report
from ingest.problems import Refusal
from ingest.sender import Sender, read


def check(
    path: Annotated[Path, typer.Argument(help="A file, or the folder of a delivery.")],
    json_file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="With --json: where to write it.")] = None,
    feed: Annotated[str | None, typer.Option(help="Feed, where the file's name does not tell it.")] = None,
    sender: Annotated[str | None, typer.Option(help="Sender; default: the folder above the delivery.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
    html: Annotated[Path | None, typer.Option(help="Also write a report as a page.")] = None,
    lang: Annotated[Spoken | None, typer.Option(help="Language of the report.")] = None,
) -> int:
    """Judges a file or a delivery against its contracts and loads nothing."""
    speak(lang)
    if not path.exists():
        raise Refusal("not_there", path=path)
    if json_file and not as_json:
        raise Refusal("one_path_only", second=json_file)
    _clear_the_way(html, ".html")
    _clear_the_way(json_file, ".json")
    others = [masked(other.name) for other in passed_over(path)] if path.is_dir() else []
    is_for_program = as_json and json_file is None
    for name in () if is_for_program else others:
        tell("manifest.passed_over", "yellow", file=name)
    examined, files = _judge(path, feed, sender)
    made = document(examined, files, others) if as_json else {}
    if is_for_program:
        console.print_json(json.dumps(made, ensure_ascii=False))
    else:
        for file in files:
            _tell(file)
    if json_file:
        _write(json_file, f"{json.dumps(made, ensure_ascii=False, indent=1)}\n", told=True)
    if html:
        moment = datetime.now(UTC).astimezone(manifests.ZONE)
        _write(html, render(files, others, moment), told=not is_for_program)
    return 0 if all(file.state in ("fine", "empty") for file in files) else 2


def _judge(path: Path, feed: str | None, sender: str | None) -> tuple[list[Examination], list[Judged]]:
    """Every file of a folder, or the one file; in a folder also those whose names tell no feed.

    Raises:
        Refusal: there is no file, the one file's name tells no feed, or a manifest does not hold.
    """
    files = [path] if path.is_file() else table_files(path)
    if not files:
        raise Refusal("nothing_to_send", folder=masked(path.name))
    if path.is_dir() and (path / manifests.NAME).is_file():
        # As the run will: checksums, signature, and who may send what; row counts below.
        described = manifests.verify(path, sender_of(path, sender), datetime.now(UTC))
    else:
        described = None
    told = _feeds_of_manifest(path) if path.is_dir() else {}
    named = {file: feed or told.get(file) or manifests.feed_of(file.name) for file in files}
    unknown = [file for file, of in named.items() if of not in feeds()]
    if unknown and path.is_file():
        raise Refusal("feed_not_told", file=path.name)
    pairs = [(file, of) for file, of in named.items() if of in feeds() and of is not None]
    examined = examine(pairs, sender_of(path, sender), settings().code_map, settings().memory_limit) if pairs else []
    if described:
        _compare(described, path, dict(zip((file for file, _ in pairs), examined, strict=True)))
    left = [untold(masked(file.name), Refusal("feed_not_told", file=masked(file.name))) for file in unknown]
    return examined, [*map(judged, examined), *left]


def _compare(delivery: manifests.Delivery, folder: Path, found: dict[Path, Examination]) -> None:
    """Row counts of a manifest against what was read.

    Raises:
        Refusal: a file holds another number of rows; the delivery would be refused whole.
    """
    for file in delivery.files:
        item = found.get(folder / file.path)
        if item and item.parsed.problem is None and item.parsed.records_n != file.rows:
            raise Refusal("rows_differ", file=file.name, manifest=file.rows, found=item.parsed.records_n)


def _feeds_of_manifest(folder: Path) -> dict[Path, str]:
    path = folder / manifests.NAME
    if not path.exists():
        return {}
    try:
        return {folder / entry["path"]: entry["feed"] for entry in json.loads(path.read_bytes())["files"]}
    except (ValueError, KeyError, TypeError):
        raise Refusal("manifest_unreadable") from None


def sender_of(path: Path, name: str | None) -> Sender:
    """The sender on file; without one, a sender of the country's scheme who may speak for everybody."""
    folder = path if path.is_dir() else path.parent
    file = settings().place("senders") / f"{name or folder.resolve().parent.name}.toml"
    if name or file.exists():
        return read(file)
    return Sender("", "kz.iin", None, None, feeds(), None, None, None)


def _clear_the_way(path: Path | None, suffix: str) -> None:
    """Sees that a report can be written where it is wanted.

    Raises:
        Refusal: the name is of another kind, its folder is not there, or a file stands there that is no report: a list
            that is to be sent may be JSON too.
    """
    if path is None:
        return
    if path.suffix.lower() != suffix:
        raise Refusal("report_name_wrong", path=path, suffix=suffix)
    if not path.parent.is_dir():
        raise Refusal("not_there", path=path.parent)
    if path.exists() and not is_report(path):
        raise Refusal("report_in_the_way", path=path)


def _write(path: Path, text: str, told: bool) -> None:
    write_whole(path, text.encode())
    if told:
        tell("check.report_written", path=path)


def _tell(file: Judged) -> None:
    if file.state == "refused":
        why = "\n  ".join((file.title, *file.verdict))
        console.print(why, style="red", markup=False)
        return
    if file.found:
        _findings(file.title, file.found)
        summary, *waits = file.verdict
        console.print(summary, markup=False)
        for text in waits:
            console.print(text, style="bold red", markup=False)
    else:
        console.print(file.title, style="bold", markup=False)
        console.print(*file.verdict, style="green" if file.state == "fine" else "yellow", markup=False)
    for style, text in file.notes:
        console.print(text, style=style, markup=False)


def _findings(title: str, found: Sequence[Told]) -> None:
    _table(title, ([told.column, told.finding.rows_n, ", ".join(told.places), str(told.message)] for told in found))


def tell_findings(title: str, found: Iterable[tuple[str, str, str | None, int, Iterable[str]]]) -> None:
    """A table of (feed, rule, column, how many rows, the first of them): by the column's label what is wrong with it."""
    _table(
        title,
        (
            [
                of_contract.column(language(), feed, column),
                count,
                ", ".join(first),
                of_contract.message(language(), feed, rule, column),
            ]
            for feed, rule, column, count, first in found
        ),
    )


def _table(title: str, rows: Iterable[list[object]]) -> None:
    heads = [words(f"check.{name}") for name in ("column", "rows", "places", "what")]
    table(title, heads, rows, right=(1,), names=(0, 2))
