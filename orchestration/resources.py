"""What a run is told. The key is not among it: it is read in the step that needs it and stands in no configuration."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import dagster as dg

from bilimkoz import secret
from bilimkoz.academic_year import AcademicYear
from bilimkoz.settings import Settings
from ingest import manifest
from ingest.examine import manifest_for
from ingest.manifest import Delivery
from ingest.names import shown
from ingest.problems import Refusal
from ingest.pseudonym import Key, check
from ingest.sender import read
from orchestration.inputs import settled_as_of
from orchestration.run import Run


class Pipeline(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Arguments of a run.

    `as_of` (ISO day), or else the last day of `year` (as `2025/26`), is the newest delivery's day where both are empty.
    `now` (ISO moment) bounds how far ahead a manifest may be; where it is empty it is the moment the run was created.
    `is_strict`: a file that waits whole fails the run. `unlisted` are folders without a manifest that the user vouches
    for, each followed by `|` and the moment it was made.
    """

    as_of: str = ""
    year: str = ""
    now: str = ""
    is_strict: bool = False
    unlisted: list[str] = []  # noqa: RUF012 - a field of the resource, copied for each

    @property
    def settings(self) -> Settings:
        return Settings()

    def run(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Run:
        return Run.of(self.settings, context.run.run_id)

    def settled_as_of(self, key_id: str) -> date:
        """The as-of date, once everything is landed.

        Raises:
            Refusal: there is none that can be built.
        """
        day = date.fromisoformat(self.as_of) if self.as_of else None
        return settled_as_of(self.settings, key_id, day, AcademicYear.parse(self.year) if self.year else None)

    def moment(self, context: dg.AssetExecutionContext) -> datetime:
        """When the run was started, the one time of the clock it knows."""
        if self.now:
            return datetime.fromisoformat(self.now)
        record = context.instance.get_run_record_by_id(context.run.run_id)
        if record is None:
            raise RuntimeError("a run that its own instance does not know")
        created: datetime = record.create_timestamp
        return created

    def key(self) -> Key:
        """The pseudonym key, refused when this landing was made with another."""
        key = secret.key(self.settings)
        check(key, self.settings.place("landing") / "_log")
        return key

    def extra_deliveries(self, now: datetime, refused: list[tuple[str, Refusal]]) -> tuple[Delivery, ...]:
        """The deliveries without a manifest.

        Where the settings let every such folder in, one that is wrong is added to `refused`.

        Raises:
            Refusal: a folder that was named by a person is wrong.
        """
        settings, found = self.settings, []
        for entry in self.unlisted:
            name, created = entry.rsplit("|", 1)
            folder = Path(name)
            try:
                sender = read(settings.place("senders") / f"{folder.parent.name}.toml")
                text = manifest_for(folder, sender, datetime.fromisoformat(created), None, settings.code_map)
                found.append(manifest.described(text, folder, sender, now, has_manifest=False))
            except Refusal as why:
                if not settings.no_manifest:
                    raise
                refused.append((shown(folder), why))
        return tuple(found)
