"""Contracts: one Open Data Contract Standard file a feed, the only place where a column is defined.

What belongs here: reading the YAML into small frozen objects. What does not: judging rows (`judge`),
reading files (`readers`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTRACTS = Path(__file__).parent / "contracts"
LANGUAGES = ("kk", "ru", "en")

#: Contract type -> DuckDB type. These are the only types that are the same on DuckDB and on Spark.
PHYSICAL_TYPES = {
    "string": "VARCHAR",
    "bigint": "BIGINT",
    "int": "INTEGER",
    "double": "DOUBLE",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "decimal": "DECIMAL(18,4)",
}


@dataclass(frozen=True)
class Column:
    """A column of a feed, or a mapping of one when the contract describes a nested source."""

    name: str
    type: str
    required: bool
    privacy: str | None  # person | drop | text | None
    #: Of a person: local | national, where only one of them may stand; any, where a name of the tool's own may.
    identifier: str | None
    labels: dict[str, str]
    description: str
    enum: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    minimum: Any = None
    maximum: Any = None
    pattern: str | None = None
    references: tuple[str, str] | None = None  # (feed, column)
    fill: str | None = None  # SQL for the value where the source gives none
    source_name: str | None = None
    staged_as: str = ""  # its name from staging on
    staged_from: str | None = None  # fact of the delivered file that stands in where it is absent
    unit: str | None = None  # of a number: n, hours, kzt, score, share, ...
    enum_labels: dict[str, dict[str, str]] = field(default_factory=dict)  # value -> language -> label
    is_list: bool = False  # values separated by semicolons; references, codes and persons hold of each
    domain: str | None = None  # of a person: which pseudonyms it gets, person | pupil | platform | survey
    domain_of: str | None = None  # column by whose values the domain is parted further
    codes: str | None = None  # seed whose codes the column holds
    made_from: str | None = None  # text column that ingest makes this one from where the text is sent
    signature: str | None = None  # of free text: how what it is like is kept (`ingest.minhash.SCHEME`)
    migrate: dict[str, str] | None = None  # what an older version called it (`was`), and SQL that makes this of that

    @property
    def loaded(self) -> bool:
        """Whether it stands in the table of its feed; free text goes to a restricted one."""
        return self.privacy not in ("drop", "text")

    def named(self, language: str) -> str:
        """Its label, and in brackets the name that is the same in every language."""
        return f"{self.labels.get(language, self.name)} ({self.name})"

    @property
    def is_person(self) -> bool:
        """Whether it holds one person's id."""
        return self.privacy == "person" and not self.is_list

    @property
    def sql_type(self) -> str:
        return PHYSICAL_TYPES[self.type]


@dataclass(frozen=True)
class Rule:
    """A business rule over the typed columns: `sql` is true for a good row."""

    name: str
    column: str
    sql: str
    description: str


@dataclass(frozen=True)
class Section:
    """A part of a nested source that fills one target feed (a list in a person card, say).

    `texts` names places in a record, `flags` what follows from what is written there; the SQL of columns and rules refers
    to both by these names, so that each is worked out once.
    """

    target: str
    path: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    split_by: str | None
    texts: dict[str, str] = field(default_factory=dict)
    flags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Contract:
    """A feed as its contract file defines it."""

    feed: str
    version: str
    labels: dict[str, str]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    key: tuple[str, ...]
    max_bad_share: float
    retention_class: str
    sender_scope: str | None  # column with the institution a row is about; a sender may speak for its own only
    region_scoped: bool  # whether so may a sender of a region, which dbt judges when all institutions are known
    #: Columns of the first, the last and the last confirmed day of a row, where a full list speaks of its period's rows only.
    snapshot_scope: dict[str, str] | None
    consent: str | None = None  # column that must be true; of a row where it is not, only the key is kept
    refused_values: dict[str, list[str]] = field(default_factory=dict)  # column -> values for which a file is refused
    #: How survey tools name the columns of a table with a column a question; questionnaire -> item -> its wordings.
    wide: dict[str, Any] = field(default_factory=dict)
    item_map: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    nested: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    purpose: str = ""  # in English

    @property
    def targets(self) -> tuple[str, ...]:
        """The feeds whose rows a file of this feed brings; itself unless the source is nested."""
        return tuple(dict.fromkeys(section.target for section in self.sections)) or (self.feed,)

    @property
    def read_columns(self) -> tuple[Column, ...]:
        """Columns whose values are read: those of the feed's table and free text."""
        return tuple(column for column in self.columns if column.privacy != "drop")

    @property
    def loaded_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.loaded)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def named(self, language: str) -> str:
        """Its label, and in brackets the name that is the same in every language."""
        return f"{self.labels[language]} ({self.feed})"


