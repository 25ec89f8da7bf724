"""The command line: parse, one service call, render."""

from reqsift.cli.app import main

__all__ = ["main"]
