"""The product as a steward uses it: commands in a process of their own, on a data root of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from bilimkoz.settings import PROJECT

BILIMKOZ = Path(sys.executable).parent / "bilimkoz"


@dataclass(frozen=True)
class Product:
    """An installation below one folder: data root, key, home."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def network_notes(self) -> Path:
        """There where a process looked for another machine, and was refused."""
        return self.folder / "network.txt"

    def environment(self) -> dict[str, str]:
        home, temporary = self.folder / "home", self.folder / "tmp"
        home.mkdir(parents=True, exist_ok=True)
        temporary.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        return kept | {
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "COLUMNS": "160",
            "PYTHONPATH": str(Path(__file__).parent / "no_network"),
            "BILIMKOZ_TEST_NETWORK_NOTES": str(self.network_notes),
            "BILIMKOZ_DATA_ROOT": str(self.data),
            "BILIMKOZ_KEY_FILE": str(self.folder / "pseudonym.key"),
            "BILIMKOZ_LANGUAGE": "en",
        }

    def call(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`bilimkoz …`, with what it printed."""
        return self._run([str(BILIMKOZ), *arguments], environment)

    def python(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A script with the project importable."""
        return self._run([sys.executable, "-c", script, *arguments], environment)

    def _run(self, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=PROJECT,
            env=self.environment() | environment,
        )

    def know_project_from(self, root: Path) -> None:
        """Takes over the parse of the dbt project of another data root, which would be made again to the letter."""
        shutil.copytree(root / "work" / "dbt", self.data / "work" / "dbt", symlinks=True)

    def release(self) -> dict[str, Any]:
        """`release.json` of the current release."""
        record: dict[str, Any] = json.loads((self.data / "published" / "current" / "release.json").read_text())
        return record

    def hashes(self) -> dict[str, str]:
        """Content hash of each table of the current release."""
        return {
            f"{part}/{name}": table["sha256"]
            for part, entry in self.release()["parts"].items()
            for name, table in entry["tables"].items()
        }


def quarantined(product: Product) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What was planted and what the quarantine holds, as (sender, folder, path, feed, row, item, column, rule)."""
    planted = pl.read_parquet(product.data / "truth" / "planted_defects.parquet").with_columns(
        column=pl.when(pl.col("rule") == "structure").then(None).otherwise("column")
    )
    wanted = planted.select("sender", "delivery", "path", "feed", "row", "item", "column", "rule").rows()
    assert product.call("quarantine", "--xlsx", "--all").returncode == 0
    found = [
        row
        for path in (product.data / "quarantine").glob("*/quarantine.csv")
        for row in pl.read_csv(path, schema_overrides={"item": pl.String, "column_name": pl.String})
        .with_columns(sender=pl.lit(path.parent.name), item=pl.col("item").fill_null(""))
        .select("sender", "folder", "path", "feed", "row_no", "item", "column_name", "rule")
        .rows()
    ]
    return sorted(wanted, key=str), sorted(found, key=str)
