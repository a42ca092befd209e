"""Rows of text are judged and divided: good ones land, the rules that bad ones break go to quarantine.

Several files of one kind may be judged at once; `_source` says which of them a row is from, by its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bilimkoz.connection import registered
from bilimkoz.sql import literal
from ingest import kept_texts, nested
from ingest.contract import Contract, Rule, contract
from ingest.distinct import where
from ingest.judge import flag, judged
from ingest.landed import key_hash
from ingest.parsed import Counts, File, Parsed
from ingest.problems import Refusal
from ingest.readers.header import Header, plain
from ingest.workshop import Workshop, unsure

#: Whose cards answered, and when.
_ANSWERED = """insert into answered
    with given as (select *, cleaned({given}) as given from cards where not is_empty),
    parted as (select *, scheme_of(given) as scheme, number_of(given) as number from given),
    known as (select *, canonical_id(scheme, number) as person_id from parted)
    select _parse, _row, pseudonym('person', person_id), answered_on, answered_at from known join sources using (_source)"""


@dataclass
class Reading:
    """A file while it is read, and what came of it so far. `header` is that of a table, once it is found."""

    file: File
    header: Header | None = None
    #: Why no row of it may stay, where one holds what may not come in.
    refused: Refusal | None = field(default=None, init=False)
    counted: list[tuple[int, int, int]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.parsed = Parsed(self.file.parse_id)
        self._begin()

    def _begin(self) -> None:
        feed = contract(self.file.feed)
        self.parsed.records_n = 0
        self.parsed.counts = {target: Counts() for target in feed.targets}
        is_text = self.file.path.suffix.lower() in (".csv", ".json", ".jsonl")
        encoding = self.file.fingerprint.encoding
        self.parsed.notes = {"encoding": encoding} if is_text and encoding != "utf-8" else {}

    def count_records(self, records_n: int, empty_n: int, worded_n: int) -> None:
        """Adds records, those without any row in them, and answers in words: all that is counted before rows are judged."""
        self.counted.append((records_n, empty_n, worded_n))
        if worded_n:
            self.parsed.notes["in_words"] = self.parsed.notes.get("in_words", 0) + worded_n
        counts = self.parsed.counts[self.file.feed]
        self.parsed.records_n += records_n
        counts.empty_n += empty_n
        counts.read_n += empty_n

    def begin_anew(self, workshop: Workshop) -> None:
        """Takes back what came of judging it."""
        workshop.forget_bad(self.file.parse_id)
        self._begin()
        counted, self.counted = self.counted, []
        for numbers in counted:
            self.count_records(*numbers)

    def give_up(self, workshop: Workshop) -> None:
        """Takes back all that came of it."""
        self.counted.clear()
        workshop.good.forget(self.file.parse_id)
        self.begin_anew(workshop)
        self.parsed.counts.clear()


def part(workshop: Workshop, readings: Sequence[Reading], rows: pa.Table) -> None:
    """Judges rows of files of one kind. `rows` holds `_source`, `_row`, and what the files hold as text.

    Of a table these are `_item`, `_broken`, columns by their names in the contract, and unknown ones as `_unknown_0`, …;
    of a nested file, `record`.
    """
    feed = contract(readings[0].file.feed)
    workshop.speak_for([reading.file.sender for reading in readings])
    workshop.good.begin([reading.file for reading in readings])
    if feed.sections:
        _cards(workshop, feed, readings, rows)
    else:
        _table(workshop, feed, readings, rows)
    workshop.good.write()


def _table(workshop: Workshop, feed: Contract, readings: Sequence[Reading], rows: pa.Table) -> None:
    unknown_n = sum(name.startswith("_unknown_") for name in rows.column_names)
    # Of names, which are not kept, it is looked at whether letters in them are lost.
    dropped = {column.name for column in feed.columns if column.privacy == "drop"}
    names = [f"_dropped_{name}" if name in dropped else name for name in rows.column_names]
    rows = _refuse(feed, readings, rows.rename_columns(names))
    if len(rows):
        scoped = readings[0].file.sender.institutions is not None and feed.sender_scope is not None
        with judged(workshop.connection, feed, rows, (), scoped) as found:
            _note(workshop.connection, readings, unknown_n, found)
            _divide(workshop, feed, readings, found)
    for reading in readings:
        if reading.header is None or not reading.header.items:
            reading.parsed.records_n = reading.parsed.counts[feed.feed].read_n


def _cards(workshop: Workshop, feed: Contract, readings: Sequence[Reading], rows: pa.Table) -> None:
    connection = workshop.connection
    with registered(connection, "card_texts", rows):
        counts = nested.sort_out(connection, feed, "from card_texts")
    is_scoped = readings[0].file.sender.institutions is not None
    for number, target in enumerate(feed.targets):
        # A record that is no object counts once.
        for scoped, rules, leaves in _leaves(connection, feed, target, is_scoped, with_broken=number == 0):
            with judged(connection, contract(target), leaves, rules, scoped) as found:
                _note(connection, readings, 0, found)
                _divide(workshop, contract(target), readings, found)
    for source, cards_n, empty_n, broken_n in counts:
        parsed = readings[source].parsed
        parsed.records_n += cards_n + broken_n
        first = parsed.counts[feed.targets[0]]
        first.empty_n += empty_n
        first.read_n += empty_n
        if empty_n:
            parsed.notes["empty"] = parsed.notes.get("empty", 0) + empty_n
    if "personColumn" in feed.nested:
        connection.execute(_ANSWERED.format(given=feed.nested["personColumn"]))
    connection.execute("drop table cards")


def _leaves(
    connection: duckdb.DuckDBPyConnection, feed: Contract, target: str, is_scoped: bool, with_broken: bool
) -> Iterator[tuple[bool, tuple[Rule, ...], pa.Table]]:
    """Rows of text of the lists of a nested feed which fill one target, with the rules of these lists.

    An institution that is told by its name has no id yet by which it could be a sender's own: such lists stand apart.
    """
    lists: dict[bool, list[pa.Table]] = {}
    rules: dict[bool, dict[str, Rule]] = {}
    for section in feed.sections:
        if section.target != target:
            continue
        rows, raw = nested.section_rows(section)
        cells = [f'{sql} as "{name}"' for name, sql in raw.items()]
        cells += [f'coalesce(not ({rule.sql}), false) as "{flag(rule)}"' for rule in section.rules]
        told = connection.execute(f"select _source, _row, _item, _broken, {', '.join(cells)} from ({rows})")
        by_name = raw.get(contract(target).sender_scope or "", "").startswith("named_id(")
        lists.setdefault(is_scoped and not by_name, []).append(told.to_arrow_table())
        rules.setdefault(is_scoped and not by_name, {}).update({rule.name: rule for rule in section.rules})
    if with_broken:
        broken = connection.execute("select _source, _row, '' as _item, true as _broken from broken")
        next(iter(lists.values())).append(broken.to_arrow_table())
    for scoped, parts in lists.items():
        leaves = pa.concat_tables(parts, promote_options="default")
        if len(leaves):
            yield scoped, tuple(rules[scoped].values()), leaves


def _note(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading], unknown_n: int, found: pa.Table) -> None:
    """Adds what view `judged`, of the rows of `found`, says of letters lost, of titles without a code and of columns that are
    not known."""
    for name in found.column_names:
        if name.startswith("_unplaced_"):
            told = found["_source"].filter(found[name].cast(pa.bool_()).fill_null(False)).value_counts().to_pylist()
            for count in told:
                unplaced = readings[count["values"]].parsed.notes.setdefault("unplaced", {})
                column = name.removeprefix("_unplaced_")
                unplaced[column] = unplaced.get(column, 0) + count["counts"]
    if not unknown_n and not any(name.startswith("_lost_") for name in found.column_names):
        return
    kinds = "".join(f", count(_unknown_{number}), max(_unknown_{number})" for number in range(unknown_n))
    kinds_of = connection.execute(f"select _source, count(*) filter (_letters_lost){kinds} from judged group by all")
    by_source: dict[int, list[Any]] = {source: rest for source, *rest in kinds_of.fetchall()}
    for source, reading in enumerate(readings):
        lost, *kept = by_source.get(source, [0, *[0, None] * unknown_n])
        notes = reading.parsed.notes
        if lost:
            notes["letters_lost"] = notes.get("letters_lost", 0) + lost
        if reading.header is None or not reading.header.unknown:
            continue
        fresh = [
            {"name": _without_numbers(name), "filled_n": 0, "type": ""} for name in reading.header.unknown.values()
        ]
        columns = notes.setdefault("unknown_columns", fresh)
        for column, filled_n, kind in zip(columns, kept[::2], kept[1::2], strict=False):
            column["filled_n"] += filled_n
            # The kinds in the order of their names are in the order of what they may hold: date, number, text.
            column["type"] = max(column["type"], kind or "")


def _without_numbers(name: str) -> str:
    """A column's name without what may be somebody's number (a list without a header has data where names stand)."""
    return re.sub(r"\d{6,}", "…", name)[:100]


def _divide(workshop: Workshop, feed: Contract, readings: Sequence[Reading], found: pa.Table) -> None:
    """Divides the rows of `judged`, which are those of `found`; the counts of the readings grow by what it holds."""
    is_bad = found["_is_bad"]
    for count in _counted(found):
        counts = readings[count["_source"]].parsed.counts[feed.feed]
        counts.read_n += count["count_all"]
        if count["_is_bad"]:
            counts.quarantined_n += count["count_all"]
        else:
            counts.landed_n += count["count_all"]
            counts.repaired_n += count["repaired_sum"]
    if not pc.all(is_bad).as_py():
        _land(workshop, feed, readings, found.filter(pc.invert(is_bad)))
    if pc.any(is_bad).as_py():
        workshop.connection.execute(
            f"""insert into quarantined
            select _parse, _file_sha256, {literal(feed.feed)}, _row, _item, v.rule, v.column, key_hash, meant_id
            from (select _source, _row, _item, unnest(_violations) as v, {_meaning(feed)} from judged
                where _is_bad) join sources using (_source)"""
        )


def _counted(found: pa.Table) -> list[dict[str, Any]]:
    """How many rows of each file are good and bad (`count_all`), and how many ids in them got their zeros back."""
    repaired = pa.repeat(0, len(found))
    for name in found.column_names:
        if name.startswith("_repaired_"):
            repaired = pc.add(repaired, found[name].cast(pa.bool_()).fill_null(False).cast(pa.int64()))
    rows = pa.table({"_source": found["_source"], "_is_bad": found["_is_bad"], "repaired": repaired})
    sums: list[Any] = [([], "count_all"), ("repaired", "sum")]
    counted: list[dict[str, Any]] = rows.group_by(["_source", "_is_bad"]).aggregate(sums).to_pylist()
    return counted


def _land(workshop: Workshop, feed: Contract, readings: Sequence[Reading], good: pa.Table) -> None:
    """Good rows land, and their texts apart; of one without consent the key does, so that a later yes or no finds it."""
    if feed.consent:
        agreed = good[feed.consent].cast(pa.bool_())
        withheld = [column.name for column in feed.loaded_columns if column.name not in (*feed.key, feed.consent)]
        for place, name in enumerate(good.column_names):
            if name in withheld:
                good = good.set_column(place, name, where(agreed, good[name]))
        refused = good.filter(pc.invert(agreed))["_source"].value_counts().to_pylist()
        for count in refused:
            readings[count["values"]].parsed.counts[feed.feed].without_consent_n += count["counts"]
    workshop.good.add(feed, good)
    kept_texts.keep(workshop, feed)


def is_refused(feed: Contract, column: str, value: str) -> bool:
    """Whether a value is one for which a file is refused, however it is written."""
    return plain(value) in map(plain, feed.refused_values.get(column, ()))


def _refuse(feed: Contract, readings: Sequence[Reading], rows: pa.Table) -> pa.Table:
    """The rows without files that hold what may not come in at all, which is said in their `refused`."""
    for name in feed.refused_values:
        if name not in rows.column_names:
            continue
        said = rows[name].cast(pa.string())
        bad = [value for value in pc.unique(said).to_pylist() if value and is_refused(feed, name, value)]
        held = pa.table({"source": rows["_source"], "said": said}).filter(pc.is_in(said, pa.array(bad, pa.string())))
        once = held.group_by(["source", "said"]).aggregate([])
        for source, value in zip(once["source"].to_pylist(), once["said"].to_pylist(), strict=True):
            readings[source].refused = Refusal("value_refused", column=name, value=value.strip().lower())
        found = once["source"].to_pylist()
        rows = rows.filter(pc.invert(pc.is_in(rows["_source"], pa.array(found, pa.int32()))))
    return rows


def _meaning(feed: Contract) -> str:
    """SQL for which row a bad one of view `judged` is: `key_hash`, or else `meant_id`, whose it may be.

    A list goes on holding the row it has wrong. The hash is kept only where a person's pseudonym is part of the key, so
    that it cannot be guessed; where the key itself is wrong, the person stays, or else an institution that good rows of
    the same file name. Which do is known when all are read (`ingest.repeats`); until then it is kept as none could read
    it, since in a cell of a column that slid stands anything.
    """
    persons = [f'"{name}"' for name in feed.key if feed.column(name).privacy == "person"]
    named = ", ".join(literal(name) for name in feed.key)
    broken = f"len(list_filter(_violations, lambda v: v.column is null or v.column in ({named}))) > 0"
    known = [*persons[:1], *([unsure(feed.sender_scope)] if feed.sender_scope else [])]
    hashed = f"case when not ({broken}) then {key_hash(feed)} end" if persons else "cast(null as varchar)"
    meant = f"coalesce({', '.join(known)})" if known else "cast(null as varchar)"
    return f"{hashed} as key_hash, case when {broken} then {meant} end as meant_id"
