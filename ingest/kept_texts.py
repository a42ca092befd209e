"""Free text of good rows, kept apart from them: masked, in the restricted part alone; and what it is like, by its signature."""

from __future__ import annotations

from bilimkoz.connection import registered
from bilimkoz.sql import literal
from ingest import minhash
from ingest.contract import Column, Contract
from ingest.workshop import Workshop


def keep(workshop: Workshop, feed: Contract) -> None:
    """Keeps the texts of view `judged`, of good rows with consent where the feed asks for it."""
    for column in feed.columns:
        if column.privacy == "text":
            told = f'not _is_bad and "{column.name}" is not null' + (f' and "{feed.consent}"' if feed.consent else "")
            workshop.connection.execute(
                f"""insert into texts select _parse, {literal(feed.feed)}, _row, _item, {literal(column.name)},
                masked_text("{column.name}") from judged join sources using (_source) where {told}"""
            )
            if column.signature:
                _sign(workshop, feed, column, column.signature, told)


def _sign(workshop: Workshop, feed: Contract, column: Column, scheme: str, told: str) -> None:
    """Keeps what the texts of a column of `judged` are like, of rows of which SQL `told` holds."""
    connection = workshop.connection
    rows = connection.execute(
        f"""select _parse, _row, _item, letters_of("{column.name}") as letters
        from judged join sources using (_source) where {told}"""
    ).to_arrow_table()
    made = minhash.signatures(connection, workshop.key, rows["letters"].combine_chunks())
    with registered(connection, "signed", rows.drop_columns("letters").append_column("signature", made)):
        connection.execute(
            f"""insert into signatures select _parse, {literal(feed.feed)}, _row, _item, {literal(column.name)},
            {literal(scheme)}, signature from signed where signature is not null"""
        )
