"""Typing ``flask iptv …`` inside of a test."""

from __future__ import annotations

from click.testing import Result
from flask import Flask


def iptv(app: Flask, *words: str, typed: str | bytes | None = None) -> Result:
    """Run a command as ``flask iptv`` does.

    :param words: behind ``flask iptv``.
    :param typed: what it finds on standard input.
    """
    return app.test_cli_runner().invoke(args=["iptv", *words], input=typed)


def refusal(result: Result) -> str:
    """What a command that was refused said on standard error, and that it said nothing else."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr
