"""Copies that are planted in the demo's texts, beside the evidence of a release."""

from __future__ import annotations

from pathlib import Path

import duckdb

_SETTING = """
    create temp table planted as from '{truth}';
    create temp table written as
    select 'practicum_journal' as feed, entry_id as record_id, author_id, text_len_n from marts.fct_practicum_journal
    union all select 'lesson_analyses', protocol_id, observer_id, text_len_n from marts.fct_lesson_analysis
    union all select 'mentoring_meetings', meeting_id, mentor_id, text_len_n from marts.fct_mentoring_meeting;
    create temp table sent as
    select w.*, t.row_key is not null as has_words
    from written as w left join marts.fct_text as t on w.feed = t.feed and w.record_id = t.row_key
    where w.text_len_n >= 80 and w.author_id is not null"""
#: Pairs of two people that can be told; either may have the later day.
_FOUND = """
    select count(*), count(*) filter (exists(
        from marts.formalism_evidence as e
        where e.kind = p.kind and e.feed = p.feed and e.record_id in (p.record_id, p.source_record_id)
    ))
    from planted as p
    inner join sent as a on p.feed = a.feed and p.record_id = a.record_id
    inner join sent as b on p.feed = b.feed and p.source_record_id = b.record_id
    where p.kind = ? and a.author_id <> b.author_id and (p.kind = 'exact_copy' or (a.has_words and b.has_words))"""
_FALSE = """
    select count(*) from marts.formalism_evidence as e
    where e.kind = ? and not exists(
        from planted as p where p.feed = e.feed and e.record_id in (p.record_id, p.source_record_id)
    )"""


def copies(warehouse: Path, truth: Path, kind: str) -> tuple[int, int, int]:
    """Of a kind, in the restricted part of a release: planted pairs that can be told, those found, rows of no such pair."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as release (read_only); use release; {_SETTING.format(truth=truth)}")
        ((planted_n, found_n),) = connection.execute(_FOUND, [kind]).fetchall()
        ((false_n,),) = connection.execute(_FALSE, [kind]).fetchall()
    return planted_n, found_n, false_n
