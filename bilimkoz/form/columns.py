"""What a form says of a column and lets into its cells, from the contract; nothing here knows a workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bilimkoz.form import patterns, seeds
from bilimkoz.texts import of_contract, say
from ingest.contract import Column, Contract, contract

#: What a spreadsheet shows at most of the title and of the text of a message.
TITLE_LENGTH, TEXT_LENGTH = 32, 255
#: Where the contract sets no bound, only the type is asked of a cell.
_FIRST_DAY, _LAST_DAY = "1900-01-01", "2199-12-31"
_LEAST, _MOST = -(10**15), 10**15
YES_NO = "yes_no"


def of_form(feed: Contract) -> list[Column]:
    """The columns that are asked for: what is never loaded is not, nor what is made of a text that stands beside it."""
    return [column for column in feed.columns if column.privacy != "drop" and not column.made_from]


def choices(column: Column, language: str) -> tuple[str, ...]:
    """The drop-down list of a column, in words of a language; empty where it has none."""
    if column.type == "boolean":
        return say(language, "form.true"), say(language, "form.false")
    if column.enum:
        return tuple(column.enum_labels[value][language] for value in column.enum)
    return () if column.is_list else seeds.values(column, language)


def list_name(column: Column) -> str:
    """The name of the workbook under which the list of a column stands."""
    return f"list_{YES_NO if column.type == 'boolean' else column.name}"


def shown(column: Column, value: Any, language: str) -> Any:
    """A value as it stands in a cell of the form."""
    if isinstance(value, bool):
        return say(language, "form.true" if value else "form.false")
    return column.enum_labels[value][language] if column.enum and value is not None else value


def number_format(column: Column) -> str:
    """Texts, ids and lists are text, so that nothing cuts off a zero or makes a day of `2026-03`."""
    if column.enum:
        return "@"
    kinds = {"date": "dd.mm.yyyy", "timestamp": "dd.mm.yyyy hh:mm", "int": "0", "bigint": "0"}
    return kinds.get(column.type, "General" if column.type in ("decimal", "double") else "@")


def validation(feed: Contract, column: Column, language: str, cell: str) -> dict[str, Any]:
    """What is let into a cell, with what is said before and after; `cell` is the first of its column."""
    return {
        **_allowed(column, language, cell),
        "input_title": cut(column.labels[language], TITLE_LENGTH),
        "input_message": cut(prompt(feed, column, language), TEXT_LENGTH),
        "error_title": cut(say(language, "form.refused"), TITLE_LENGTH),
        "error_message": cut(_expected(column, language), TEXT_LENGTH),
    }


def prompt(feed: Contract, column: Column, language: str) -> str:
    """What is to be written, in a few sentences."""
    parts = [
        say(language, "form.must" if column.required else "form.may"),
        _expected(column, language),
        say(language, "form.unit_is", unit=unit(column, language)) if column.unit else "",
        say(language, "form.several") if column.is_list else "",
        _of_feed(column, language),
        *notes(feed, column, language),
    ]
    return " ".join(part for part in parts if part)


def kind(column: Column, language: str) -> str:
    """The type of a column, and how a value of it is written."""
    return say(language, "form.listed") if column.enum else of_contract.kind(language, column)


def limits(feed: Contract, column: Column, language: str) -> str:
    """All that a value must be; of a list, where to find its values."""
    found = [
        _bounds(column, language),
        _example(column, language),
        say(language, "form.several") if column.is_list else "",
        _of_feed(column, language),
        _expected(column, language) if choices(column, language) else "",
    ]
    return "; ".join(text.rstrip(".") for text in [*found, *notes(feed, column, language)] if text)


def notes(feed: Contract, column: Column, language: str) -> list[str]:
    """Whose id it is, what becomes of it, and when it may be left out."""
    found = [
        say(language, f"identifier.{column.identifier}" if column.identifier else "form.person")
        if column.privacy == "person"
        else "",
        say(language, f"privacy.{column.privacy}") if column.privacy else "",
        say(language, "limit.own_only") if column.name == feed.sender_scope else "",
        say(language, "limit.filled") if column.fill else "",
    ]
    return [text for text in found if text]


def unit(column: Column, language: str) -> str:
    return say(language, f"unit.{column.unit}") if column.unit else ""


def cut(text: str, length: int) -> str:
    """A text no longer than so many letters."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _expected(column: Column, language: str) -> str:
    if choices(column, language):
        return say(language, "form.choose_or_write" if column.codes else "form.choose")
    kind = of_contract.kind(language, column)
    bounds = "" if column.type in ("date", "timestamp") else _bounds(column, language)
    expected = say(language, "limit.expected", kind=f"{kind}; {bounds}" if bounds else kind)
    return f"{expected} {_example(column, language)}".strip()


def _example(column: Column, language: str) -> str:
    """The examples of the contract; where it gives none and asks for a form, one of that form."""
    if column.examples or not column.pattern:
        return of_contract.example(language, column)
    return say(language, "limit.example", values=patterns.sample(column.pattern))


def _of_feed(column: Column, language: str) -> str:
    if column.references is None:
        return ""
    return say(language, "limit.of_feed", feed=contract(column.references[0]).named(language))


def _bounds(column: Column, language: str) -> str:
    """From where to where a value may lie, days as a person writes them; those of a moment are the days."""
    if column.type not in ("date", "timestamp"):
        return of_contract.bounds(language, column)
    least, most = (
        f"{datetime.fromisoformat(bound):%d.%m.%Y}" if bound else None for bound in (column.minimum, column.maximum)
    )
    return of_contract.bounds(language, replace(column, minimum=least, maximum=most))


def _allowed(column: Column, language: str, cell: str) -> dict[str, Any]:
    if choices(column, language):
        # Of codes a sender may write any name that the seed knows, so a list of them only warns.
        kind = {"error_type": "information"} if column.codes else {}
        return {"validate": "list", "source": f"={list_name(column)}", **kind}
    match column.type:
        case "date":
            days = column.minimum or _FIRST_DAY, column.maximum or _LAST_DAY
            return _between("date", *map(date.fromisoformat, days))
        case "timestamp":
            moments = column.minimum or _FIRST_DAY, column.maximum or _LAST_DAY
            return _between("date", *map(datetime.fromisoformat, moments))
        case "string":
            formula = patterns.formula(cell, column.pattern) if column.pattern else None
            return {"validate": "custom", "value": formula} if formula else {"validate": "any"}
        case _:
            least = _LEAST if column.minimum is None else column.minimum
            most = _MOST if column.maximum is None else column.maximum
            return _between("integer" if column.type in ("int", "bigint") else "decimal", least, most)


def _between(kind: str, least: Any, most: Any) -> dict[str, Any]:
    return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}
