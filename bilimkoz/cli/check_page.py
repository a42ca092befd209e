"""The report of `check` as a page: for a person who mends a list, on a screen or on paper.

One file without scripts and without anything from elsewhere. What a colour says is said in words too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from bilimkoz.cli.check_words import Judged, Told
from bilimkoz.cli.console import language, number, words

_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
body { max-width: 70rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid #767676; padding: .35rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th, td.n, ul.places li { overflow-wrap: normal; } ul.places li { white-space: nowrap; }
thead th { background: #eee; } td.n { text-align: right; white-space: nowrap; }
.state { border-left: .4rem solid; padding-left: .75rem; }
.fine { border-color: #1b5e20; } .bad, .waits, .refused { border-color: #b00020; } .empty, .misspelt { border-color: #7a5200; }
ul.places { margin: 0; padding-left: 1.1rem; }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; }
  thead { display: table-header-group; } tr, .state { break-inside: avoid; } h2 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
@page { size: A4 landscape; margin: 12mm; }
"""
#: A mark beside the words, so that a result is seen at a glance in black and white too.
_RESULTS = {
    "fine": ("✓", "state_fine"),
    "bad": ("✗", "state_bad"),
    "waits": ("✗", "state_waits"),
    "refused": ("✗", "state_refused"),
    "empty": ("!", "state_empty"),
    "misspelt": ("!", "state_misspelt"),
}
_COUNTS = ("read", "good", "bad", "repeated")


def render(files: Sequence[Judged], passed_over: Sequence[str], made: datetime) -> str:
    """The page of the files that were judged."""
    title = _say("title")
    is_good = all(file.state == "fine" for file in files) and not passed_over
    body = [
        _element("h1", title),
        _element("p", _say("made", moment=f"{made:%d.%m.%Y %H:%M}")),
        _element("p", _say("all_good" if is_good else "next")),
        _element("p", _say("no_values")),
        _overview(files),
        _passed_over(passed_over),
        *(_section(file, place) for place, file in enumerate(files, start=1)),
    ]
    return f"""<!DOCTYPE html>
<html lang="{language()}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="bilimkoz check">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{chr(10).join(part for part in body if part)}
</main>
</body>
</html>
"""


def _overview(files: Sequence[Judged]) -> str:
    heads = [_say(name) for name in ("file", "feed", "result", *_COUNTS)]
    rows = [
        _row(
            f'<a href="#file-{place}">{escape(file.file)}</a>',
            [escape(file.feed or "–"), escape(_result(file)), *(_number(file.totals[name]) for name in _COUNTS)],
            right_from=2,
        )
        for place, file in enumerate(files, start=1)
    ]
    return _table(_say("files"), heads, rows)


def _passed_over(names: Sequence[str]) -> str:
    if not names:
        return ""
    sentences = [words("manifest.passed_over", file=name) for name in names]
    return _element("h2", _say("passed_over")) + _list(sentences)


def _section(file: Judged, place: int) -> str:
    verdict = " ".join(file.verdict)
    parts = [
        f'<section aria-labelledby="file-{place}">',
        f'<h2 id="file-{place}">{escape(file.title)}</h2>',
        f'<p class="state {file.state}"><strong>{escape(_result(file))}.</strong> {escape(verdict)}</p>',
        _findings(file.found),
    ]
    if file.notes:
        parts += [_element("h3", _say("notes")), _list(text for _, text in file.notes)]
    return "\n".join([*(part for part in parts if part), "</section>"])


def _findings(found: Sequence[Told]) -> str:
    if not found:
        return ""
    heads = [_say(name) for name in ("column", "rows", "places", "wrong", "expected", "to_do")]
    rows = [
        _row(
            escape(told.column),
            [
                _number(told.finding.rows_n),
                _places(told),
                *(escape(text) for text in (told.message.wrong, told.message.expected or "–", told.message.to_do)),
            ],
            right_from=0,
            right_n=1,
        )
        for told in found
    ]
    return _table(_say("findings"), heads, rows)


def _places(told: Told) -> str:
    places = [escape(place) for place in told.places]
    left = told.finding.rows_n - len(places)
    if left > 0:
        places.append(escape(words("gate.more", n=left)))
    return '<ul class="places">' + "".join(f"<li>{place}</li>" for place in places) + "</ul>"


def _table(caption: str, heads: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "\n".join(rows)
    return f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _row(head: str, cells: Sequence[str], right_from: int, right_n: int | None = None) -> str:
    """A row under its own head; numbers stand from the cell `right_from` on, `right_n` of them or all that follow."""
    end = len(cells) if right_n is None else right_from + right_n
    told = "".join(
        f'<td class="n">{cell}</td>' if right_from <= place < end else f"<td>{cell}</td>"
        for place, cell in enumerate(cells)
    )
    return f'<tr><th scope="row">{head}</th>{told}</tr>'


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(_element("li", text) for text in sentences) + "</ul>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _result(file: Judged) -> str:
    mark, name = _RESULTS[file.state]
    return f"{mark} {_say(name)}"


def _number(value: int) -> str:
    return escape(number(value))


def _say(name: str, **facts: object) -> str:
    return words(f"check_page.{name}", **facts)
