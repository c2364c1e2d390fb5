"""The words in a file of Python: what is written in calls of ``flask_iptv.words``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

#: What takes words, and how many texts: one, or one for one thing and one for many.
TAKERS = {"tr": 1, "said": 1, "mark": 1, "Phrase": 1, "trn": 2, "mark_many": 2}
_HOMES = {"phrases", "words", "speaking"}


def words(source: str, place: str) -> Iterator[str | tuple[str, ...]]:
    """Give the words of each call.

    :param place: what to name in errors, such as a path.
    :raises ValueError: where a text is put together, or a name of ours means something else.
    """
    tree = ast.parse(source)
    ours = _imported(tree)
    for node in ast.walk(tree):
        name = _bound(node)
        if ours.get(name) in TAKERS:
            raise ValueError(
                f"{place}:{_line(node)}: {name!r} takes words here; call this something else"
            )
        taker = _taker(node, ours)
        if isinstance(node, ast.Call) and taker is not None:
            yield from _texts(node, taker, place)


def _imported(tree: ast.Module) -> dict[str, str]:
    """What each name of ours in the file stands for: a taker, or ``words`` for their module."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.level or str(node.module).partition(".")[0] == "flask_iptv")
        for alias in node.names
        if alias.name == "words"
        or (alias.name in TAKERS and str(node.module).rpartition(".")[2] in _HOMES)
    }


def _taker(node: ast.AST, ours: dict[str, str]) -> str | None:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            found = ours.get(name)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
            found = name if ours.get(module) == "words" else None
        case _:
            return None
    return found if found in TAKERS else None


def _texts(call: ast.Call, taker: str, place: str) -> Iterator[str | tuple[str, ...]]:
    given = call.args[: TAKERS[taker]]
    wrong = [node for node in given if _is_put_together(node)]
    if wrong:
        raise ValueError(
            f"{place}:{wrong[0].lineno}: {taker}({ast.unparse(wrong[0])}) can't be translated: "
            "write the whole text as one literal, with %(name)s where a value goes"
        )
    texts = [
        node.value
        for node in given
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    # What is no literal was marked where it is written.
    if len(texts) == TAKERS[taker]:
        yield texts[0] if len(texts) == 1 else tuple(texts)


def _is_put_together(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr() | ast.BinOp() | ast.Call(func=ast.Attribute(value=ast.Constant())):
            return True
        case ast.IfExp(body=one, orelse=other):
            return any(isinstance(part, ast.Constant) for part in (one, other))
        case ast.BoolOp(values=parts):
            return any(isinstance(part, ast.Constant) for part in parts)
    return False


def _bound(node: ast.AST) -> str:
    """The name that something gets here, if it is no import."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
    return ""


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)
