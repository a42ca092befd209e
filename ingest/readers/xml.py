"""XML: one element at a time becomes a JSON object, so that nested sources have one way on.

No document type, no entities, no network: a file that declares an entity is refused, since what it would
unfold to has no bound.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from lxml import etree

from ingest.problems import Refusal

_BATCH = 2_000
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@contextmanager
def xml_records(connection: duckdb.DuckDBPyConnection, path: Path, tag: str) -> Iterator[None]:
    """Fills the temporary table `records` (`_row`, `record` JSON) with the elements named `tag`.

    Raises:
        Refusal: no well-formed XML, or a document type in it.
    """
    connection.execute("create or replace temp table records (_row bigint, record json)")
    batch: list[str] = []
    count = 0
    try:
        for element in _elements(path, tag):
            batch.append(json.dumps(_value(element), ensure_ascii=False))
            if len(batch) == _BATCH:
                count = _store(connection, batch, count)
    except etree.XMLSyntaxError:
        raise Refusal("file_unreadable", format="XML") from None
    _store(connection, batch, count)
    yield


def _elements(path: Path, tag: str) -> Iterator[Any]:
    events = etree.iterparse(
        str(path), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for _, element in events:
        if element.getroottree().docinfo.internalDTD is not None:
            raise Refusal("xml_with_entities")
        if etree.QName(element).localname != tag:
            continue
        yield element
        # Read and forgotten, with what stood before it: memory stays that of one element.
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _value(element: Any) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        text = (element.text or "").strip()
        return None if not text or element.get(_NIL) == "true" else text
    fields: dict[str, Any] = {}
    for child in children:
        name, value = etree.QName(child).localname, _value(child)
        if name in fields:
            fields[name] = [*fields[name], value] if isinstance(fields[name], list) else [fields[name], value]
        else:
            fields[name] = value
    return fields


def _store(connection: duckdb.DuckDBPyConnection, batch: list[str], count: int) -> int:
    rows = pa.table({"_row": range(count + 1, count + len(batch) + 1), "record": batch})  # noqa: F841 - read by name below
    if batch:
        connection.execute("insert into records select _row, cast(record as json) from rows")
    batch.clear()
    return count + len(rows)
