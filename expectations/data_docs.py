"""The pages of Great Expectations, made to be read from a folder by somebody without a network.

As made, a page fetches styles, scripts and a logo from six hosts whenever it is opened, the logo with the time in its
address. Here each page loses all that is fetched and gets a few styles of its own.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

_FETCHED = re.compile(
    r"""<script\b.*?</script>|<(?:link|img)\b[^>]*\b(?:href|src)=["']https?:[^>]*>|<link\b[^>]*static/fonts[^>]*>""",
    re.DOTALL | re.IGNORECASE,
)
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
    """Rewrite the pages below a folder so that none of them fetches anything from elsewhere."""
    for page in pages.rglob("*.html"):
        text = _FETCHED.sub("", page.read_text(encoding="utf-8"))
        page.write_text(text.replace("</head>", _STYLES, 1), encoding="utf-8")
    for folder in ("fonts", "images"):
        shutil.rmtree(pages / "static" / folder, ignore_errors=True)
