"""The command `bilimkoz`.

Exit codes: 0 fine, 1 a gate failed, 2 wrong usage or unreadable input, 3 a fault of ours, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import contextlib
import sys
import traceback

import typer

from bilimkoz import texts
from bilimkoz.cli import check, due, feeds, form, hide_texts, machine, quarantine, release, run, send, usage
from bilimkoz.cli import help as helps
from bilimkoz.cli.console import console, language, settings, speak
from bilimkoz.lock import BusyError
from ingest.problems import Refusal

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="БілімКөз · Bilimkoz"
)
_INTERRUPTED = 130
app.command("simulate")(machine.simulate)
app.command("check")(check.check)
app.command("feeds")(feeds.feeds)
app.command("due")(due.due)
app.command("form")(form.form)
app.command("hide-texts")(hide_texts.hide_texts)
app.command("manifest")(send.manifest)
app.command("run")(run.run)
app.command("doctor")(machine.doctor)
app.command("dev")(machine.dev)
app.add_typer(machine.key, name="key")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(release.app, name="release")


def main() -> None:
    """Runs a command; whatever happens, a person reads a sentence and no traceback."""
    sys.exit(_code())


def _code() -> int:
    speak(None)
    try:
        # Typer answers its own exits, Ctrl-C among them, by a number where it does not end the process itself.
        result = helps.localised(app)(standalone_mode=False, prog_name="bilimkoz")
    except Refusal as why:
        console.print(texts.refusal(language(), why), style="red", markup=False)
        return 2
    except BusyError:
        console.print(texts.say(language(), "refusal.busy"), style="red", markup=False)
        return 2
    except typer.TyperException as wrong:
        usage.tell(wrong)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted()
    except Exception as fault:
        console.print(
            texts.say(language(), "run.died", step=type(fault).__name__, log=_note(fault)), style="red", markup=False
        )
        return 3
    except BaseException as stop:
        # A run that is interrupted ends with Dagster's own kind, which is not imported for the sake of a name.
        if type(stop).__name__ != "DagsterExecutionInterruptedError":
            raise
        return _interrupted()
    if result == _INTERRUPTED:
        return _interrupted()
    return result if isinstance(result, int) else 0


def _interrupted() -> int:
    console.print(texts.say(language(), "usage.interrupted"), style="yellow", markup=False)
    return _INTERRUPTED


def _note(fault: Exception) -> str:
    """Keeps where a fault happened. Not its words: an engine's words may quote data."""
    folder = settings().place("logs")
    frames = "".join(
        f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(fault.__traceback__)
    )
    # The fault may be that nothing can be written there.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / "faults.log").open("a") as file:
            file.write(f"{type(fault).__module__}.{type(fault).__name__}\n{frames}\n")
    return str(folder / "faults.log")


if __name__ == "__main__":
    main()
