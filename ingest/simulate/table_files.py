"""Canonical text tables into the bytes of CSV, XLSX, JSON, JSON lines and Parquet files, the same bytes each time."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import polars as pl
import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

from ingest.simulate.dialects import NUMBER, Dialect, column_types, headers, person_columns, worded

#: The only date in an XLSX that is not data; fixed, or two runs would differ.
WRITTEN_AT = datetime(2026, 9, 15, tzinfo=UTC).replace(tzinfo=None)
SUFFIXES = {"csv": "csv", "xlsx": "xlsx", "json": "json", "jsonl": "jsonl", "parquet": "parquet"}
EXCEL_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC).date()


def write(frame: pl.DataFrame, feed: str, dialect: Dialect, ragged: dict[int, int] | None = None) -> bytes:
    """The file's bytes.

    Args:
        frame: canonical text.
        feed: whose contract gives labels and types.
        dialect: how to write.
        ragged: CSV only: record number -> fields too many (above 0) or too few (below 0).
    """
    if dialect.format == "csv":
        return _csv(frame, feed, dialect, ragged or {})
    if dialect.format == "xlsx":
        return _xlsx(frame, feed, dialect)
    if dialect.format == "parquet":
        return _parquet(frame, feed, dialect)
    return _json(frame, feed, dialect)


def first_row(dialect: Dialect) -> int:
    """Number of the first record: its line in a CSV or sheet with a header, else 1."""
    return 2 if dialect.format in ("csv", "xlsx") else 1


def _csv(frame: pl.DataFrame, feed: str, dialect: Dialect, ragged: dict[int, int]) -> bytes:
    text = worded(frame, feed, dialect)
    text.columns = headers(feed, frame.columns, dialect.language)
    written = text.write_csv(separator=dialect.delimiter, quote_style="necessary", null_value="")
    if ragged:
        lines = written.split("\n")
        for record, fields in ragged.items():
            line = lines[record + 1]
            cut = (
                line.rsplit(dialect.delimiter, -fields)[0] if fields < 0 else line + (dialect.delimiter + "?") * fields
            )
            lines[record + 1] = cut
        written = "\n".join(lines)
    if dialect.encoding == "utf-16":
        return b"\xff\xfe" + written.encode("utf-16-le")
    return written.encode(dialect.encoding)


def _json(frame: pl.DataFrame, feed: str, dialect: Dialect) -> bytes:
    text = worded(frame, feed, dialect)
    types = column_types(feed)
    typed = [
        pl.col(name).cast(pl.Float64 if types[name] == "decimal" else pl.Int64)
        for name in text.columns
        if types.get(name) in ("decimal", "int") and text[name].drop_nulls().str.contains(NUMBER).all()
    ]
    flags = [(pl.col(name) == "true").alias(name) for name in text.columns if text[name].is_in(["true", "false"]).all()]
    text = text.with_columns(typed + [flag for flag in flags if types.get(flag.meta.output_name()) == "boolean"])
    text.columns = headers(feed, frame.columns, dialect.language)
    return (text.write_json() if dialect.format == "json" else text.write_ndjson()).encode()


def _parquet(frame: pl.DataFrame, feed: str, dialect: Dialect) -> bytes:
    types = column_types(feed)
    kinds = {"decimal": pl.Float64, "int": pl.Int32}
    casts = []
    for name in frame.columns:
        kind = types.get(name, "string")
        if kind == "boolean":
            casts.append((pl.col(name) == "true").alias(name))
        elif kind == "date":
            casts.append(pl.col(name).str.to_date("%Y-%m-%d"))
        elif kind == "timestamp":
            casts.append(pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S"))
        elif kind in kinds:
            casts.append(pl.col(name).cast(kinds[kind]))
    typed = frame.with_columns(casts)
    typed.columns = headers(feed, frame.columns, dialect.language)
    buffer = io.BytesIO()
    typed.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def _xlsx(frame: pl.DataFrame, feed: str, dialect: Dialect) -> bytes:
    """Dates and numbers are numeric cells where they parse and text where they do not."""
    types = column_types(feed)
    persons = person_columns(feed)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": WRITTEN_AT})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    if dialect.named_sheet:
        cover = book.add_worksheet("Info")
        cover.write_column(0, 0, ["Staff list", "Filled in by the secretary"])
    sheet = book.add_worksheet(feed if dialect.named_sheet else "Лист1")
    sheet.write_row(0, 0, headers(feed, frame.columns, dialect.language))
    text = worded(frame, feed, dialect)
    for place, name in enumerate(frame.columns):
        column = text[name]
        kind = types.get(name, "string")
        numbers: list[float | None] = [None] * len(column)
        if kind == "date":
            numbers = (column.str.to_date("%Y-%m-%d", strict=False) - EXCEL_DAY_ZERO).dt.total_days().to_list()
        elif kind in ("decimal", "int"):
            numbers = column.cast(pl.Float64, strict=False).to_list()
        elif name in persons and dialect.numeric_ids:
            numbers = (
                pl.select(pl.when(column.str.contains(r"^\d{12,13}$")).then(column.cast(pl.Int64, strict=False)))
                .to_series()
                .to_list()
            )
        cells = [number if number is not None else cell for number, cell in zip(numbers, column.to_list(), strict=True)]
        shown = day if kind == "date" and dialect.dates == "formatted" else None
        for line, cell in enumerate(cells, start=1):
            if isinstance(cell, str):
                sheet.write_string(line, place, cell)
            elif cell is not None:
                sheet.write_number(line, place, cell, shown)
    book.close()
    return buffer.getvalue()
