"""Markdown as a tree of plain data, which the typst template lays out: text never becomes markup there.

A node is ``{"kind": …}`` with ``children`` (nodes) or ``text``; the kinds are those of `_block` and `_inline`.
"""

import unicodedata
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from services.reports.publication.markdown import parse

Node = dict[str, Any]
FIRST_HEADING = 2  # in the PDF the section's title is level 1
_CONTAINERS = {"blockquote": "quote", "em": "emphasis", "strong": "strong", "s": "strike", "paragraph": "paragraph"}
_LEAVES = {"fence": "code", "code_block": "code", "code_inline": "code-word", "hr": "rule", "hardbreak": "break"}


def to_tree(text: str) -> list[Node]:
    """Return the blocks of a Markdown text."""
    tokens = parse(text, first_heading=FIRST_HEADING)
    return [_node(child) for child in SyntaxTreeNode(tokens).children]


def visible(text: str) -> str:
    """Return ``text`` without format characters, which show nothing and can reorder what is seen."""
    return "".join(character for character in text if character == "\u00ad" or unicodedata.category(character) != "Cf")


def _node(node: SyntaxTreeNode) -> Node:
    kind = node.type
    if kind in _CONTAINERS:
        return {"kind": _CONTAINERS[kind], "children": _inlines(node)}
    if kind == "heading":
        return {"kind": "heading", "level": int(node.tag[1]), "children": _inlines(node)}
    if kind in ("bullet_list", "ordered_list"):
        return _list(node)
    if kind == "table":
        return _table(node)
    return _leaf(node)


def _leaf(node: SyntaxTreeNode) -> Node:
    if node.type == "link":
        return {"kind": "link", "target": str(node.attrs["href"]), "children": _inlines(node)}
    if node.type in _LEAVES:
        return {"kind": _LEAVES[node.type], "text": visible(node.content.rstrip("\n"))}
    return {"kind": "text", "text": " " if node.type == "softbreak" else visible(node.content)}


def _inlines(node: SyntaxTreeNode) -> list[Node]:
    """Return the children, where the library's wrapper around inline text counts as nothing."""
    found: list[Node] = []
    for child in node.children:
        found.extend(_inlines(child) if child.type == "inline" else [_node(child)])
    return found


def _list(node: SyntaxTreeNode) -> Node:
    items = [[_node(child) for child in item.children] for item in node.children]
    start = int(node.attrs.get("start", 1))
    return {"kind": "numbers" if node.type == "ordered_list" else "bullets", "start": start, "items": items}


def _table(node: SyntaxTreeNode) -> Node:
    rows = [row for part in node.children for row in part.children]
    cells = [[_inlines(cell) for cell in row.children] for row in rows]
    aligned = [str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in rows[0].children]
    return {"kind": "table", "align": aligned, "head": cells[0], "rows": cells[1:]}
