"""Where Dagster keeps runs and events: below the data root, under the project's own `dagster.yaml`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bilimkoz.settings import PROJECT, Settings


def home(settings: Settings) -> Path:
    """Dagster's home of this installation, made ready and named in the environment."""
    folder = settings.place("dagster")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(PROJECT / "dagster.yaml", folder / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return folder
