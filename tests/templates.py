"""The templates of pages, compiled once for all the apps of a test run."""

from __future__ import annotations

from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Memory(BytecodeCache):
    """What has been compiled, by the template's file and text."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._compiled[bucket.key, bucket.checksum] = bucket.code


def compile_templates_once() -> None:
    """Let apps share what Jinja compiles of templates: most of the time of an app's first page."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Memory()}
