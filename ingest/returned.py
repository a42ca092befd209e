"""Bad rows as their sender wrote them, read again from the inbox and put back into that sender's own folder.

The warehouse does not keep what was wrong, since it may be personal; the sender has it and may see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import xlsxwriter

from bilimkoz.sql import identifier
from ingest import nested
from ingest.contract import contract
from ingest.log import Log
from ingest.parse import reader_of
from ingest.readers.text import fingerprint
from ingest.workshop import Workshop


def write(workshop: Workshop, inbox: Path, log: Log, found: pl.DataFrame, messages: dict[str, str]) -> list[Path]:
    """One workbook a file, `<inbox>/<sender>/.returned/<delivery> <file>.xlsx`: bad rows and what is wrong with each.

    `found` is what `ingest.quarantine.rows` gives. Files that are no longer in the inbox are passed over.
    """
    feeds = {
        (entry["sender"], entry["folder"], file["path"]): file["feed"]
        for entry in log.of("delivery")
        for file in entry["files"]
    }
    written = []
    for (sender, folder, path), part in found.group_by("sender", "folder", "path", maintain_order=True):
        source = inbox / str(sender) / str(folder) / str(path)
        if not source.exists():
            continue
        told = part.group_by("row_no", maintain_order=True).agg(
            item=pl.col("item").first(),
            wrong=pl.format(
                "{}: {}",
                pl.col("column_name").fill_null("–"),
                pl.col("rule").replace_strict(messages, default="", return_dtype=pl.String),
            ).str.join("; "),
        )
        rows = _rows(workshop, source, feeds[str(sender), str(folder), str(path)], told["row_no"].to_list())
        place = inbox / str(sender) / ".returned"
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = place / f"{folder} {Path(str(path)).name}.xlsx"
        _write(told.join(rows, on="row_no", how="left").sort("row_no"), target)
        written.append(target)
    return written


def _rows(workshop: Workshop, path: Path, feed: str, numbers: Iterable[int]) -> pl.DataFrame:
    """The rows of a file by their numbers, each cell as text under the header the sender gave it."""
    connection, found = workshop.connection, fingerprint(path)
    connection.execute("create or replace temp table wanted as select unnest(?::bigint[]) as _row", [list(numbers)])
    if contract(feed).sections:
        parts: Iterable[None] = nested.records(connection, path, contract(feed), found)
        sql = "select _row as row_no, cast(record as varchar) as record from records"
    else:
        source = reader_of(path)(connection, path, contract(feed), found)
        cells = ", ".join(f"c{place} as {identifier(name)}" for place, name in enumerate(source.header.names))
        parts, sql = source.parts, f"select _row as row_no, {cells} from ({source.sql})"
    wanted = f"from ({sql}) where row_no in (select _row from wanted)"
    return pl.concat([connection.execute(wanted).pl() for _ in parts])


def _write(table: pl.DataFrame, path: Path) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        table.write_excel(book, worksheet="returned", autofit=True, freeze_panes=(1, 0))
    path.chmod(0o600)
