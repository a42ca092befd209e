"""Bad rows as their sender wrote them, read again from the inbox and put back into that sender's own folder.

The warehouse does not keep what was wrong, since it may be personal; the sender has it and may see it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import xlsxwriter

from bilimkoz.sql import identifier
from ingest import manifest, nested
from ingest.contract import contract
from ingest.log import Entry, Log
from ingest.names import kept_names
from ingest.readers import reader_of
from ingest.readers.text import fingerprint
from ingest.workshop import Workshop


def write(
    workshop: Workshop, inbox: Path, log: Log, told: pl.DataFrame, headings: dict[str, str]
) -> tuple[list[Path], list[str]]:
    """One workbook a file, below `<inbox>/<sender>/.returned/<delivery>`: bad rows and what is wrong with each.

    It is called as the file, with `.xlsx` after it where it was none.

    `told` is what `ingest.quarantine.worded` gives; `headings` are the words over our own columns. Returns the paths,
    and the names of files that are gone or changed since: their rows of today are others.
    """
    deliveries, folders = log.deliveries, manifest.folders(inbox)
    written: list[Path] = []
    passed: list[str] = []
    for (file, delivery, path), part in told.group_by("file", "delivery_id", "path", maintain_order=True):
        entry = next(item for item in deliveries[str(delivery)]["files"] if item["path"] == path)
        source = _source(folders.get(str(delivery)), entry)
        if source is None:
            passed.append(str(file))
            continue
        wrong = part.group_by("row_no", maintain_order=True).agg(
            item=pl.col("item").first(), wrong=pl.format("{}: {}", "column_label", "message").str.join("; ")
        )
        rows = _rows(workshop, source, entry["feed"], wrong["row_no"].to_list())
        sender = inbox / str(part["sender"][0])
        target = _named(sender / ".returned" / source.relative_to(sender), written)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(wrong, rows, headings, target)
        written.append(target)
    return written, passed


def _named(path: Path, taken: list[Path]) -> Path:
    """`staff.csv.xlsx` for `staff.csv` and `staff.xlsx` for itself; a delivery may hold what was returned of one before."""
    name = path if path.suffix.lower() == ".xlsx" else path.with_name(f"{path.name}.xlsx")
    free, number = name, 2
    while free in taken:
        free, number = name.with_stem(f"{name.stem}-{number}"), number + 1
    return free


def _source(folder: Path | None, entry: Entry) -> Path | None:
    """The file of a delivery with the content the log knows; by its checksum, since the log may not know its name."""
    if folder is None:
        return None
    facts = json.loads((folder / manifest.NAME).read_bytes())
    names = kept_names((item["path"], item["sha256"]) for item in facts["files"])
    path: Path | None = next(
        (folder / item["path"] for item, name in zip(facts["files"], names, strict=True) if name == entry["path"]), None
    )
    if path is None or not path.is_file() or fingerprint(path).sha256 != entry["sha256"]:
        return None
    return path


def _rows(workshop: Workshop, path: Path, feed: str, numbers: Iterable[int]) -> pl.DataFrame:
    """The rows of a file by their numbers in `_row`, each cell as text under the header the sender gave it."""
    connection, found = workshop.connection, fingerprint(path)
    connection.execute("create or replace temp table wanted as select unnest(?::bigint[]) as _row", [list(numbers)])
    if contract(feed).sections:
        parts: Iterable[None] = nested.records(connection, path, contract(feed), found)
        sql = "select _row, cast(record as varchar) as record from records"
    else:
        source = reader_of(path)(connection, path, contract(feed), found)
        cells = ", ".join(f"c{place} as {identifier(name)}" for place, name in enumerate(source.header.names))
        parts, sql = source.parts, f"select _row, {cells} from ({source.sql})"
    wanted = f"from ({sql}) where _row in (select _row from wanted)"
    return pl.concat([connection.execute(wanted).pl() for _ in parts])


def _write(wrong: pl.DataFrame, rows: pl.DataFrame, headings: dict[str, str], path: Path) -> None:
    """Ours first, then the sender's; a heading of ours that the sender has too gets a mark."""
    ours = {name: f"{headings[name]} *" if headings[name] in rows.columns else headings[name] for name in wrong.columns}
    table = wrong.join(rows, left_on="row_no", right_on="_row", how="left").sort("row_no").rename(ours)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        table.write_excel(book, worksheet="returned", autofit=True, freeze_panes=(1, 0))
    path.chmod(0o600)
