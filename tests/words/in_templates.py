"""The words in a template: what is written in calls of ``tr`` and ``trn``."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import Environment, nodes

# What templates are given; see flask_iptv/pages.py.
_TAKERS = {"tr": 1, "trn": 2}
_PUTTING_TOGETHER = (nodes.Concat, nodes.BinExpr, nodes.CondExpr, nodes.Filter)


def words(source: str, place: str) -> Iterator[str | tuple[str, ...]]:
    """Give the words of each call.

    :param place: what to name in errors, such as a path.
    :raises ValueError: where a text is put together, or a name of ours means something else.
    """
    tree = Environment(autoescape=True).parse(source)
    bound = {name.name: name.lineno for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    bound |= {macro.name: macro.lineno for macro in tree.find_all(nodes.Macro)}
    for name in sorted(_TAKERS.keys() & bound):
        raise ValueError(f"{place}:{bound[name]}: {name!r} takes words; call this something else")
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _TAKERS:
            yield from _texts(call, call.node.name, place)


def _texts(call: nodes.Call, taker: str, place: str) -> Iterator[str | tuple[str, ...]]:
    given = call.args[: _TAKERS[taker]]
    if any(isinstance(node, _PUTTING_TOGETHER) and node.find(nodes.Const) for node in given):
        raise ValueError(
            f"{place}:{call.lineno}: what {taker}() is given can't be translated: write the whole "
            "text as one literal, with %(name)s where a value goes"
        )
    texts = [node.value for node in given if isinstance(node, nodes.Const)]
    if len(texts) == _TAKERS[taker]:
        yield texts[0] if len(texts) == 1 else tuple(texts)
