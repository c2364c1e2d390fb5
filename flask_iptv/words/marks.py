"""Marks on words that are kept for a later page: translators find them by the marks."""

from __future__ import annotations


def mark(words: str) -> str:
    """Mark words that :func:`~flask_iptv.words.tr` will be given later."""
    return words


def mark_many(one: str, many: str) -> tuple[str, str]:
    """Mark words for a number of things that :func:`~flask_iptv.words.trn` will be given later."""
    return one, many
