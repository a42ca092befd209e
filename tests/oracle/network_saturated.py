"""Results of pyfixest 0.60 for tests/oracle/network_panel.csv: the saturated regression of Sun and Abraham (2021), with the
never-members as controls. Run by hand, where pyfixest is installed:

    python tests/oracle/network_saturated.py

The panel is drawn here too: 90 institutions, 36 of them in 12 networks that join in three years, and six years.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf

HERE = Path(__file__).parent


def drawn() -> pd.DataFrame:
    random = np.random.default_rng(11)
    cluster = np.concatenate([np.repeat(np.arange(12), 3), 12 + np.arange(54)])
    first = np.where(cluster < 12, 2020 + cluster % 3, 0)
    years = np.arange(2018, 2024)
    values = (
        random.normal(size=(90, 1)) + 0.3 * random.normal(size=(66, 6))[cluster] + 0.4 * random.normal(size=(90, 6))
    )
    values += ((years >= first[:, None]) & (first[:, None] > 0)) * (0.2 + 0.1 * (years - first[:, None]))
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(90), 6),
            "year": np.tile(years, 90),
            "value": values.ravel().round(6),
            "first": np.repeat(first, 6),
            "cluster": np.repeat(cluster, 6),
        }
    )


def main() -> None:
    panel = drawn()
    panel.to_csv(HERE / "network_panel.csv", index=False)
    fit = pf.event_study(panel, yname="value", idname="unit", tname="year", gname="first", estimator="saturated")
    table = fit.tidy().reset_index()
    table[["Coefficient", "Estimate"]].to_csv(HERE / "network_saturated.csv", index=False)
    print(table.head(30).to_string())


if __name__ == "__main__":
    main()
