"""`bilimkoz form`: the workbook that an organisation without a system fills in by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bilimkoz.cli.console import Spoken, language, speak, tell
from bilimkoz.cli.feeds import known_feed


def form(
    feed: Annotated[str, typer.Argument(help="Name of the feed.")],
    lang: Annotated[Spoken | None, typer.Option(help="Language of the form; default: that of the settings.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Where to write it; default: the name of the feed, in this folder.")
    ] = None,
) -> int:
    """Writes an Excel form for a feed: lists to choose from, checks of cells, instructions and an example."""
    from bilimkoz.form import workbook

    speak(lang)
    asked = known_feed(feed)
    path = output or Path(f"{feed}.xlsx")
    workbook.write(asked, language(), path)
    tell("form.written", "green", path=path, feed=asked.labels[language()])
    return 0
