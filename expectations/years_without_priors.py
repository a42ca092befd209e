"""School years in which value added has no prior for anybody, though tests were sat the year before. A warning and no gate: of
the first year there is none, and of a test that few grades sit there may be none.
"""

from __future__ import annotations

import duckdb

TABLE = "value_added_model"


def years_without_priors(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Those of a candidate warehouse, the earliest first; none where the table was not built."""
    built = "select 1 from information_schema.tables where table_schema = 'marts' and table_name = ?"
    if not connection.execute(built, [TABLE]).fetchall():
        return []
    rows = connection.execute(f"""
        with told as (
            select school_year, cast(left(school_year, 4) as int) as start_year, bool_and(status = 'no_prior') as none_has
            from marts.{TABLE}
            group by school_year
        )
        select told.school_year from told
        inner join told as before on before.start_year = told.start_year - 1
        where told.none_has
        order by told.school_year
    """).fetchall()
    return [str(year) for (year,) in rows]
