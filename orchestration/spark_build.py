"""dbt on Spark, in the process of the Spark session that it talks to.

    .venv-spark/bin/python -m orchestration.spark_build sources.json warehouse build --select staging

Runs in an environment of its own (`make spark`) that has dbt-spark and PySpark and nothing else of ours, so it imports
nothing of the other packages. The tables come to lie as Parquet in `warehouse/<schema>.db/<table>/`.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession


def session(warehouse: Path) -> SparkSession:
    """A session on this machine. dbt takes the one that is there; its own would keep a catalog in the folder it is run in."""
    settings = {
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(warehouse.resolve()),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("bilimkoz")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def build(sources: Path, warehouse: Path, arguments: list[str]) -> bool:
    """Makes the sources and runs dbt with the arguments on target `spark`; whether all went well."""
    # dbt says what went wrong; this logger would say it once more, with the stack of the engine.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    spark = session(warehouse)
    spark.sparkContext.setLogLevel("ERROR")
    for statement in json.loads(sources.read_text(encoding="utf-8")):
        spark.sql(statement)
    done = dbtRunner().invoke([*arguments, "--target", "spark"])
    spark.stop()
    return bool(done.success)


if __name__ == "__main__":
    sys.exit(0 if build(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]) else 1)
