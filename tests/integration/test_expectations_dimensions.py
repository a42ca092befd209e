"""The suites of the dimensions, the bridge and the spells: sound tables pass, each rule finds its fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilimkoz.connection import connect
from expectations.gate_log import GateResult
from expectations.runner import run_suites
from expectations.suites import suites_of

# One oblast with a city; a school and a small school in it; one cluster; one person with two stretches at the school.
SOUND = """
create schema marts;
create table marts.dim_region as select * from (values
    ('000000000', 'ҚР', 'РК', 'KZ', 'country', null, '000000000', 0, null, null),
    ('710000000', 'а', 'а', 'a', 'oblast', '000000000', '000000000/710000000', 1, '710000000', null),
    ('711000000', 'б', 'б', 'b', 'city', '710000000', '000000000/710000000/711000000', 2, '710000000', 'urban')
) as v(region_code, name_kk, name_ru, name_en, level, parent_code, region_path, ancestors_n, oblast_code, urban_rural);
create table marts.dim_institution as select institution_id, 'Мектеп' as name_kk, cast(null as varchar) as name_ru,
    cast(null as varchar) as name_en, cast(null as varchar) as name_local, kind,
    kind = 'small_school' as is_small_school, region_code, oblast_code, urban_rural, cast(null as varchar) as ownership,
    cast(null as varchar) as teaching_languages, 'active' as registry_status, date '1990-09-01' as opened_on,
    cast(null as date) as closed_on, false as is_support_school, false as is_target_school,
    cast(null as date) as confirmed_through_on
from (values ('A', 'school', '711000000', '710000000', 'urban'), ('B', 'small_school', 'unknown', 'unknown', 'unknown'))
    as v(institution_id, kind, region_code, oblast_code, urban_rural);
create table marts.dim_cluster as select 'K' as cluster_id, 'Кластер' as name_kk, null::varchar as name_ru,
    null::varchar as name_en, 'pedagogical_network' as kind, '710000000' as region_code,
    date '2020-01-01' as founded_on, null::varchar as legal_form,
    null::varchar as specialisations, 'pilot' as stage, null::varchar as goals,
    null::varchar as monitoring_kpis;
create table marts.bridge_cluster_member as select 'K' as cluster_id, 'A' as institution_id,
    date '2020-01-01' as joined_on, cast(null as date) as left_on, 'base_school' as cluster_role, true as is_founder,
    null::varchar as duties;
create table marts.dim_person as select repeat('0f', 16) as person_id, 'f' as sex, 1990 as birth_band_start_year,
    '1990-1994' as birth_band, false as is_local;
create table marts.dim_school_year as select * from (values
    ('1999/00', 1999, date '1999-09-01', date '2000-08-31', false),
    ('2000/01', 2000, date '2000-09-01', date '2001-08-31', true)
) as v(school_year, start_year, starts_on, ends_on, is_current);
create table marts.fct_employment_spell as select repeat('0f', 16) as person_id, 'A' as institution_id,
    'teacher' as position_group, * from (values
    (1, date '2019-09-01', date '2020-08-01', false, false, 2, 12, 1.0),
    (2, date '2021-09-01', date '2021-09-01', true, false, 1, 1, 0.5)
) as v(spell_no, start_month_on, held_through_month_on, is_open, is_last_of_career, posts_n, held_months,
    largest_load_fte);
create table marts.institution_coverage as select 'A' as institution_id, '710000000' as oblast_code,
    true as is_delivered, date '2020-09-15' as heard_on, false as is_stale, 30 as head_n;
