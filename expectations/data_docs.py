"""The pages of Great Expectations, made to be read from a folder by somebody without a network.

As made, a page fetches styles, scripts and a logo from six hosts whenever it is opened, the logo with the time in its
address. Here each page loses all that is fetched and gets a few styles of its own. The first page, whose list a script was to
draw, gets a list of its own.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

_FETCHED = re.compile(
    r"""<script\b.*?</script>|<(?:link|img)\b[^>]*\b(?:href|src)=["']https?:[^>]*>|<link\b[^>]*static/fonts[^>]*>""",
    re.DOTALL | re.IGNORECASE,
)
#: Of a suite by itself there is no page: what was asked stands on the page of what was found.
_OF_SUITE = re.compile(r"""<a\b[^>]*href=["'][^"']*expectations/[^>]*>(.*?)</a>""", re.DOTALL)
_FOOTER = re.compile(r"<footer>.*?</footer>", re.DOTALL)
_STATUS = re.compile(r"Status:.*?(Succeeded|Failed)", re.DOTALL)
_LIST = re.compile(r"<body.*</body>", re.DOTALL)
_STYLES = """<style>
body{font-family:sans-serif;margin:1rem auto;max-width:70rem;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.5rem 0;width:100%}
th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}
.fa-check-circle::before{content:"✓";color:#176f2c}
.fa-times::before{content:"✗";color:#b3261e}
.fa-exclamation-triangle::before{content:"!";color:#b3261e;font-weight:bold}
.navbar img,.footer,.cooltip,button{display:none}
</style></head>"""


def make_self_contained(pages: Path) -> None:
    """Rewrite the pages below a folder so that none of them fetches anything from elsewhere, and list them on the first."""
    listed = []
    for page in sorted(pages.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        for pattern, kept in ((_FETCHED, ""), (_FOOTER, ""), (_OF_SUITE, r"\1")):
            text = pattern.sub(kept, text)
        page.write_text(text.replace("</head>", _STYLES, 1), encoding="utf-8")
        if page.relative_to(pages).parts[0] == "validations":
            listed.append((page, _STATUS.search(text)))
    first = pages / "index.html"
    body = _body(pages.name, [(page.relative_to(pages), told[1] if told else "") for page, told in listed])
    first.write_text(_LIST.sub(lambda _: body, first.read_text(encoding="utf-8")), encoding="utf-8")
    for folder in ("fonts", "images"):
        shutil.rmtree(pages / "static" / folder, ignore_errors=True)


def _body(layer: str, results: list[tuple[Path, str]]) -> str:
    """The body of the first page: what does not hold above what does."""
    rows = "".join(
        f'<tr><td>{"✓" if status == "Succeeded" else "✗"} {status}</td><td><a href="{page}">{page.stem}</a></td></tr>'
        for page, status in sorted(results, key=lambda result: (result[1] == "Succeeded", result[0].stem))
    )
    failed_n = sum(status != "Succeeded" for _, status in results)
    return (
        f"<body><h1>{layer}: {len(results)} suites, {failed_n} failed</h1>"
        f"<table><tr><th>Result</th><th>Suite</th></tr>{rows}</table></body>"
    )
