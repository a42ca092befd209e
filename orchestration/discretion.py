"""What dbt, the engine and every other library say of an error, without what they quote.

An error of the engine quotes the value it stumbled over (`Could not convert string '…' to INT32`); dbt repeats it on
the terminal and in its files, Dagster in its events. What is kept is the node or step, the class of the error and where
in the code it arose; who mends it runs that again on the candidate, which lies where its readers may see it.

Nothing of Dagster is loaded here.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from bilimkoz.durable import write_whole
from expectations.gate_log import GateResult

#: How the engine and dbt name their errors. Only these words are let through, so that none of a row's can be.
_CLASSES = re.compile(
    r"\b(?:Binder|Catalog|Compilation|Constraint|Conversion|Database|Dependency|Fatal|IO|Internal|Interrupt|Invalid Input|"
    r"Not implemented|Out of Memory|Out of Range|Parser|Parsing|Permission|Runtime|Serialization|Syntax|"
    r"TransactionContext) Error\b"
)
#: What an event of dbt about an error says beside its message.
_HARMLESS = {"node_info", "status", "num_failures", "index", "total", "execution_time"}
#: Results whose message quotes nothing; what is a fault of the program; how a gate begins that says so.
_PLAIN, _FAULTS = {"success", "pass", "fail", "warn", "skipped", "no-op"}, {"error", "runtime error"}
_NOT_BUILT = "error: "
#: Packages whose errors are written with care: ours, and Dagster, which has read no row.
_DISCREET = {
    "bilimkoz",
    "dagster",
    "dagster_dbt",
    "dagster_shared",
    "estimators",
    "expectations",
    "ingest",
    "orchestration",
    "publish",
}

P = ParamSpec("P")
R = TypeVar("R")


class FaultError(Exception):
    """An error of another library, under the name of its class and without its words."""


@contextmanager
def unquoted() -> Iterator[None]:
    """Errors leave the block without what they quote, and without the errors they follow from.

    Raises:
        FaultError: in place of an error of another library, with the frames in which it arose.
    """
    try:
        yield
    except Exception as error:
        kind = type(error)
        if kind.__module__.partition(".")[0] in _DISCREET:
            raise error from None
        fault = type(kind.__name__, (FaultError,), {"__module__": kind.__module__})
        raise fault("what it said may quote rows and is not kept").with_traceback(error.__traceback__) from None


def discreet(step: Callable[P, R]) -> Callable[P, R]:
    """A step, plain or one that yields, whose errors quote nothing (`unquoted`)."""
    if inspect.isgeneratorfunction(step):

        @wraps(step)
        def yielding(*arguments: P.args, **options: P.kwargs) -> Any:
            with unquoted():
                yield from step(*arguments, **options)

        return yielding

    @wraps(step)
    def plain(*arguments: P.args, **options: P.kwargs) -> R:
        with unquoted():
            return step(*arguments, **options)

    return plain


def error_class(text: str | None) -> str:
    """The names of the errors in a message, without its words."""
    return ", ".join(dict.fromkeys(_CLASSES.findall(text or ""))) or "unknown"


def event(told: Mapping[str, Any]) -> dict[str, Any]:
    """An event of dbt's log; of one about an error, which node and which class."""
    data = {name: value for name, value in told["data"].items() if name != "run_result"}
    if told["info"]["level"] != "error":
        return {**told, "data": data}
    node = data.get("node_info", {}).get("unique_id", "dbt")
    return {
        "info": {**told["info"], "msg": f"{node}: {error_class(told['info']['msg'])}"},
        "data": {name: value for name, value in data.items() if name in _HARMLESS},
    }


def results(path: Path) -> dict[str, Any]:
    """dbt's `run_results.json`, on disk too without the words of errors."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for result in record["results"]:
        if result["status"] not in _PLAIN:
            result["message"] = error_class(result["message"])
    write_whole(path, json.dumps(record).encode(), 0o640)
    return record


def observed(result: Mapping[str, Any]) -> str:
    """What a gate saw, from a result of dbt's record."""
    if result["failures"] is not None:
        return f"{result['failures']} rows"
    if result["status"] in _FAULTS:
        return f"{_NOT_BUILT}{error_class(result['message'])}"
    return str(result["status"])


def not_built(gates: Iterable[GateResult]) -> list[GateResult]:
    """Models that could not be built and tests that could not be asked: a fault of the program, and of no data."""
    return [gate for gate in gates if gate.gate.startswith("dbt:") and gate.observed.startswith(_NOT_BUILT)]
