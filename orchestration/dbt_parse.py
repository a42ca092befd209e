"""dbt's manifest of the project, made when the project changed and not in every run. Needs nothing of Dagster."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from bilimkoz.settings import Settings
from orchestration.dbt_environment import candidate, environment, executable, inherited

#: Parses of the project that are kept: a process that runs meanwhile may still read the one before.
_PARSES_KEPT = 3


def manifest_path(settings: Settings) -> Path:
    """dbt's manifest of the project as it stands; made anew when a file of the project, a setting or dbt changed.

    Each parse has a folder named after what it was made of and comes there whole, so that processes may ask at once.
    """
    parses = settings.place("work") / "dbt"
    folder = parses / _parse_id(settings)
    if not folder.exists():
        parses.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(mkdtemp(prefix=".parsing-", dir=parses))
        try:
            _parse(settings, made)
            made.rename(folder)
        except OSError:
            # Another process was sooner; what it made is the same.
            if not folder.exists():
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _remove_old(parses)
    return folder / "manifest.json"


def _parse(settings: Settings, target: Path) -> None:
    arguments = [
        "parse",
        "--project-dir",
        settings.dbt_project,
        "--profiles-dir",
        settings.dbt_project,
        "--target-path",
        target,
        "--log-path",
        target,
        "--vars",
        json.dumps(settings.dbt_vars, sort_keys=True),
    ]
    subprocess.run(
        [executable(), "--quiet", *map(str, arguments)],
        check=True,
        env=inherited()
        | environment(settings, candidate(settings) / "warehouse.duckdb", candidate(settings) / "spill"),
    )


def _remove_old(parses: Path) -> None:
    """Removes all but the newest parses. One that another process is making has a dot before its name and stays."""
    found = sorted(parses.glob("[0-9a-f]*"), key=lambda path: path.stat().st_mtime)
    for old in found[:-_PARSES_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def reuse_parse(settings: Settings, target: Path) -> None:
    """Lets a build begin from the parse behind `manifest_path`; parsing the project again would take as long.

    Args:
        target: folder of dbt in the folder of the run.
    """
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(manifest_path(settings).with_name("partial_parse.msgpack"), target)
    link = candidate(settings)
    made = link.with_name(f".candidate-{os.getpid()}")
    made.unlink(missing_ok=True)
    made.symlink_to(os.path.relpath(target.parent, link.parent))
    made.replace(link)


def _parse_id(settings: Settings) -> str:
    """What a parse is made of: the project, the settings it is told, and who reads it."""
    versions = [importlib.metadata.version(name) for name in ("dbt-core", "dbt-duckdb")]
    parts = [_project_digest(settings.dbt_project), json.dumps(settings.dbt_vars, sort_keys=True), *versions]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _project_digest(project: Path) -> str:
    paths = sorted(
        path for path in project.rglob("*") if path.is_file() and path.suffix in {".sql", ".yml", ".csv", ".md"}
    )
    return hashlib.sha256(
        b"".join(f"{path.relative_to(project)}\n".encode() + path.read_bytes() for path in paths)
    ).hexdigest()
