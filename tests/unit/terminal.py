"""A command as it is typed, in this process: what it prints and how it ends."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bilimkoz.cli import app, console


@dataclass
class Terminal:
    """A steward's terminal on a data root of its own, `width` letters wide."""

    root: Path
    patch: pytest.MonkeyPatch
    printed: pytest.CaptureFixture[str]

    def call(self, *arguments: str, language: str = "en", width: int = 400) -> tuple[int, str]:
        """The exit code and what was printed, with every run of spaces and line ends as one space."""
        code, text = self.lines(*arguments, language=language, width=width)
        return code, " ".join(" ".join(text).split())

    def lines(self, *arguments: str, language: str = "en", width: int = 80) -> tuple[int, list[str]]:
        """The exit code and the lines that were printed."""
        self.patch.setenv("BILIMKOZ_LANGUAGE", language)
        self.patch.setattr(sys, "argv", ["bilimkoz", *arguments])
        self.patch.setattr(console.console, "_file", None)
        self.patch.setattr(console.console, "_width", width)
        console.settings.cache_clear()
        self.printed.readouterr()
        with pytest.raises(SystemExit) as ended:
            app.main()
        console.settings.cache_clear()
        return int(str(ended.value.code)), self.printed.readouterr().out.splitlines()
