"""What is wrong with the settings: where it stands (`bilimkoz.toml:4`, or a variable of the environment) and what would
be right. The library's own words are not shown: they are English and speak of Python.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError

from bilimkoz.settings import FILE, Settings
from ingest.problems import Refusal

#: Kinds of error of the library that are told alike.
_CODES = {
    "extra_forbidden": "setting_unknown",
    "literal_error": "setting_not_one_of",
    "int_type": "setting_not_a_number",
    "int_parsing": "setting_not_a_number",
    "int_from_float": "setting_not_a_number",
    "greater_than_equal": "setting_not_a_number",
    "less_than_equal": "setting_not_a_number",
    "bool_type": "setting_not_true_or_false",
    "bool_parsing": "setting_not_true_or_false",
    "model_type": "setting_not_a_section",
    "model_attributes_type": "setting_not_a_section",
    "string_type": "setting_not_text",
    "path_type": "setting_not_text",
    "too_short": "setting_not_pairs",
    "too_long": "setting_not_pairs",
    "pair_twice": "setting_pair_twice",
}
#: Settings that must look a certain way, by name.
_FORMS = {
    "memory_limit": "setting_not_a_size",
    "next_cohort_from": "setting_not_a_day",
    "last_school_day": "setting_not_a_last_day",
}
#: What stands in place of a list, by name.
_LISTS = {"pairs": "setting_not_pairs", "forms": "setting_not_forms"}


def load() -> Settings:
    """The settings.

    Raises:
        Refusal: the file is no TOML, or a value is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f"{FILE}:{line.group(1)}" if line else f"{FILE}:{len(Path(FILE).read_text().splitlines())}"
        raise Refusal("settings_not_toml", place=place) from None
    except UnicodeDecodeError as error:
        line_no = error.object[: error.start].count(b"\n") + 1
        raise Refusal("settings_not_utf8", place=f"{FILE}:{line_no}") from None
    except SettingsError as error:
        # A whole section in one variable, which would have to be JSON; the library names it in its words alone.
        named = re.search(r'field "(\w+)"', str(error))
        key = named.group(1) if named else "retention"
        raise Refusal("setting_not_a_section", place=_variable(key), key=key) from None
    except OSError:
        raise Refusal("settings_unreadable", place=FILE) from None


def _refusal(error: Any) -> Refusal:
    path = [part for part in error["loc"] if isinstance(part, str)]
    facts = {"place": _place(path), "key": ".".join(path)}
    if error["type"] == "string_pattern_mismatch":
        return Refusal(_FORMS.get(path[-1], "setting_wrong"), **facts)
    if error["type"] == "list_type":
        return Refusal(_LISTS.get(path[-1], "setting_wrong"), **facts)
    code = _CODES.get(error["type"], "setting_wrong")
    if code == "setting_not_one_of":
        return Refusal(code, known=re.findall(r"'(.*?)'", error["ctx"]["expected"]), **facts)
    if error["type"] == "segment_unknown":
        return Refusal("setting_not_one_of", known=error["ctx"]["known"], **facts)
    if code == "setting_not_a_number":
        least, most = _bounds(path)
        return (
            Refusal("setting_not_in_range", **facts, least=least, most=most)
            if most
            else Refusal(code, **facts, least=least)
        )
    return Refusal(code, **facts)


def _bounds(path: list[str]) -> tuple[int, int | None]:
    """What a number must be, least and most, as the settings declare it: an error of what is no number does not tell."""
    model: type[BaseModel] = Settings
    *sections, key = path
    for section in sections:
        model = type(model.model_fields[section].default)
    declared = model.model_fields[key].metadata
    least = next((rule.ge for rule in declared if isinstance(rule, Ge)), 0)
    most = next((rule.le for rule in declared if isinstance(rule, Le)), None)
    return int(str(least)), None if most is None else int(str(most))


def _place(path: list[str]) -> str:
    """The environment is asked first, as it wins over the file: the variable of the key, or of a section that holds it."""
    values = {name.upper(): value for name, value in os.environ.items()}
    for size in range(len(path), 0, -1):
        variable = _variable(*path[:size])
        if variable in values and _holds(values[variable], path[size:]):
            return variable
    return f"{FILE}:{_line(Path(FILE).read_text(encoding='utf-8').splitlines(), path)}" if Path(FILE).exists() else FILE


def _variable(*path: str) -> str:
    return "BILIMKOZ_" + "__".join(path).upper()


def _holds(value: str, keys: list[str]) -> bool:
    """Whether a variable's JSON has a key in it; where none is asked for, it is what is asked for itself."""
    if not keys:
        return True
    try:
        told = json.loads(value)
    except ValueError:
        return False
    for key in keys:
        if not isinstance(told, dict) or key not in told:
            return False
        told = told[key]
    return True


def _line(lines: list[str], path: list[str]) -> int:
    """The line on which a key stands, or that of its section where it is written in another way."""
    section, found = "", 1
    for number, line in enumerate(lines, start=1):
        header = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
        if header:
            section = header.group(1)
            if section == path[0]:
                found = number
        key = re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", line)
        named = [*([section] if section else []), *(key.group(1).split(".") if key else [])]
        if key and (named == path or (named == path[:1] and len(path) > 1)):
            return number
    return found
