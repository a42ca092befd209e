"""From a size, a scenario and a seed to the deliveries of a whole country, and the truth beside them.

Oblasts are made one by one, several at once where there are threads; each draws from streams of its own, so that their bytes
do not hang on how many are made at once.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl

from ingest.simulate.country import registry, truths
from ingest.simulate.country.oblast import Made, SenderFacts, truth_part, write_oblast
from ingest.simulate.country.outbox import Outbox
from ingest.simulate.country.world import Order
from ingest.simulate.planted import DEFECT_SCHEMA, NOTE_SCHEMA, Ledger
from ingest.simulate.senders import EHIS
from ingest.simulate.summary import SimulationSummary

_GROUP_ROWS = 100_000
EHIS_FEEDS = ("ehis_institutions", "ehis_person_cards")


def write_country(order: Order, threads: int = 1) -> SimulationSummary:
    """Writes root/senders, root/inbox and root/truth; the same bytes for the same order, however many threads there are."""
    made = list(_oblasts(order, threads))
    box = registry.write_registry(order, made)
    facts = [registry.facts(order), *(sender for oblast in made for sender in oblast.senders)]
    facts.append(SenderFacts(EHIS, "ee.isikukood", (), EHIS_FEEDS, facts[0].complete_from))
    _write_senders(order.root, facts)
    _write_truth(order, made, box)
    return SimulationSummary(
        deliveries_n=box.deliveries_n + sum(oblast.deliveries_n for oblast in made),
        files_n=box.files_n + sum(oblast.files_n for oblast in made),
        rows_n=box.rows_n + sum(oblast.rows_n for oblast in made),
        defects_n=sum(len(ledger.defects) for ledger in _ledgers(made, box)),
        paths={name: order.root / name for name in ("senders", "inbox", "truth")},
    )


def _oblasts(order: Order, threads: int) -> Iterator[Made]:
    numbers = range(order.size.oblasts_n)
    workers = min(threads, len(numbers))
    if workers <= 1:
        yield from map(partial(write_oblast, order), numbers)
        return
    # Started afresh: a fork of a process whose Polars has threads may hang.
    context = multiprocessing.get_context("spawn")
    with _threads_of_each(max(threads // workers, 1)), ProcessPoolExecutor(workers, context) as pool:
        yield from pool.map(partial(write_oblast, order), numbers)


@contextmanager
def _threads_of_each(n: int) -> Iterator[None]:
    """Lets each process that is started have so many threads."""
    name = "POLARS_MAX_THREADS"
    before = os.environ.get(name)
    os.environ[name] = str(n)
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _write_senders(root: Path, facts: list[SenderFacts]) -> None:
    place = root / "senders"
    place.mkdir(parents=True, exist_ok=True)
    for sender in facts:
        lines = [f'register = "{sender.register}"']
        if sender.institutions:
            lines.append("institutions = [" + ", ".join(f'"{name}"' for name in sender.institutions) + "]")
        lines.append("feeds = [" + ", ".join(f'"{feed}"' for feed in sender.feeds) + "]")
        lines += ["due_day = 15", f"registry_complete_from = {sender.complete_from.isoformat()}"]
        (place / f"{sender.name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _ledgers(made: list[Made], box: Outbox) -> list[Ledger]:
    return [box.ledger, *(ledger for oblast in made for ledger in oblast.ledgers)]


def _write_truth(order: Order, made: list[Made], box: Outbox) -> None:
    """Puts the parts of the oblasts together, one file at a time."""
    place = order.root / "truth"
    parts = place / ".parts"
    for name in sorted({path.stem.rpartition("-")[0] for path in parts.iterdir()}):
        frames = [pl.read_parquet(truth_part(order, name, oblast)) for oblast in range(len(made))]
        _write(pl.concat(frames), place / f"{name}.parquet")
    shutil.rmtree(parts)
    ledgers = _ledgers(made, box)
    defects = pl.concat([ledger.defect_frame() for ledger in ledgers]).sort(*DEFECT_SCHEMA)
    notes = pl.concat([ledger.note_frame() for ledger in ledgers]).sort(*NOTE_SCHEMA)
    _write(defects, place / "planted_defects.parquet")
    _write(notes, place / "planted_notes.parquet")
    for name, frame in truths.of_country(order.seed):
        _write(frame, place / f"{name}.parquet")
    if order.scenario.splits:
        _write(registry.changes(made), place / "region_changes.parquet")


def _write(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path, compression="zstd", statistics=False, row_group_size=_GROUP_ROWS)
