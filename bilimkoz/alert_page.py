"""Writes the page of early warnings from the seed of bounds: what each rule is held against, who answers, what is to be done.

    python -m bilimkoz.alert_page docs/methods/alerts.md

A test fails when the page differs from what this would write.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from bilimkoz.settings import PROJECT
from ingest.contract import LANGUAGES

_HEAD = """\
<!-- Generated from dbt_project/seeds/thresholds.csv by `make generate`; edit that, or bilimkoz/alert_page.py, instead. -->
# Early warnings

## For a coordination council

An alert says that something of your cluster has crossed a bound: since when, who answers for it, and what is usually done. It
stays open until the figure is back, or the thing is done. `marts.cluster_alert` keeps those that are closed as well, so that the
history of a cluster can be read. It follows from the data alone: whoever runs the warehouse later, or as of an older day, gets
the same alerts. An alert of severity `watch` has too few cases behind it, or a change that chance alone may make: look, and do
not act on it yet. If a corrective action is planned under the indicator of the rule, its day stands beside the alert.

## For whoever checks it

A bound itself raises nothing, but for rules that say so below. **Rules by periods** (W01–W03, W05–W09, W13, W15–W18) open on
the last day of the first period that breaks them, and close on that of the first period in which the value is back by the
margin, or on the good side for a second time. A period that cannot be told, or was not delivered, changes nothing. **Rules by
days** (W04, W10–W12, W14) open on the first day beyond the bound and close when the thing is done; of a risk only the last
review is known, and one text of several authors (W10) closes with the school year in which it was last used.

A rise is a rise twice running: W02, W08 and W15 of the share itself, W13 of the share that is gone. It is an alarm where each
of the three periods has {alert_base_n} cases at least and the rise over both is beyond its 90 % interval (Agresti and Caffo,
2000); otherwise it is to be watched. Requests for help (W06) are compared with the month before from October to May, where
there were {tickets_before_n} at least; an alarm needs {tickets_base_n} in the month before and a growth beyond what two Poisson
counts differ by; a month without any has none where requests are told in the school year. A rise of which one period cannot
be told is neither there nor gone; a wave that fewer than ten answered stands between others all the same, and one that still
runs is not judged. Answers of people (W07, W15) are asked of ten at least. A quarter in which nothing is due and nothing paid
says nothing of W16. The target of the platform (W05) holds from September to May. Of a cluster without a target W05 has nothing
to say, of an indicator without a baseline W18 has not; a new baseline ends what was said of the old one, and one without a day
is of the day of the decision. A late file (W14) is that of the cluster of which the sender's institutions are members on the day
it is due.

| rule | bound | margin | who answers | what is held against it |
|---|---|---|---|---|
"""
_REACTIONS = """
## What to do

| rule | kk | ru | en |
|---|---|---|---|
"""
#: Settings that the head quotes.
_QUOTED = ("alert_base_n", "tickets_before_n", "tickets_base_n")


def render() -> str:
    """The page."""
    seed = PROJECT / "dbt_project" / "seeds" / "thresholds.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        rules = [row for row in csv.DictReader(file) if row["code"].startswith("W")]
    project = (PROJECT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8").splitlines()
    settings = {
        name: line.split(":")[1].strip() for line in project for name in _QUOTED if line.startswith(f"  {name}:")
    }
    bounds = "".join(_bound(rule) for rule in rules)
    reactions = "".join(
        f"| {rule['code']} | {' | '.join(rule[f'reaction_{language}'] for language in LANGUAGES)} |\n" for rule in rules
    )
    return _HEAD.format(**settings) + bounds + _REACTIONS + reactions


def _bound(rule: dict[str, str]) -> str:
    itself = "" if rule["inclusive"] == "true" else ", itself too"
    cells = (
        rule["code"],
        f"{rule['bound']} {rule['unit']}{itself}",
        rule["margin"],
        rule["owner_role"].replace("_", " "),
        rule["description"],
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
