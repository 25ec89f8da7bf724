"""Renew the help texts in the page of the command line: `python docs/reference/make_cli.py`."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("cli.md")
_HELP = re.compile(r"```\n\n? Usage: reqsift ?(.*?) ?\[OPTIONS\].*?\n```", re.DOTALL)
_REQSIFT = Path(sys.executable).with_name("reqsift")


def page(written: str) -> str:
    """The page with the help that the commands give now."""
    return _HELP.sub(lambda found: f"```\n{_help(found[1].split())}\n```", written)


def _help(command: list[str]) -> str:
    plain = {"COLUMNS": "92", "TERMINAL_WIDTH": "92", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    shown = subprocess.run(  # noqa: S603 -- our own command, with words of our own page
        [_REQSIFT, *command, "--help"], capture_output=True, text=True, env=plain, check=True
    )
    lines = [line.rstrip() for line in shown.stdout.strip("\n").splitlines()]
    return "\n".join(lines).strip("\n")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
