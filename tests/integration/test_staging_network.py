"""Lists that name several parents, parents in a row, withdrawn consent, and free text, from file to table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from staged import Root, table
from test_staging import BALANCE, NATIONAL, REGIONS, school

pytestmark = pytest.mark.usefixtures("dbt")

BUILT = "+int_row_balance +fct_text int_projects__accepted int_survey_responses__accepted"
CLUSTER = {"cluster_id": "k1", "name_kk": "Кластер", "kind": "pedagogical_network", "region_code": "750000000"}
CLUSTER |= {"founded_on": "2020-09-01", "stage": "pilot"}
PROJECT = {"project_id": "p1", "cluster_id": "k1", "kind": "research", "started_on": "2025-10-01"}
PROJECT |= {"implemented_in_practice": "false", "institutions": "s1;s2"}
ITEM = {"instrument": "trust", "item": "q01", "scale_min": "1", "scale_max": "5", "reverse": "false"}
WAVE = {"instrument": "trust", "wave": "w1", "phase": "single", "opened_on": "2026-03-01", "closed_on": "2026-03-31"}
ANSWER = {"instrument": "trust", "wave": "w1", "respondent_id": "r1", "item": "q01", "value": "4", "role": "teacher"}
ANSWER |= {"answered_at": "2026-03-02 10:00", "consent": "true", "text_value": "Пікірім: 87011234567"}


@pytest.fixture
def root(tmp_path: Path) -> Root:
    root = Root(tmp_path)
    root.sender("registry", NATIONAL)
    files = {"regions.csv": table(REGIONS), "institutions.csv": table([school("s1")]), "clusters.csv": table([CLUSTER])}
    root.deliver("registry", "base", "2024-01-01T00:00:00Z", files, period=None)
    return root


def _waiting(root: Root, warehouse: Path) -> list[tuple[Any, ...]]:
    return root.rows(warehouse, "select feed, reason, _row from intermediate.int_waiting_row order by all")


def test_a_row_waits_until_all_that_its_list_names_are_known(root: Root) -> None:
    projects = [PROJECT, PROJECT | {"project_id": "p2", "institutions": "s1"}]
    root.deliver("registry", "projects", "2025-01-01T00:00:00Z", {"projects.csv": table(projects)}, period=None)
    warehouse = root.build(select=BUILT)
    assert _waiting(root, warehouse) == [("projects", "waiting for institutions", 2)]
    accepted = "select project_id, institutions from intermediate.int_projects__accepted order by all"
    assert root.rows(warehouse, accepted) == [("p2", "s1")]
    assert root.rows(warehouse, BALANCE) == []
    root.deliver("registry", "more", "2025-02-01T00:00:00Z", {"institutions.csv": table([school("s2")])}, period=None)
    warehouse = root.build(select=BUILT)
    assert _waiting(root, warehouse) == []
    assert root.rows(warehouse, accepted) == [("p1", "s1;s2"), ("p2", "s1")]


def _asked(root: Root, name: str, created: str, *answers: dict[str, Any]) -> None:
    files = {"survey_responses.csv": table(list(answers))}
    root.deliver("registry", name, created, files, period=None)


def test_consent_that_is_taken_back_takes_the_answer_out(root: Root) -> None:
    """The newest word holds: of the answer that was given before only its key is left, and its text is gone."""
    questions = {"survey_instruments.csv": table([ITEM]), "survey_waves.csv": table([WAVE])}
    root.deliver("registry", "asked", "2025-01-01T00:00:00Z", questions, period=None)
    other = ANSWER | {"respondent_id": "r2", "text_value": "", "value": "2"}
    _asked(root, "a", "2026-04-01T00:00:00Z", ANSWER, other)
    accepted = "select value, consent from intermediate.int_survey_responses__accepted order by all"
    texts = "select feed, column_name, wording from marts.fct_text"
    fates = """select accepted_n, superseded_n, without_consent_n from intermediate.int_row_balance
        where path = 'survey_responses.csv' order by delivery_id = (
            select min_by(delivery_id, created_at) from log.files where path = 'survey_responses.csv') desc"""
    warehouse = root.build(select=BUILT)
    assert root.rows(warehouse, accepted) == [(2, True), (4, True)]
    assert root.rows(warehouse, texts) == [("survey_responses", "text_value", "Пікірім: [№]")]
    _asked(root, "b", "2026-05-01T00:00:00Z", ANSWER | {"consent": "false"})
    warehouse = root.build(select=BUILT)
    assert root.rows(warehouse, accepted) == [(2, True)]
    assert root.rows(warehouse, texts) == []
    assert root.rows(warehouse, fates) == [(1, 1, 0), (0, 0, 1)]
    assert root.rows(warehouse, BALANCE) == []
    # Given again, it counts again.
    _asked(root, "c", "2026-06-01T00:00:00Z", ANSWER | {"value": "5"})
    assert root.rows(root.build(select=BUILT), accepted) == [(2, True), (5, True)]


def test_an_answer_waits_for_its_questionnaire(root: Root) -> None:
    _asked(root, "a", "2026-04-01T00:00:00Z", ANSWER)
    warehouse = root.build(select=BUILT)
    assert _waiting(root, warehouse) == [("survey_responses", "waiting for survey_instruments", 2)]
    assert root.rows(warehouse, "select count(*) from marts.fct_text") == [(0,)]
