"""XML: one element at a time becomes a JSON object, so that nested sources have one way on.

No document type, no entities, no network: a file that declares an entity is refused, since what it would
unfold to has no bound.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from lxml import etree

from ingest.problems import Refusal

_BATCH = 2_000
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def xml_records(connection: duckdb.DuckDBPyConnection, path: Path, tag: str) -> Iterator[None]:
    """Fills the temporary table `records` (`_row`, `record` JSON) with the elements named `tag`, part after part.

    Raises:
        Refusal: no well-formed XML, a document type in it, or no such element.
    """
    first = 1
    try:
        _refuse_document_type(path)
        elements = (json.dumps(_value(element), ensure_ascii=False) for element in _elements(path, tag))
        while batch := list(islice(elements, _BATCH)):
            rows = pa.table({"_row": range(first, first + len(batch)), "record": batch})
            connection.register("xml_batch", rows)
            connection.execute(
                "create or replace temp table records as select _row, cast(record as json) as record from xml_batch"
            )
            connection.unregister("xml_batch")
            first += len(batch)
            yield
    except etree.XMLSyntaxError:
        raise Refusal("file_unreadable", format="XML") from None
    connection.execute("drop table if exists records")
    if first == 1:
        raise Refusal("records_not_found", path=tag)


def _refuse_document_type(path: Path) -> None:
    """Looks no further than the first element, before which a document type must stand."""
    _, root = next(iter(etree.iterparse(str(path), events=("start",), **_SAFE)))
    if root.getroottree().docinfo.doctype:
        raise Refusal("xml_with_entities")


def _elements(path: Path, tag: str) -> Iterator[Any]:
    for _, element in etree.iterparse(str(path), events=("end",), tag=("{*}" + tag, tag), **_SAFE):
        yield element
        # Read and forgotten, with what stood before it: memory stays that of one element.
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _value(element: Any) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        # A comment parts a text in two; all of it counts.
        text = str(element.xpath("string()") if len(element) else element.text or "").strip()
        return None if not text or element.get(_NIL) in ("true", "1") else text
    fields: dict[str, Any] = {}
    for child in children:
        name, value = etree.QName(child).localname, _value(child)
        if name in fields:
            fields[name] = [*fields[name], value] if isinstance(fields[name], list) else [fields[name], value]
        else:
            fields[name] = value
    return fields
