"""Tests that dbt_project.yml names are tests that results can have; else nothing is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ingest_inbox import ANNA, Inbox, staff
from terminal import Terminal

from bilimkoz import texts
from bilimkoz.connection import connect
from bilimkoz.project_tests import refuse_unknown_tests
from bilimkoz.settings import PROJECT, Settings, ValueAdded
from expectations.years_without_priors import years_without_priors
from ingest.contract import LANGUAGES
from ingest.problems import Refusal

COMMITTED = (PROJECT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8")


class Edited(Settings):
    """Settings of a project whose file a steward has edited."""

    at: Path

    @property
    def dbt_project(self) -> Path:
        return self.at


def edited(folder: Path, name: str, value: str) -> tuple[Settings, int]:
    """With one variable changed, and the line on which it stands."""
    text, n = re.subn(rf"(?m)^  {name}: .*$", f"  {name}: {value}", COMMITTED)
    assert n == 1
    (folder / "dbt_project.yml").write_text(text, encoding="utf-8")
    return Edited(at=folder), text[: text.index(f"  {name}:")].count("\n") + 1


def test_what_is_committed_names_tests_of_the_contract() -> None:
    refuse_unknown_tests(Settings())


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("prior_test", "modoo", "setting_not_one_of"),
        ("prior_test", "[modo]", "setting_not_one_of"),
        ("prior_test", "", "setting_not_one_of"),
        ("value_added_tests", "[modo, ubtt]", "setting_not_tests"),
        ("value_added_tests", "modo", "setting_not_tests"),
        ("value_added_tests", "[]", "setting_not_tests"),
        ("network_tests", "[term-exam, modo]", "setting_not_tests"),
    ],
)
def test_another_is_refused_with_its_line(tmp_path: Path, name: str, value: str, code: str) -> None:
    settings, line = edited(tmp_path, name, value)
    with pytest.raises(Refusal, match=code) as raised:
        refuse_unknown_tests(settings)
    assert raised.value.facts["place"] == f"{tmp_path}/dbt_project.yml:{line}"
    for language in LANGUAGES:
        said = texts.refusal(language, raised.value)
        assert name in said
        assert "term_exam, modo, ubt" in said


@pytest.mark.parametrize(("name", "value"), [("prior_test", "term_exam"), ("value_added_tests", "[ubt]")])
def test_another_test_of_the_contract_is_taken(tmp_path: Path, name: str, value: str) -> None:
    refuse_unknown_tests(edited(tmp_path, name, value)[0])


def test_a_run_reads_nothing_with_one(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal.call("key", "init")[0] == 0
    inbox = Inbox(terminal.root)
    inbox.agree("school")
    inbox.deliver("school", "good", {"staff.csv": staff((ANNA, "1"))})
    settings, _ = edited(tmp_path, "prior_test", "modoo")
    monkeypatch.setattr(Settings, "dbt_project", settings.dbt_project)
    code, said = terminal.call("run")
    assert code == 2
    assert "prior_test" in said
    assert not (terminal.root / "landing").exists()


def test_years_that_have_tests_before_and_no_prior_are_told() -> None:
    """Of the first year nobody can have one; where one model has, the year is told."""
    with connect(None) as connection:
        assert years_without_priors(connection) == []
        connection.execute("create schema marts")
        connection.execute("create table marts.value_added_model (school_year varchar, status varchar)")
        connection.execute("""
            insert into marts.value_added_model values ('2019/20', 'no_prior'), ('2021/22', 'no_prior'),
            ('2022/23', 'no_prior'), ('2022/23', 'no_prior'), ('2023/24', 'no_prior'), ('2023/24', 'ok'),
            ('2024/25', 'no_prior'), ('2025/26', 'too_few_institutions')
        """)
        assert years_without_priors(connection) == ["2022/23", "2024/25"]


def test_the_page_names_the_file_in_which_each_setting_stands() -> None:
    """Every setting of value added, and no name that its file does not have."""
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")
        for line in re.split("\n##+ ", page.split("### Where a setting stands")[1])[0].splitlines()
        if line.startswith("| `")
    ]
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row[1])}
    assert told >= set(ValueAdded.model_fields) | {
        "prior_test",
        "value_added_tests",
        "network_tests",
        "baseline_pupils",
    }
    file = COMMITTED
    for row in rows:
        named = re.search(r"`(dbt_project/[\w./]+)`", row[3])
        file = (PROJECT / named.group(1)).read_text(encoding="utf-8") if named else file
        for name in re.findall(r"`(\w+)`", row[1]):
            assert re.search(rf"(?m)^(  \w*)?{name}[:,]", file), name
