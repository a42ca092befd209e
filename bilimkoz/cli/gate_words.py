"""What a gate saw and what it is held against, in the user's language.

The gate log is written once, in English, and kept; here its phrases are recognised part by part. A part that is not
recognised is shown as it stands in the log.
"""

from __future__ import annotations

import re

from bilimkoz.cli.console import language, words
from ingest.contract import contract, feeds

_PHRASES = {
    r"(?P<oblast>.+): (?P<n>\d+) of (?P<total>\d+) institutions delivered": "gate.delivered",
    r"(?P<oblast>.+): (?P<n>\d+) people after (?P<before>\d+)": "gate.people",
    r"no institution is expected": "gate.none_expected",
    r"(?P<file>.+): (?P<n>\d+) read, (?P<accounted>\d+) accounted for": "gate.accounted",
    r"no file": "gate.no_file",
    r"(?P<feed>\w+): (?P<n>\d+) rows after (?P<before>\d+)": "gate.shrank",
    r"(?P<list>.+): (?P<n>\d+) of (?P<total>\d+) rows withdrawn": "gate.withdrew",
    r"(?P<sender>.+): (?P<n>\d+) rows withdrawn": "gate.withdrawn",
    r"no list withdrew a row": "gate.none_withdrawn",
    r"and (?P<n>\d+) more": "gate.more",
    r"(?P<n>\d+) rows": "gate.rows",
    r"(?P<held>\d+) of (?P<total>\d+) rules hold": "gate.rules_hold",
    r"not: (?P<rules>.+)": "gate.rules_broken",
    r"every rule of the suite holds": "gate.every_rule",
    r"not in the database": "gate.no_table",
    r"no column (?P<names>.+)": "gate.no_column",
    r"skipped": "gate.skipped",
    r"it can be built": "gate.can_be_built",
    r"at least (?P<share>[\d.]+) of an oblast's institutions delivered, head count not down by over (?P<drop>[\d.]+)": (
        "gate.bound_coverage"
    ),
    r"no full list withdraws over (?P<share>[\d.]+) of the rows of the one before it": "gate.bound_withdrawn",
    r"up to (?P<n>\d+) rows always pass": "gate.bound_withdrawn_few",
    r"no feed down by over (?P<drop>[\d.]+) of its rows since the last release": "gate.bound_shrink",
}


def told(text: str) -> str:
    """`observed` or `bound` of a gate, for whoever reads the terminal."""
    return "; ".join(_part(part) for part in text.split("; "))


def _part(part: str) -> str:
    for phrase, key in _PHRASES.items():
        found = re.fullmatch(phrase, part)
        if found:
            return words(key, **{name: _fact(name, fact) for name, fact in found.groupdict().items()})
    return part


def _fact(name: str, fact: str) -> str:
    """A feed by its label; of the rules that are broken, by how many rows."""
    if name == "feed" and fact in feeds():
        return contract(fact).named(language())
    if name == "rules":
        counted = re.sub(r"\((\d+) rows\)", lambda found: f"({words('gate.rows', n=found.group(1))})", fact)
        return counted.replace("could not be judged", words("gate.not_judged"))
    return fact
