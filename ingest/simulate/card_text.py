"""Person cards as text, put together column-wise: the same fields as JSON and as XML elements.

The quirks of real answers are made here: a list may be absent, null, empty, or one object where it has one member;
the work load is spelt `amtikohtKoormus` in JSON and `ametikohtKoormus` in XML; an XML date may carry a zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Form = Literal["json", "xml"]
LISTS = ("oping", "tootamine", "taiendkoolitus", "tasemeharidus", "kvalifikatsioon")


@dataclass(frozen=True)
class Field:
    """One field of a leaf: its column, and whether its text is quoted in JSON (`text`), goes in as it is (`raw`),
    is a date (`date`: text that may get a zone in XML) or is a list of objects (`nested`)."""

    name: str
    column: str
    kind: Literal["text", "raw", "date", "nested"] = "text"
    members: tuple[tuple[Field, ...], ...] = ()
    xml_name: str = ""


def _quoted(text: pl.Expr) -> pl.Expr:
    escaped = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))


def _escaped(text: pl.Expr) -> pl.Expr:
    return (
        text.str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
    )


def leaf(fields: tuple[Field, ...], form: Form) -> pl.Expr:
    """Text of one object: `{...}` in JSON, the child elements in XML (an empty field has no element)."""
    if form == "json":
        parts: list[pl.Expr] = []
        for number, field in enumerate(fields):
            parts += [pl.lit(("," if number else "") + f'"{field.name}":'), _json_value(field)]
        return pl.concat_str(pl.lit("{"), *parts, pl.lit("}"))
    return pl.concat_str(*(_xml_element(field) for field in fields))


def _json_value(field: Field) -> pl.Expr:
    if field.kind == "nested":
        return _json_list(field)
    value = pl.col(field.column)
    return (value if field.kind == "raw" else _quoted(value)).fill_null("null")


def _json_list(field: Field) -> pl.Expr:
    """A list of up to two members; a member is there when the first column of its fields is filled."""
    present = [pl.col(member[0].column).is_not_null() for member in field.members]
    texts = [leaf(member, "json") for member in field.members]
    listed = pl.concat_str(
        pl.lit("["),
        texts[0],
        *(
            pl.when(there).then(pl.concat_str(pl.lit(","), text)).otherwise(pl.lit(""))
            for there, text in zip(present[1:], texts[1:], strict=True)
        ),
        pl.lit("]"),
    )
    alone = ~pl.any_horizontal(present[1:]) if present[1:] else pl.lit(True)
    return (
        pl.when(~present[0])
        .then(pl.when(pl.col("person") % 2 == 0).then(pl.lit("[]")).otherwise(pl.lit("null")))
        .when(alone & (pl.col("person") % 4 == 1))
        .then(texts[0])
        .otherwise(listed)
    )


def _xml_element(field: Field) -> pl.Expr:
    name = field.xml_name or field.name
    if field.kind == "nested":
        texts = [
            pl.when(pl.col(member[0].column).is_not_null())
            .then(pl.concat_str(pl.lit(f"<{name}>"), leaf(member, "xml"), pl.lit(f"</{name}>")))
            .otherwise(pl.lit(""))
            for member in field.members
        ]
        return pl.concat_str(*texts)
    value = _escaped(pl.col(field.column))
    if field.kind == "date":
        is_date = pl.col(field.column).str.contains(r"^\d{4}-\d{2}-\d{2}$")
        value = pl.when(is_date & (pl.col("person") % 3 == 0)).then(value + "+03:00").otherwise(value)
    element = pl.concat_str(pl.lit(f"<{name}>"), value, pl.lit(f"</{name}>"))
    return pl.when(pl.col(field.column).is_null()).then(pl.lit("")).otherwise(element)


def gathered(leaves: pl.DataFrame, fields: tuple[Field, ...], name: str, form: Form) -> pl.DataFrame:
    """All leaves of a person as one text: columns person, `name` (text), `name`_n."""
    texts = leaves.select("person", text=leaf(fields, form))
    if form == "xml":
        wrapped = pl.concat_str(pl.lit(f"<{name}>"), "text", pl.lit(f"</{name}>"))
        return texts.group_by("person", maintain_order=True).agg(
            wrapped.str.join("").alias(name), pl.len().alias(f"{name}_n")
        )
    return texts.group_by("person", maintain_order=True).agg(
        pl.col("text").str.join(",").alias(name), pl.len().alias(f"{name}_n")
    )


def card(form: Form, person_fields: tuple[Field, ...], asked_at: int) -> pl.Expr:
    """Text of a whole card from the person's columns and the gathered lists."""
    stamp = str(asked_at)
    if form == "xml":
        told = "<message_text><et>Isiku kohta andmeid ei leitud.</et></message_text>"
        error = f"<error><message_type>ERROR</message_type>{told}</error>"
        person = pl.concat_str(pl.lit("<isikuandmed>"), leaf(person_fields, "xml"), pl.lit("</isikuandmed>"))
        body = pl.concat_str(person, *(pl.col(name).fill_null("") for name in LISTS))
        return pl.concat_str(
            pl.lit(f"<isikukaart><request_timestamp>{stamp}</request_timestamp>"),
            pl.when("is_error").then(pl.lit(error)).otherwise(body),
            pl.lit("</isikukaart>"),
        )
    head = pl.concat_str(
        pl.lit(f'{{"request_timestamp":{stamp},"response_timestamp":{stamp}218,"key":"eeisikukaart_'),
        "isikukood",
        pl.lit('",'),
    )
    error_text = '"error":{"message_type":"ERROR","message_text":{"et":"Isiku kohta andmeid ei leitud."}}}'
    value = pl.concat_str(
        pl.lit('"value":{"isikuandmed":'), leaf(person_fields, "json"), *(_listed(name) for name in LISTS), pl.lit("}}")
    )
    return pl.concat_str(head, pl.when("is_error").then(pl.lit(error_text)).otherwise(value))


def _listed(name: str) -> pl.Expr:
    """A list of leaves in JSON: none is [], null or absent; one may stand without brackets."""
    key = f',"{name}":'
    none = (
        pl.when(pl.col("person") % 3 == 0)
        .then(pl.lit(f"{key}[]"))
        .when(pl.col("person") % 3 == 1)
        .then(pl.lit(f"{key}null"))
        .otherwise(pl.lit(""))
    )
    alone = pl.concat_str(pl.lit(key), name)
    return (
        pl.when(pl.col(name).is_null())
        .then(none)
        .when((pl.col(f"{name}_n") == 1) & (pl.col("person") % 4 == 0))
        .then(alone)
        .otherwise(pl.concat_str(pl.lit(f"{key}["), name, pl.lit("]")))
    )
