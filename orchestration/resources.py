"""What a run is told. The key is not among it: it is read in the step that needs it and stands in no configuration."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import dagster as dg

from bilimkoz import secret
from bilimkoz.settings import Settings
from ingest import manifest
from ingest.examine import manifest_for
from ingest.manifest import Delivery
from ingest.pseudonym import Key, check
from ingest.sender import read
from orchestration.run import Run


class Pipeline(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Arguments of a run.

    `as_of` (ISO day) is the newest delivery's day where it is empty; `now` (ISO moment) bounds how far ahead a manifest
    may be and is not checked where it is empty; `unlisted` are folders without a manifest that the user vouches for,
    each followed by `|` and the moment it was made.
    """

    as_of: str = ""
    now: str = ""
    unlisted: list[str] = []  # noqa: RUF012 - a field of the resource, copied for each

    @property
    def settings(self) -> Settings:
        return Settings()

    def run(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Run:
        return Run.of(self.settings, context.run.run_id)

    def asked_as_of(self) -> date | None:
        return date.fromisoformat(self.as_of) if self.as_of else None

    def moment(self) -> datetime | None:
        return datetime.fromisoformat(self.now) if self.now else None

    def key(self) -> Key:
        """The pseudonym key, refused when this landing was made with another."""
        key = secret.key(self.settings)
        check(key, self.settings.place("landing") / "_log")
        return key

    def extra_deliveries(self) -> tuple[Delivery, ...]:
        settings, found = self.settings, []
        for entry in self.unlisted:
            folder, created = entry.rsplit("|", 1)
            sender = read(settings.place("senders") / f"{Path(folder).parent.name}.toml")
            text = manifest_for(Path(folder), sender, datetime.fromisoformat(created), None, settings.code_map)
            found.append(manifest.described(text, Path(folder), sender, self.moment(), has_manifest=False))
        return tuple(found)
