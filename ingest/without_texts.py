"""A list without its free text: the hash and the length of each stand in its place, for a sender that may not send texts.

The hash is of the text's letters alone, as ingest makes it where the text is sent, so that both agree.
"""

from __future__ import annotations

from pathlib import Path

from bilimkoz.sql import literal
from ingest.contract import contract
from ingest.problems import Refusal
from ingest.pseudonym import Key
from ingest.readers import reader_of
from ingest.readers.text import fingerprint
from ingest.workshop import Workshop


def write(path: Path, feed: str, into: Path, code_map: Path, memory_limit: str = "2GB") -> int:
    """Writes the list as CSV, with the columns that its contract knows; returns how many rows there are.

    Raises:
        Refusal: the feed has no text of which a hash is made, or the file or a row of it cannot be read:
            it would be missing from what is written.
    """
    kind = contract(feed)
    texts = {column.made_from for column in kind.columns if column.made_from}
    if not texts:
        raise Refusal("feed_without_texts", feed=feed)
    # No identifier is replaced here, so any key does.
    with Workshop(None, code_map, Key(bytes(32)), memory_limit) as workshop:
        connection = workshop.connection
        source = reader_of(path)(connection, path, kind, fingerprint(path))
        held = {name: f"c{place}" for name, place in source.header.positions.items()}
        cells = [
            f'{held[column.name]} as "{column.name}"'
            for column in kind.columns
            if column.name in held and column.privacy not in ("drop", "text") and not column.made_from
        ]
        for column in kind.columns:
            if column.made_from:
                letters = f"letters_of({held.get(column.made_from, 'cast(null as varchar)')})"
                made = f"sha256({letters})" if column.type == "string" else f"cast(length({letters}) as varchar)"
                cells.append(f'coalesce({made}, {held.get(column.name, "cast(null as varchar)")}) as "{column.name}"')
        rows = f"select _row, _broken, {', '.join(cells)} from ({source.sql})"
        connection.execute("create temp table listed as select * from (select 1) limit 0")
        for number, _ in enumerate(source.parts):
            verb = "create or replace temp table listed as" if number == 0 else "insert into listed"
            connection.execute(f"{verb} {rows}")
        broken = connection.execute("select min(_row), count(*) from listed where _broken").fetchall()[0]
        if broken[1]:
            raise Refusal("rows_not_parted", n=broken[1], line=broken[0])
        written = connection.execute(
            f"copy (select * exclude (_row, _broken) from listed order by _row) to {literal(str(into))} (header, delimiter ',')"
        ).fetchall()
        into.chmod(0o600)
        return int(written[0][0])
