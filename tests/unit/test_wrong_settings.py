"""Wrong settings are named by file, line and key, in the reader's language, and end with exit 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bilimkoz import settings as configuration
from bilimkoz import texts, wrong_settings
from ingest.contract import LANGUAGES
from ingest.problems import Refusal

#: What stands in the file, the code, the place, the key.
FILES = {
    "no TOML": ("language = ru\n", "settings_not_toml", "bilimkoz.toml:1", None),
    "no TOML below": ('language = "ru"\n\nthreads = = 2\n', "settings_not_toml", "bilimkoz.toml:3", None),
    "cut off": ('language = "ru"\nthreads =', "settings_not_toml", "bilimkoz.toml:2", None),
    "twice": ("threads = 2\nthreads = 3\n", "settings_not_toml", "bilimkoz.toml:2", None),
    "language": ('threads = 2\nlanguage = "de"\n', "setting_not_one_of", "bilimkoz.toml:2", "language"),
    "threads": ('threads = "many"\n', "setting_not_a_number", "bilimkoz.toml:1", "threads"),
    "no threads": ("# first\nthreads = 0\n", "setting_not_a_number", "bilimkoz.toml:2", "threads"),
    "half a thread": ("threads = 1.5\n", "setting_not_a_number", "bilimkoz.toml:1", "threads"),
    "unknown": ('\n\nlangage = "ru"\n', "setting_unknown", "bilimkoz.toml:3", "langage"),
    "memory": ('memory_limit = "lots"\n', "setting_not_a_size", "bilimkoz.toml:1", "memory_limit"),
    "memory as a number": ("memory_limit = 2\n", "setting_not_text", "bilimkoz.toml:1", "memory_limit"),
    "yes": ('no_manifest = "perhaps"\n', "setting_not_true_or_false", "bilimkoz.toml:1", "no_manifest"),
    "path": ("data_root = 5\n", "setting_not_text", "bilimkoz.toml:1", "data_root"),
    "section": ("retention = 5\n", "setting_not_a_section", "bilimkoz.toml:1", "retention"),
    "in a section": (
        "threads = 2\n[retention]\ngap_tolerance_days = -1\n",
        "setting_not_a_number",
        "bilimkoz.toml:3",
        "retention.gap_tolerance_days",
    ),
    "unknown in a section": ("[retention]\nthreads = 2\n", "setting_unknown", "bilimkoz.toml:2", "retention.threads"),
    "dotted": (
        'retention.next_cohort_from = "13-01"\n',
        "setting_not_a_day",
        "bilimkoz.toml:1",
        "retention.next_cohort_from",
    ),
    "no pairs": ('[retention]\npairs = "region"\n', "setting_not_pairs", "bilimkoz.toml:2", "retention.pairs"),
    "three": (
        '[retention]\npairs = [["region", "sex", "subject"]]\n',
        "setting_not_pairs",
        "bilimkoz.toml:2",
        "retention.pairs",
    ),
    "no segment": (
        '[retention]\npairs = [["region", "gender"]]\n',
        "setting_not_one_of",
        "bilimkoz.toml:2",
        "retention.pairs",
    ),
    "a pair twice": (
        '[retention]\npairs = [["region", "sex"], ["sex", "region"]]\n',
        "setting_pair_twice",
        "bilimkoz.toml:2",
        "retention.pairs",
    ),
    "beside itself": (
        '[retention]\npairs = [["sex", "sex"]]\n',
        "setting_pair_twice",
        "bilimkoz.toml:2",
        "retention.pairs",
    ),
    "no form": (
        '[value_added]\nforms = ["district", "teacher"]\n',
        "setting_not_one_of",
        "bilimkoz.toml:2",
        "value_added.forms",
    ),
    "a form alone": (
        '[value_added]\nforms = "district"\n',
        "setting_not_forms",
        "bilimkoz.toml:2",
        "value_added.forms",
    ),
    "young for long": (
        "[value_added]\nyoung_months = 600\n",
        "setting_not_in_range",
        "bilimkoz.toml:2",
        "value_added.young_months",
    ),
    "no such day": (
        '[retention]\nlast_school_day = "02-31"\n',
        "setting_not_a_last_day",
        "bilimkoz.toml:2",
        "retention.last_school_day",
    ),
    "after the year": (
        '[retention]\nlast_school_day = "12-25"\n',
        "setting_not_a_last_day",
        "bilimkoz.toml:2",
        "retention.last_school_day",
    ),
    "in braces": ("retention = {lookback_years = -1}\n", "setting_not_a_number", "bilimkoz.toml:1", None),
}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LANGUAGE", "THREADS", "MEMORY_LIMIT"):
        monkeypatch.delenv(f"BILIMKOZ_{name}", raising=False)


@pytest.mark.parametrize("name", FILES)
def test_place_and_key_are_named(name: str) -> None:
    text, code, place, key = FILES[name]
    Path("bilimkoz.toml").write_text(text)
    with pytest.raises(Refusal) as raised:
        wrong_settings.load()
    assert (raised.value.code, raised.value.facts["place"]) == (code, place)
    for language in LANGUAGES:
        said = texts.refusal(language, raised.value)
        assert place in said
        assert key is None or key in said
        assert "nput" not in said
        assert "valid" not in said


def test_a_file_that_is_not_utf8() -> None:
    Path("bilimkoz.toml").write_bytes('threads = 2\n# тіл\nlanguage = "ru"\n'.encode("cp1251", "replace"))
    with pytest.raises(Refusal, match="settings_not_utf8") as raised:
        wrong_settings.load()
    assert raised.value.facts["place"] == "bilimkoz.toml:2"


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("BILIMKOZ_THREADS", "two", "setting_not_a_number"),
        ("BILIMKOZ_LANGUAGE", "de", "setting_not_one_of"),
        ("BILIMKOZ_RETENTION__LOOKBACK_YEARS", "-3", "setting_not_a_number"),
        ("BILIMKOZ_RETENTION", "much", "setting_not_a_section"),
        ("BILIMKOZ_VALUE_ADDED", "district", "setting_not_a_section"),
        ("BILIMKOZ_VALUE_ADDED", '{"forms": "district"}', "setting_not_forms"),
        ("BILIMKOZ_VALUE_ADDED", '{"young_months": -1}', "setting_not_in_range"),
        ("BILIMKOZ_VALUE_ADDED__FORMS", "district", "setting_not_forms"),
    ],
)
def test_a_variable_is_named_and_not_the_file(
    variable: str, value: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("bilimkoz.toml").write_text('threads = 3\nlanguage = "kk"\n')
    monkeypatch.setenv(variable, value)
    with pytest.raises(Refusal) as raised:
        wrong_settings.load()
    assert (raised.value.code, raised.value.facts["place"]) == (code, variable)


def test_a_section_in_a_variable_is_named_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIMKOZ_VALUE_ADDED", "district")
    with pytest.raises(Refusal) as raised:
        wrong_settings.load()
    assert raised.value.facts == {"place": "BILIMKOZ_VALUE_ADDED", "key": "value_added"}


def test_a_section_in_a_variable_is_not_blamed_for_a_key_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILIMKOZ_VALUE_ADDED", '{"exposure_days": 10}')
    Path("bilimkoz.toml").write_text("[value_added]\nyoung_months = -1\n")
    with pytest.raises(Refusal) as raised:
        wrong_settings.load()
    assert raised.value.facts["place"] == "bilimkoz.toml:2"


@pytest.mark.parametrize(
    ("section", "key", "value", "least", "most"),
    [
        ("retention", "staff_years", "0", 1, None),
        ("retention", "staff_years", '"many"', 1, None),
        ("retention", "lookback_years", "-1", 0, None),
        ("value_added", "young_months", "-1", 0, 120),
        ("value_added", "young_months", "1.5", 0, 120),
        ("value_added", "exposure_days", "366", 0, 365),
        ("value_added", "course_days", "-1", 0, 365),
    ],
)
def test_the_bound_that_is_told_is_the_one_that_holds(
    section: str, key: str, value: str, least: int, most: int | None
) -> None:
    Path("bilimkoz.toml").write_text(f"[{section}]\n{key} = {value}\n")
    with pytest.raises(Refusal) as raised:
        wrong_settings.load()
    assert (raised.value.facts["least"], raised.value.facts.get("most")) == (least, most)
    for bound in (least, most) if most else (least,):
        Path("bilimkoz.toml").write_text(f"[{section}]\n{key} = {bound}\n")
        wrong_settings.load()


def test_a_form_alone_is_answered_with_a_list_of_forms() -> None:
    Path("bilimkoz.toml").write_text('[value_added]\nforms = "district"\n')
    with pytest.raises(Refusal) as raised:
        wrong_settings.load()
    for language in LANGUAGES:
        assert 'forms = ["district"]' in texts.refusal(language, raised.value)


def test_language_is_known_where_the_rest_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert configuration.language() == "ru"
    Path("bilimkoz.toml").write_text('language = "kk"\nthreads = 0\n')
    assert configuration.language() == "kk"
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", "en")
    assert configuration.language() == "en"
    Path("bilimkoz.toml").write_text("language = \n")
    monkeypatch.delenv("BILIMKOZ_LANGUAGE")
    assert configuration.language() == "ru"


@pytest.mark.parametrize("text", ["language = ru\n", 'language = "kk"\nthreads = "x"\n'])
@pytest.mark.parametrize("command", [["doctor"], ["run"], ["simulate"], ["release", "list"], ["key", "init"]])
def test_every_command_exits_2_without_a_traceback(text: str, command: list[str]) -> None:
    Path("bilimkoz.toml").write_text(text)
    ran = subprocess.run(
        [Path(sys.executable).parent / "bilimkoz", *command], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "bilimkoz.toml:" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert [path.name for path in Path.cwd().iterdir()] == ["bilimkoz.toml"]
