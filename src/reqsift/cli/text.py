"""Captured text on a terminal: hostile, so nothing in it may steer the terminal."""

import typer


def complain(error: Exception | str) -> None:
    """One red line on stderr."""
    typer.secho(f"Error: {printable(str(error))}", fg=typer.colors.RED, err=True)


def printable(text: str, limit: int = 0) -> str:
    """Show control and other unprintable characters as escapes; cut to `limit` (0: never)."""
    shown = text if text.isprintable() else "".join(map(_shown, text))
    if limit and len(shown) > limit:
        return shown[: limit - 1] + "…"
    return shown


def _shown(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
