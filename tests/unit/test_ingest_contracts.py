"""Contracts are valid documents of the Open Data Contract Standard, and complete."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from ingest.contract import CONTRACTS, LANGUAGES, PHYSICAL_TYPES, contract, feeds, source_feeds, target_feeds

TABLES = [feed for feed in feeds() if not contract(feed).sections]
NESTED = [feed for feed in feeds() if contract(feed).sections]


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text())
    return schema


@pytest.mark.parametrize("feed", feeds())
def test_valid_by_the_standard(feed: str) -> None:
    text = (CONTRACTS / f"{feed}.yaml").read_text(encoding="utf-8")
    OpenDataContractStandard.from_string(text)
    document = json.loads(json.dumps(yaml.safe_load(text), default=str))
    assert document["apiVersion"] == "v3.2.0"


@pytest.mark.parametrize("feed", feeds())
def test_named_as_its_file(feed: str) -> None:
    assert contract(feed).feed == feed
    assert set(contract(feed).labels) == set(LANGUAGES)
    assert 0 < contract(feed).max_bad_share < 1


@pytest.mark.parametrize("feed", TABLES)
def test_every_column_has_three_labels_and_a_meaning(feed: str) -> None:
    for column in contract(feed).columns:
        assert set(column.labels) == set(LANGUAGES), column.name
        assert all(label.strip() for label in column.labels.values()), column.name
        assert column.description, column.name
        assert column.type in PHYSICAL_TYPES, column.name
        assert column.privacy in (None, "person", "drop", "text"), column.name


@pytest.mark.parametrize("feed", TABLES)
def test_no_header_means_two_columns(feed: str) -> None:
    """Compared without case, spaces and punctuation, and with ё as е: so loosely are headers read."""
    meanings: dict[str, set[str]] = {}
    for column in contract(feed).columns:
        for word in (column.name, *column.labels.values(), *(label.split("(")[0] for label in column.labels.values())):
            plain = "".join(letter for letter in word.lower().replace("ё", "е") if letter.isalnum())
            meanings.setdefault(plain, set()).add(column.name)
    assert {word: names for word, names in meanings.items() if len(names) > 1} == {}


@pytest.mark.parametrize("feed", TABLES)
def test_key_is_there_and_begins_with_what_is_required(feed: str) -> None:
    """A later column of a key may be absent, and its absence is a value: which ones, test_contracts_all lists."""
    key = contract(feed).key
    assert key
    assert contract(feed).column(key[0]).required


@pytest.mark.parametrize("feed", TABLES)
def test_references_lead_to_a_key(feed: str) -> None:
    for column in contract(feed).columns:
        if column.references:
            parent, name = column.references
            assert contract(parent).column(name).type == column.type, column.name
            assert name in contract(parent).key, column.name


@pytest.mark.parametrize("feed", NESTED)
def test_nested_sources_fill_columns_that_exist(feed: str) -> None:
    for section in contract(feed).sections:
        target = contract(section.target)
        names = {column.name for column in section.columns}
        assert names <= {column.name for column in target.loaded_columns}
        assert {column.name for column in target.columns if column.required} <= names


def test_sources_of_a_target() -> None:
    assert source_feeds("institutions") == ("institutions", "ehis_institutions")
    assert source_feeds("staff_employment") == ("staff_employment", "ehis_person_cards")
    assert set(target_feeds()) == set(TABLES)


def test_the_standard_refuses_what_is_no_contract() -> None:
    """Positive control: the schema is not one that lets everything pass."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"kind": "DataContract"}, _schema())


@pytest.mark.parametrize("feed", feeds())
def test_valid_by_the_schema_of_the_standard(feed: str) -> None:
    document = yaml.safe_load((CONTRACTS / f"{feed}.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(document, default=str)), _schema())
