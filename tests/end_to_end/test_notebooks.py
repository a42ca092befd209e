"""Notebooks run against a release and are kept without outputs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import altair as alt
import nbformat
import polars as pl
import pytest
from nbclient import NotebookClient
from product import Product

from bilimkoz.settings import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
#: What a page would have to fetch: charts that a library elsewhere draws are empty without the internet.
FETCHED = re.compile(
    r"""<script[^>]+src|\bsrc\s*=\s*["']https?:|https?://[^\s"'<>]*\.m?js\b|cdn\.|jsdelivr|vega-embed"""
)


def fetched(outputs: list[Any]) -> list[str]:
    """What outputs would fetch, and kinds of output that are drawn by what a reader may not have."""
    found = []
    for output in outputs:
        for kind, content in output.get("data", {}).items():
            text = content if isinstance(content, str) else str(content)
            found += FETCHED.findall(text)
            if "vega" in kind or kind == "application/javascript":
                found.append(kind)
    return found


def test_a_chart_is_drawn_here() -> None:
    """By the renderer that the notebooks ask for; the one that altair has by itself fetches a library."""
    chart = alt.Chart(pl.DataFrame({"x": [1, 2]})).mark_point().encode(x="x:Q")
    with alt.renderers.enable("html"):
        assert fetched([{"data": alt.renderers.get()(chart.to_dict())}])
    with alt.renderers.enable("svg"):
        drawn = alt.renderers.get()(chart.to_dict())
    data = drawn[0] if isinstance(drawn, tuple) else drawn
    assert list(data) == ["image/svg+xml"]
    assert not fetched([{"data": data}])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    assert not [cell for cell in cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path, done: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in done.environment().items():
        if name.startswith("BILIMKOZ"):
            monkeypatch.setenv(name, value)
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(PROJECT)}}).execute()
    assert any(cell.get("outputs") for cell in notebook.cells if cell.cell_type == "code")
    assert os.environ["BILIMKOZ_DATA_ROOT"] == str(done.data)
    assert not fetched([output for cell in notebook.cells for output in cell.get("outputs", [])])
