"""The landing of this data root, told to Spark; `orchestration.spark_build` builds from it.

    .venv/bin/python -m orchestration.spark_landing

It reads settings as every command does and, like them, needs the key to know which readings hold.
"""

from __future__ import annotations

from bilimkoz import secret, wrong_settings
from ingest import spark_sources
from ingest.sender import read_all


def main() -> None:
    settings = wrong_settings.load()
    senders, key_id = read_all(settings.place("senders")), secret.key(settings).id
    folder = settings.place("work") / "spark"
    print(spark_sources.write(settings.place("landing"), senders, key_id, settings.code_map, folder))


if __name__ == "__main__":
    main()
