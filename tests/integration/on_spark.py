"""The dbt project built on Spark, from the landing of a data root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from staged import CODE_MAP, KEY, Root

from bilimkoz.settings import PROJECT
from ingest import spark_sources
from ingest.sender import read_all

PYTHON = PROJECT / ".venv-spark" / "bin" / "python"
#: For tables of a few rows: a query of theirs is over before code for it would be made and compiled.
_SMALL = {
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
}


def missing() -> str | None:
    """What this machine lacks to build on Spark, if anything."""
    if not PYTHON.exists():
        return "no environment with dbt-spark: `make spark` makes it"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "no Java: Spark needs 17 or newer"
    return None


def build(root: Root, folder: Path, as_of: str, select: Iterable[str], waiting: Iterable[str]) -> Path:
    """Builds what is selected, without its tests; returns the folder in which `<schema>.db/<table>` are.

    Args:
        folder: where all that is made goes.
        waiting: feeds whose rows `int_waiting_row` asks for; with all of them it would need every model of staging.
    """
    at = root.places
    sources = spark_sources.write(at.landing, read_all(at.senders), KEY.id, CODE_MAP, folder / "sources")
    project = _project(folder / "dbt_project", waiting)
    warehouse, target = folder / "warehouse", folder / "target"
    places = {"project-dir": project, "profiles-dir": project, "target-path": target, "log-path": target}
    arguments = [
        "build",
        "--exclude-resource-type",
        "test",
        "unit_test",
        "--select",
        *select,
        *(str(part) for key, value in places.items() for part in (f"--{key}", value)),
    ]
    done = subprocess.run(
        [PYTHON, "-m", "orchestration.spark_build", sources, warehouse, *arguments],
        cwd=folder,
        env=os.environ | _environment(as_of),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return warehouse


def _environment(as_of: str) -> dict[str, str]:
    options = " ".join(f"--conf {name}={value}" for name, value in _SMALL.items())
    return {
        "BILIMKOZ_AS_OF": as_of,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "PYSPARK_SUBMIT_ARGS": f"{options} pyspark-shell",
        "PYTHONPATH": str(PROJECT),
    }


def _project(folder: Path, waiting: Iterable[str]) -> Path:
    """The project, with other feeds in the one macro that names all of them."""
    shutil.copytree(PROJECT / "dbt_project", folder, ignore=shutil.ignore_patterns("target", "logs"))
    macros = folder / "macros" / "contracts.sql"
    some = f"{{% macro target_feeds() %}}{{{{ return({list(waiting)}) }}}}{{% endmacro %}}"
    text, n = re.subn(r"{% macro target_feeds\(\) %}.*?{% endmacro %}", lambda _: some, macros.read_text(), flags=re.S)
    assert n == 1
    macros.write_text(text)
    return folder
