"""`bilimkoz hide-texts`: a list without its free text, for whoever may not send that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bilimkoz.cli.console import settings, tell
from ingest import manifest, without_texts
from ingest.names import masked
from ingest.problems import Refusal


def hide_texts(
    file: Annotated[Path, typer.Argument(help="The list.")],
    output: Annotated[Path | None, typer.Option(help="Where to write it; default: beside the list.")] = None,
) -> int:
    """Writes a list with the hash and the length of each text in place of the text."""
    if not file.is_file():
        raise Refusal("not_there", path=file)
    feed = manifest.feed_of(file.name)
    if feed is None:
        raise Refusal("feed_not_told", file=masked(file.name))
    into = output or file.with_name(f"{file.stem}-without-texts.csv")
    if into.exists():
        raise Refusal("form_exists", path=into)
    rows_n = without_texts.write(file, feed, into, settings().code_map)
    tell("texts.written", "green", path=into, n=rows_n)
    return 0
