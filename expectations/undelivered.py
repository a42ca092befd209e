"""Which institutions gate `coverage` misses, and which senders are to speak for them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Undelivered:
    """An institution that is expected and has not delivered; `senders` are those it is named to, or those of its oblast."""

    institution_id: str
    senders: tuple[str, ...]


def undelivered(connection: duckdb.DuckDBPyConnection) -> list[Undelivered]:
    """Those of a candidate warehouse, in the order of their ids; none where it was not built so far."""
    built = connection.execute(
        "select count(*) from information_schema.tables where (table_schema, table_name) in"
        " (('marts', 'institution_coverage'), ('log', 'senders'))"
    ).fetchall()
    if built[0][0] < 2:
        return []
    rows = connection.execute(
        """
        select
            c.institution_id,
            coalesce(
                list_sort(list(s.sender) filter (list_contains(s.institutions, c.institution_id))),
                list_sort(list(s.sender) filter (
                    s.institutions is null and s.region_code = c.oblast_code
                    and list_contains(s.feeds, 'staff_employment')
                )),
                []
            )
        from marts.institution_coverage as c
        cross join log.senders as s
        where not c.is_delivered
        group by c.institution_id
        order by c.institution_id
        """
    ).fetchall()
    return [Undelivered(institution, tuple(senders)) for institution, senders in rows]
