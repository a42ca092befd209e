"""`bilimkoz quarantine`: what is waiting and why, for the steward and for the sender."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from bilimkoz import secret
from bilimkoz.cli.console import console, settings, table, tell, words
from bilimkoz.cli.send import what
from bilimkoz.lock import run_lock
from ingest import quarantine as held
from ingest.problems import Refusal

app = typer.Typer(invoke_without_command=True, help="What is waiting and why.")
_ROWS_SHOWN = 40


@app.callback()
def show(
    context: typer.Context,
    sender: Annotated[str | None, typer.Option(help="Only this sender.")] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Write a CSV and a workbook a sender.")] = False,
    with_values: Annotated[bool, typer.Option("--with-values", help="With the rows themselves, into the sender's inbox.")] = False,
) -> None:
    """Rows that break a rule, and rows that wait for another feed."""
    if context.invoked_subcommand:
        return
    key_id = secret.key(settings()).id
    rows = held.rows(settings().place("landing"), settings().place("senders"), key_id, settings().code_map, sender)
    if not rows.height:
        tell("quarantine.none", "green")
        return
    if xlsx or with_values:
        messages = {rule: what(rule) for rule in rows["rule"].unique()}
        places = (settings().place("quarantine"), settings().place("inbox"))
        for path in held.write(rows, messages, *places, with_values=with_values):
            tell("quarantine.exported", path=path)
        return
    columns = [words(f"quarantine.{name}" if name in ("row", "item") else f"run.{name}" if name in ("file", "feed") else f"check.{name}")
               for name in ("file", "feed", "row", "item", "rule", "column", "what")]  # fmt: skip
    shown = rows.head(_ROWS_SHOWN).select("file", "feed", "row_no", "item", "rule", "column_name").rows()
    table(words("quarantine.title"), columns, [[*row, what(row[4])] for row in shown], right=(2,))
    if rows.height > _ROWS_SHOWN:
        console.print(f"… {rows.height - _ROWS_SHOWN}", markup=False)


@app.command("accept")
def accept(
    file: Annotated[str, typer.Argument(help="sender/delivery/file, or the first digits of its SHA-256.")],
    reason: Annotated[str, typer.Option(help="Why it may load; kept in the log.")],
) -> int:
    """Takes in a file that waits whole, without its bad rows."""
    with run_lock(settings().place("work")):
        taken = held.accept(
            settings().place("landing"), settings().place("senders"), secret.key(settings()).id, settings().code_map, file, reason, getpass.getuser()
        )
    if taken is None:
        raise Refusal("file_not_waiting", file=file)
    tell("quarantine.accepted", "green", file=taken)
    return 0

