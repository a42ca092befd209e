"""What did not come in: deliveries that were refused, files that nobody could read, files that wait whole.

A run that leaves something unread says so last and ends with 2, also where it publishes: what it could read is out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bilimkoz import secret, texts
from bilimkoz.cli.console import language, settings, tell
from ingest.contract import contract
from ingest.expose import file_states
from ingest.log import Entry, Log
from ingest.problems import Refusal
from ingest.quarantine import file_name, superseded
from ingest.sender import read_all

_UNREAD = 2


def states() -> list[Entry]:
    """The state of every delivered file, as the log and the senders' files have it now."""
    log = Log.read(settings().place("landing"))
    return file_states(log, read_all(settings().place("senders")), secret.key(settings()).id, settings().code_map)


def is_a_file_waiting() -> bool:
    """Whether a file waits whole after which its sender sent no better one."""
    return any(file["state"] == "waiting" for file in _newest(states()))


def tell_left_out(refused: Iterable[tuple[str, Refusal]]) -> int:
    """Names what waits whole, and then what could not be taken in at all; returns how many of the latter there are."""
    parses, files = Log.read(settings().place("landing")).parses, list(_newest(states()))
    for file in files:
        if file["state"] == "waiting":
            share, limit = parses[file["parse_id"]]["bad_share"], contract(file["feed"]).max_bad_share
            tell("run.file_waits", "yellow", file=file_name(file), share=f"{share:.1%}", limit=f"{limit:.0%}")
    unread: list[tuple[str, Refusal, str | None]] = [(name, why, None) for name, why in refused]
    unread += [
        (file_name(file), _problem(parses[file["parse_id"]]), file["feed"])
        for file in files
        if file["state"] == "refused"
    ]
    if unread:
        tell("run.left_out", "bold red", n=len(unread))
    for name, why, feed in unread:
        tell("run.file_refused", "red", file=name, why=texts.refusal(language(), why, feed))
    return len(unread)


def exit_code(unread_n: int) -> int:
    """How a run ends that did what could be done; says so where something could not be read."""
    if not unread_n:
        return 0
    tell("run.without", "bold red", n=unread_n)
    return _UNREAD


def _newest(files: list[Entry]) -> Iterator[Entry]:
    """Files that stand: not those that did not load and were sent again."""
    old = superseded(files)
    return (file for file in files if (file["delivery_id"], file["path"]) not in old)


def _problem(parse: Entry) -> Refusal:
    problem = dict(parse["problem"])
    return Refusal(problem.pop("code"), **problem)
