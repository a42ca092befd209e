"""What a contract says of its columns and rules, in words: types, allowed values and bounds, what to do about a bad row.

All of it is read from the contract; only the words around it stand in the catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass

from bilimkoz import texts
from bilimkoz.texts import say
from ingest.contract import Column, Contract, contract


def column(language: str, feed: str, name: str | None) -> str:
    """A column by its label; a row that is broken as a whole has none."""
    return texts.column_name(language, feed, name) if name else say(language, "check.whole_row")


@dataclass(frozen=True)
class Message:
    """What is wrong, what is expected (where there is more to say of it), and what to do."""

    wrong: str
    expected: str
    to_do: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.wrong, self.expected, self.to_do) if part)


def told(language: str, feed: str, rule: str, name: str | None) -> Message:
    """What a rule asks for, what the contract allows here, and what to do."""
    if not texts.has(f"rule.{rule}"):
        return Message(rule, "", "")
    return Message(say(language, f"rule.{rule}"), _asked(language, feed, rule, name), say(language, f"remedy.{rule}"))


def message(language: str, feed: str, rule: str, name: str | None) -> str:
    """The same in one line."""
    return str(told(language, feed, rule, name))


def kind(language: str, column: Column) -> str:
    """The type of a column, and how a value of it is written."""
    return say(language, f"type.{column.type}")


def allowed_values(language: str, column: Column) -> str:
    """The values a column may have, with their words where the contract gives any; empty where it is not a list."""
    return ", ".join(_value(language, column, value) for value in column.enum)


def bounds(language: str, column: Column) -> str:
    """From where to where a value may lie; empty where there is no bound."""
    least, most = column.minimum, column.maximum
    if least is None and most is None:
        return ""
    name = "between" if least is not None and most is not None else "at_least" if most is None else "at_most"
    return say(language, f"limit.{name}", least=least, most=most)


def example(language: str, column: Column) -> str:
    """The examples of the contract; empty where it gives none."""
    return say(language, "limit.example", values=list(column.examples)) if column.examples else ""


def limits(language: str, feed: Contract, column: Column) -> list[str]:
    """All that a value of a column must be, and what becomes of it."""
    parent = contract(column.references[0]).named(language) if column.references else ""
    found = [
        allowed_values(language, column),
        bounds(language, column),
        example(language, column),
        say(language, "limit.of_feed", feed=parent) if parent else "",
        say(language, f"limit.of_{column.codes}") if column.codes else "",
        say(language, "limit.several") if column.is_list else "",
        say(language, f"identifier.{column.identifier}") if column.identifier else "",
        say(language, f"privacy.{column.privacy}") if column.privacy else "",
        say(language, "limit.own_only") if column.name == feed.sender_scope else "",
        say(language, "limit.filled") if column.fill else "",
    ]
    return [text for text in found if text]


def _asked(language: str, feed: str, rule: str, name: str | None) -> str:
    known = next((item for item in contract(feed).columns if item.name == name), None)
    if known is None:
        return ""
    match rule:
        case "type":
            return say(language, "limit.expected", kind=kind(language, known))
        case "enum":
            return say(language, "limit.allowed", values=allowed_values(language, known))
        case "range":
            return say(language, "limit.allowed", values=bounds(language, known))
        case "pattern":
            return example(language, known)
        case "code":
            return say(language, f"limit.of_{known.codes}")
        case _:
            return ""


def _value(language: str, column: Column, value: str) -> str:
    label = column.enum_labels.get(value, {}).get(language)
    return f"{value} ({label})" if label else value
