"""The three catalogues say the same things, and every code that can be raised has words in each."""

from __future__ import annotations

import re
import string

import pytest

from bilimkoz.settings import PROJECT
from bilimkoz.texts import catalogue, refusal
from ingest.contract import LANGUAGES, PHYSICAL_TYPES, contract, feeds
from ingest.problems import Refusal

SOURCES = [path for folder in ("bilimkoz", "ingest", "orchestration") for path in (PROJECT / folder).rglob("*.py")]


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_with_the_same_facts(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert set(other) == set(english)
    assert not [key for key in english if _fields(english[key]) != _fields(other[key])]
    assert not [key for key, text in other.items() if not text.strip()]


def test_every_refusal_has_words() -> None:
    raised = {code for path in SOURCES for code in re.findall(r'Refusal\(\s*"(\w+)"', path.read_text())}
    assert len(raised) > 30
    assert not sorted(code for code in raised if f"refusal.{code}" not in catalogue("en"))


def test_every_rule_has_words_and_a_remedy() -> None:
    named = {rule.name for feed in feeds() for rule in contract(feed).rules}
    named |= {rule.name for feed in feeds() for section in contract(feed).sections for rule in section.rules}
    named |= {
        "required",
        "type",
        "enum",
        "range",
        "pattern",
        "identifier",
        "conflict",
        "structure",
        "not_your_institution",
        "local_id_is_local",
        "person_id_is_national",
    }
    assert not [
        rule for rule in named if f"rule.{rule}" not in catalogue("en") or f"remedy.{rule}" not in catalogue("en")
    ]


def test_every_type_has_words() -> None:
    assert not [kind for kind in PHYSICAL_TYPES if f"type.{kind}" not in catalogue("en")]


def test_no_text_is_left_over() -> None:
    """Every key is spoken somewhere: whole, or as the end of a key that is put together."""
    code = "\n".join(path.read_text() for path in SOURCES)
    built = (
        "refusal.",
        "rule.",
        "remedy.",
        "doctor.",
        "check.",
        "check_page.",
        "run.state_",
        "run.step_",
        "release.",
        "quarantine.",
        "run.",
        "heading.",
        "type.",
        "limit.",
        "gate_name.",
        "feeds.",
        "form.",
        "privacy.",
        "identifier.",
        "due.",
        "revision.",
    )
    unused = [
        key
        for key in catalogue("en")
        if f'"{key}"' not in code
        and not (key.startswith(built) and re.search(rf"\b{key.split('.')[1]}\b", code))
        # Units are held against the contracts: test_form_workbook.py.
        and not key.startswith("unit.")
        # Words of codes are held against the suite of the mart and what a release is made of: test_cli_release.py,
        # test_cli_revision.py.
        and not key.startswith(("level.", "estimand.", "segment.", "status.", "reason.", "input."))
        # Words of the cluster table are held against the registry and the marts: test_cluster_table.py.
        and not key.startswith(
            ("cluster_table.", "open_warnings.", "warning.", "family.", "role.", "sign.", "trend.", "reading.")
        )
        # Remedies of gates are tested kind by kind, helps by the commands that there are: test_cli_gate_report.py and
        # test_cli_help.py.
        and not key.startswith(("rule.", "remedy.", "limit.of_", "run.state_", "run.step_", "gate_remedy.", "help."))
    ]
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_columns_are_read_out_with_the_closest_names(language: str) -> None:
    why = Refusal(
        "columns_missing", columns=["person_id", "position"], closest={"person_id": ["person"], "position": []}
    )
    text = refusal(language, why)
    assert "person_id, position" in text
    assert "person_id ← person" in text
    labels = {"kk": "ЖСН", "ru": "ИИН", "en": "Person id"}
    text = refusal(language, why, "staff_employment")
    assert f"{labels[language]} (person_id), " in text
    assert f"{labels[language]} (person_id) ← person" in text
