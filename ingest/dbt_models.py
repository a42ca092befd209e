"""Writes the part of the dbt project that follows from the contracts, so that a column has one home.

    python -m ingest.dbt_models dbt_project

Per feed: `stg_<feed>` and `int_<feed>__accepted`, each one macro call and its descriptions; once: the sources and the
macros of `contracts.sql`. A test fails when the files differ from what this would write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from string import Template
from typing import Any

import yaml

from ingest import dbt_sources
from ingest.contract import Contract, contract, feeds, source_feeds, target_feeds

_NOTE = "Generated from ingest/contracts by `make generate`; edit the contract instead."
_MACROS = Template("""\
{#- $note -#}

{#- What the staging macros need to know of a feed: what its own macro below says, and nothing of what that leaves out. -#}
{% macro contract_of(feed) %}
{% set facts = $nothing %}
{% do facts.update(context['contract_of_' ~ feed]()) %}
{% if not facts.staged %}{% do facts.update({'staged': facts.columns}) %}{% endif %}
{% if not facts.staged_key %}{% do facts.update({'staged_key': facts.key}) %}{% endif %}
{% if not facts.sources %}{% do facts.update({'sources': [feed]}) %}{% endif %}
{{ return(facts) }}
{% endmacro %}

{#- All feeds with rows of their own. -#}
{% macro target_feeds() %}
{{ return($feeds) }}
{% endmacro %}

{#- Feeds with free text. -#}
{% macro text_feeds() %}
{{ return($texts) }}
{% endmacro %}

{#- Feeds with free text of which it is kept what it is like. -#}
{% macro signed_feeds() %}
{{ return($signed) }}
{% endmacro %}

{#- Feeds whose records are cards of persons, as SQL literals. -#}
{% macro card_feeds() %}$cards{% endmacro %}
$entries""")
_ORIGIN = (
    "_sender",
    "_register",
    "_delivery",
    "_delivery_no",
    "_created_at",
    "is_full_list",
    "_file_sha256",
    "_parse",
    "_row",
    "_item",
    "_source_feed",
)


def render() -> dict[str, str]:
    """Path below the dbt project -> content, for every generated file."""
    files = {"macros/contracts.sql": _contracts_macro()}
    files |= {name: _yaml(document) for name, document in dbt_sources.files().items()}
    for feed in target_feeds():
        for folder, name, macro, columns, description in _models(contract(feed)):
            files[f"models/{folder}/{name}.sql"] = f"{{#- {_NOTE} -#}}\n{{{{ {macro}('{feed}') }}}}\n"
            files[f"models/{folder}/{name}.yml"] = _model_yml(name, description, columns, _grain(contract(feed), macro))
    return files


def _models(feed: Contract) -> list[tuple[str, str, str, dict[str, str], str]]:
    named = ", ".join(f"`{column}`" for column in _staged_key(feed))
    values = {column.staged_as: _described(column.description) for column in feed.loaded_columns} | _local(feed)
    origin = {name: f"{{{{ doc('{name}') }}}}" for name in _ORIGIN}
    several = len(source_feeds(feed.feed)) > 1
    by_source = " and `_source_feed`" if several else ""
    apart = ", claims that are `is_foreign` counted apart" if _foreign(feed) else ""
    merged = "; where several feeds fill it, the newest value of each column that is not empty" if several else ""
    stage = f"stg_{feed.feed}"
    staged = f"Grain: one row per {named}{by_source}{apart}. The newest version of each row of feed `{feed.feed}` that holds."
    accepted = f"Grain: one row per {named}. Rows of `{stage}` whose references are known{merged}."
    return [
        ("staging", stage, "stage", values | origin | _foreign(feed), staged),
        ("intermediate", f"int_{feed.feed}__accepted", "accepted", values | origin, accepted),
    ]


def _described(text: str) -> str:
    return text[:1].upper() + text[1:]


def _local(feed: Contract) -> dict[str, str]:
    if not any(column.is_person for column in feed.columns):
        return {}
    return {
        "person_is_local": "Whether the person is known by an id of one register only and cannot be followed elsewhere"
    }


def _foreign(feed: Contract) -> dict[str, str]:
    if not feed.region_scoped:
        return {}
    return {"is_foreign": "Whether the institution lies outside the region that the sender may speak for"}


def _staged_key(feed: Contract) -> list[str]:
    return [feed.column(name).staged_as for name in feed.key]


def _grain(feed: Contract, macro: str) -> list[str]:
    several = macro != "accepted" and len(source_feeds(feed.feed)) > 1
    apart = [*_foreign(feed)] if macro == "stage" else []
    return [*_staged_key(feed), *(["_source_feed"] if several else []), *apart]


def _model_yml(name: str, description: str, columns: dict[str, str], grain: list[str]) -> str:
    model = {
        "name": name,
        "description": description,
        "data_tests": [{"unique_grain": {"arguments": {"columns": grain}}}],
        "columns": [{"name": column, "description": text} for column, text in columns.items()],
    }
    return _yaml({"version": 2, "models": [model]})


def _yaml(document: dict[str, Any]) -> str:
    return f"# {_NOTE}\n" + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=150)


def facts(feed: Contract) -> dict[str, Any]:
    """What the staging macros need to know of a feed."""
    sections = [
        section
        for name in source_feeds(feed.feed)
        for section in contract(name).sections
        if section.target == feed.feed
    ]
    named = {
        column.name for section in sections for column in section.columns if (column.fill or "").startswith("named_id(")
    }
    card_sources = [name for name in source_feeds(feed.feed) if "personColumn" in contract(name).nested]
    persons = [column.name for column in feed.columns if column.is_person]
    return {
        "columns": [*(column.name for column in feed.loaded_columns), *_local(feed)],
        "staged": [*(column.staged_as for column in feed.loaded_columns), *_local(feed)],
        "optional": [column.staged_as for column in feed.loaded_columns if not column.required],
        "key": list(feed.key),
        "staged_key": _staged_key(feed),
        "renamed": {column.name: column.staged_as for column in feed.loaded_columns if column.staged_as != column.name},
        "filled_from_list": next((column.name for column in feed.columns if column.staged_from), ""),
        "references": [
            {
                "column": column.staged_as,
                "feed": column.references[0],
                "parent_column": column.references[1],
                "named": column.name in named,
                "is_list": column.is_list,
            }
            for column in feed.columns
            if column.references
        ],
        "sender_scope": feed.sender_scope if feed.sender_scope and feed.region_scoped else "",
        "snapshot_scope": feed.snapshot_scope or {},
        "consent": feed.consent or "",
        "person": persons[0] if card_sources else "",
        "key_person": next((name for name in feed.key if name in persons), ""),
        "sources": list(source_feeds(feed.feed)),
    }


def _contracts_macro() -> str:
    entries = "".join(
        f"\n{{% macro contract_of_{feed}() %}}\n{{{{ return({_entry(feed, facts(contract(feed)))}) }}}}\n{{% endmacro %}}\n"
        for feed in target_feeds()
    )
    cards = ", ".join(f"'{feed}'" for feed in feeds() if "personColumn" in contract(feed).nested)
    texts = [feed for feed in target_feeds() if any(column.privacy == "text" for column in contract(feed).columns)]
    signed = [feed for feed in target_feeds() if any(column.signature for column in contract(feed).columns)]
    lists = {"feeds": json.dumps(list(target_feeds())), "texts": json.dumps(texts), "signed": json.dumps(signed)}
    lists["nothing"] = json.dumps({name: type(value)() for name, value in facts(contract(target_feeds()[0])).items()})
    return _MACROS.substitute(note=_NOTE, entries=entries, cards=cards, **lists)


def _entry(feed: str, known: dict[str, Any]) -> str:
    """One line a fact that is not what `contract_of` takes for granted, so that a change shows as the line it is."""
    granted = {"staged": known["columns"], "staged_key": known["key"], "sources": [feed]}
    told = {name: value for name, value in known.items() if value and value != granted.get(name)}
    told["references"] = [{name: value for name, value in one.items() if value} for one in known["references"]]
    lines = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items() if value
    )
    return f"{{\n{lines}\n}}"


def write(project: Path) -> None:
    """Writes every generated file below the dbt project."""
    for name, content in render().items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