def feeds() -> tuple[str, ...]:
    """Names of all feeds, in alphabetical order."""
    return tuple(sorted(path.stem for path in CONTRACTS.glob("*.yaml")))


def target_feeds() -> tuple[str, ...]:
    """Feeds that have rows of their own in landing (nested sources fill these and have none)."""
    return tuple(feed for feed in feeds() if not contract(feed).sections)


def source_feeds(target: str) -> tuple[str, ...]:
    """Feeds whose files bring rows of `target`, itself first."""
    others = (feed for feed in feeds() if feed != target and target in contract(feed).targets)
    return (target, *others)


@cache
def contract(feed: str) -> Contract:
    """The contract of a feed.

    Raises:
        KeyError: no contract file has that name.
    """
    path = CONTRACTS / f"{feed}.yaml"
    if feed not in feeds():
        raise KeyError(feed)
    text = path.read_bytes()
    return parse(yaml.load(text, yaml.CSafeLoader), hashlib.sha256(text).hexdigest())


def parse(document: dict[str, Any], digest: str) -> Contract:
    """Reads one ODCS document; `digest` is the SHA-256 of its text."""
    top = _custom(document)
    nested = "recordPath" in top
    objects = document["schema"]
    own = _custom(objects[0])
    columns = () if nested else tuple(_column(item) for item in objects[0]["properties"])
    keyed = [] if nested else [item for item in objects[0]["properties"] if item.get("primaryKey")]
    facts = top if nested else own
    return Contract(
        feed=document["name"],
        version=document["version"],
        labels=facts["labels"],
        columns=columns,
        rules=() if nested else _rules(objects[0]),
        key=tuple(item["name"] for item in sorted(keyed, key=lambda item: item["primaryKeyPosition"])),
        max_bad_share=float(facts["maxBadShare"]),
        retention_class=facts["retentionClass"],
        sender_scope=own.get("senderScope"),
        snapshot_scope=own.get("snapshotScope"),
        region_scoped=bool(own.get("regionScope", False)),
        consent=own.get("consent"),
        refused_values=own.get("refusedValues", {}),
        wide=own.get("wideExports", {}),
        item_map=own.get("itemMap", {}),
        sections=tuple(_section(item) for item in objects) if nested else (),
        nested=top if nested else {},
        digest=digest,
        purpose=document.get("description", {}).get("purpose", ""),
    )


def _custom(item: dict[str, Any]) -> dict[str, Any]:
    return {entry["property"]: entry["value"] for entry in item.get("customProperties", [])}


def _section(item: dict[str, Any]) -> Section:
    return Section(
        target=item["name"],
        path=item["physicalName"],
        columns=tuple(_column(entry) for entry in item["properties"]),
        rules=_rules(item),
        split_by=_custom(item).get("splitBy"),
        texts=_custom(item).get("texts", {}),
        flags=_custom(item).get("flags", {}),
    )


def _rules(item: dict[str, Any]) -> tuple[Rule, ...]:
    return tuple(
        Rule(rule["name"], _custom(rule)["column"], rule["implementation"], rule["description"])
        for rule in item.get("quality", [])
    )


def _column(item: dict[str, Any]) -> Column:
    options = item.get("logicalTypeOptions", {})
    custom = _custom(item)
    privacy = item.get("classification")
    reference = next((link["to"] for link in item.get("relationships", [])), None)
    return Column(
        name=item["name"],
        type=item.get("physicalType", "string"),
        required=bool(item.get("required", False)),
        privacy=privacy,
        identifier=custom.get("identifier"),
        labels={
            "en": item.get("businessName", item["name"]),
            **{word["locale"]: word["synonym"] for word in item.get("synonyms", [])},
        },
        description=item.get("description", ""),
        enum=tuple(str(value["value"]) for value in item.get("enum", [])),
        examples=tuple(str(example) for example in item.get("examples", [])),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=options.get("pattern"),
        references=tuple(reference.split(".")) if reference else None,
        fill=item.get("transformLogic"),
        source_name=item.get("physicalName"),
        staged_as=custom.get("stagedAs", item["name"]),
        staged_from=custom.get("stagedFrom"),
        unit=custom.get("unit"),
        enum_labels={str(value["value"]): _enum_labels(value) for value in item.get("enum", [])},
        is_list=bool(custom.get("list", False)),
        domain=custom.get("domain", "person") if privacy == "person" else None,
        domain_of=custom.get("domainOf"),
        codes=custom.get("codes"),
        made_from=custom.get("madeFrom"),
        signature=custom.get("signature"),
        migrate=custom.get("migrate"),
    )


def _enum_labels(value: dict[str, Any]) -> dict[str, str]:
    return {"en": value.get("label", str(value["value"])), **_custom(value).get("labels", {})}