"""
TABLES = (
    "dim_region", "dim_institution", "dim_cluster", "bridge_cluster_member", "dim_person", "dim_school_year",
    "fct_employment_spell", "institution_coverage",
)  # fmt: skip


def spoiled(tmp_path: Path, table: str, statement: str = "") -> GateResult:
    warehouse = tmp_path / "warehouse.duckdb"
    with connect(warehouse) as connection:
        connection.execute(SOUND)
        if statement:
            connection.execute(statement)
    suites = [suite for suite in suites_of("marts") if suite.table == table]
    (result,) = run_suites("marts", warehouse, tmp_path / "gates.parquet", run_id="run-1", suites=suites)
    return result


@pytest.mark.parametrize("table", TABLES)
def test_sound_tables_pass(tmp_path: Path, table: str) -> None:
    result = spoiled(tmp_path, table)
    assert result.passed, result.observed


@pytest.mark.parametrize("table", [table for table in TABLES if table not in ("dim_cluster", "bridge_cluster_member")])
def test_empty_tables_fail(tmp_path: Path, table: str) -> None:
    assert "has rows" in spoiled(tmp_path, table, f"delete from marts.{table}").observed


@pytest.mark.parametrize("table", ["dim_cluster", "bridge_cluster_member"])
def test_a_warehouse_may_have_no_cluster(tmp_path: Path, table: str) -> None:
    statement = "delete from marts.bridge_cluster_member; delete from marts.dim_cluster"
    assert spoiled(tmp_path, table, statement).passed


@pytest.mark.parametrize("table", TABLES)
def test_the_grain_is_unique(tmp_path: Path, table: str) -> None:
    result = spoiled(tmp_path, table, f"insert into marts.{table} select * from marts.{table} limit 1")
    assert "key is unique" in result.failing


FAULTS = [
    ("dim_region", "set parent_code = '799999999' where level = 'city'", "parent is known"),
    ("dim_region", "set parent_code = region_code where level = 'city'", "parent is known"),
    ("dim_region", "set region_path = '711000000' where level = 'city'", "path goes down"),
    ("dim_region", "set ancestors_n = 1 where level = 'city'", "path goes down"),
    ("dim_region", "set oblast_code = '000000000' where level = 'city'", "oblast is known"),
    ("dim_region", "set level = 'village' where level = 'city'", "level is in its list"),
    ("dim_institution", "set region_code = '799999999' where institution_id = 'A'", "region is known"),
    ("dim_institution", "set oblast_code = '799999999' where institution_id = 'A'", "region is known"),
    ("dim_institution", "set name_kk = null where institution_id = 'A'", "has a name"),
    ("dim_institution", "set closed_on = date '1990-08-31'", "dates are in order"),
    ("dim_institution", "set is_small_school = true where institution_id = 'A'", "small is a kind"),
    ("dim_institution", "set registry_status = 'open'", "registry_status is in its list"),
    ("dim_cluster", "set region_code = '799999999'", "region is known"),
    ("dim_cluster", "set kind = 'club'", "kind is in its list"),
    ("bridge_cluster_member", "set left_on = date '2019-12-31'", "dates are in order"),
    ("bridge_cluster_member", "set cluster_id = 'L'", "cluster is known"),
    ("bridge_cluster_member", "set institution_id = 'Z'", "institution is known"),
    ("bridge_cluster_member", "set cluster_role = 'friend'", "cluster_role is in its list"),
    ("dim_person", "set person_id = '900101400123'", "person is a pseudonym"),
    ("dim_person", "set birth_band = '1991-1995', birth_band_start_year = 1991", "birth is by fives"),
    ("dim_person", "set birth_band = '1990-1995'", "birth is by fives"),
    ("dim_person", "set sex = 'w'", "sex is in its list"),
    ("dim_school_year", "set ends_on = ends_on - 1 where start_year = 1999", "runs from September to August"),
    ("dim_school_year", "set school_year = '1999/100' where start_year = 1999", "label is of the year"),
    ("dim_school_year", "set is_current = true", "one is current"),
    ("dim_school_year", "set is_current = false", "one is current"),
    ("dim_school_year", "set start_year = 1990 where start_year = 1999", "years follow each other"),
    ("fct_employment_spell", "set held_through_month_on = date '2019-08-01' where spell_no = 1", "months are in order"),
    ("fct_employment_spell", "set start_month_on = date '2019-09-02' where spell_no = 1", "no exact day"),
    ("fct_employment_spell", "set held_months = 11 where spell_no = 1", "months are counted"),
    ("fct_employment_spell", "set spell_no = 3 where spell_no = 2", "stretches follow each other"),
    ("fct_employment_spell", "set start_month_on = '2020-07-01' where spell_no = 2", "stretches follow each other"),
    ("fct_employment_spell", "set person_id = repeat('0e', 16)", "person is known"),
    ("fct_employment_spell", "set institution_id = 'Z'", "institution is known"),
    ("institution_coverage", "set institution_id = 'Z'", "institution is known"),
    ("institution_coverage", "set head_n = -1", "head_n is in range"),
    ("institution_coverage", "set is_delivered = false", "heads were delivered"),
]


@pytest.mark.parametrize(("table", "change", "rule"), FAULTS)
def test_a_fault_is_found(tmp_path: Path, table: str, change: str, rule: str) -> None:
    result = spoiled(tmp_path, table, f"update marts.{table} {change}")
    assert not result.passed
    assert rule in result.observed


def test_a_spell_that_breaks_a_rule_is_shown_without_the_person(tmp_path: Path) -> None:
    result = spoiled(tmp_path, "fct_employment_spell", "update marts.fct_employment_spell set held_months = 99")
    assert [row["institution_id"] for row in result.failing["months are counted"]] == ["A", "A"]
    assert "0f0f" not in str(result)
