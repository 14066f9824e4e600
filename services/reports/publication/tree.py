"""Markdown as a tree of plain data, which the typst template lays out: text never becomes markup there.

A node is ``{"kind": …}`` with ``children`` (nodes) or ``text``; the kinds are those of `_Planting`.  Two need more:

- ``{"kind": "picture", "id", "alt", "caption", "width", "height", "inline"}``: a picture of the report by its id, which
  is a file that the typesetter must be given; ``caption`` may be empty, width and height are pixels, ``inline`` says
  whether it stands within a line;
- ``{"kind": "note", "id", "children"}``: a note where it is first referred to, with its text; afterwards
  ``{"kind": "note-again", "id"}``.  The id is unlike that of every other note of the report.
"""

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from services.reports.publication.around import NOTHING, Around
from services.reports.publication.markdown import Shown, parse

Node = dict[str, Any]
FIRST_HEADING = 2  # in the PDF the section's title is level 1
_CONTAINERS = {"blockquote": "quote", "em": "emphasis", "strong": "strong", "s": "strike", "paragraph": "paragraph"}
_LEAVES = {"fence": "code", "code_block": "code", "code_inline": "code-word", "hr": "rule", "hardbreak": "break"}


def to_tree(text: str, surroundings: Around = NOTHING) -> list[Node]:
    """Return the blocks of a Markdown text."""
    root = SyntaxTreeNode(parse(text, first_heading=FIRST_HEADING))
    notes = {each.meta["number"]: each for part in root.children if part.type == "notes" for each in part.children}
    planting = _Planting(surroundings, notes)
    return planting.nodes([child for child in root.children if child.type != "notes"])


def visible(text: str) -> str:
    """Return ``text`` without format characters, which show nothing and can reorder what is seen."""
    return "".join(character for character in text if character == "\u00ad" or unicodedata.category(character) != "Cf")


@dataclass(slots=True)
class _Planting:
    """Turns the library's nodes into ours; each note is planted once."""

    surroundings: Around
    notes: dict[int, SyntaxTreeNode]
    planted: set[int] = field(default_factory=set)

    def nodes(self, nodes: list[SyntaxTreeNode]) -> list[Node]:
        return [self._node(node) for node in nodes]

    def _node(self, node: SyntaxTreeNode) -> Node:
        kind = node.type
        if kind in _CONTAINERS:
            return {"kind": _CONTAINERS[kind], "children": self._inlines(node)}
        if kind == "heading":
            return {"kind": "heading", "level": int(node.tag[1]), "children": self._inlines(node)}
        if kind in ("bullet_list", "ordered_list"):
            return self._list(node)
        if kind == "table":
            return self._table(node)
        return self._leaf(node)

    def _leaf(self, node: SyntaxTreeNode) -> Node:
        if node.type == "note_mark":
            return self._note(node.meta["number"])
        if node.type in ("picture", "figure"):
            return self._picture(node.meta["shown"], inline=node.type == "picture")
        if node.type == "link":
            return {"kind": "link", "target": str(node.attrs["href"]), "children": self._inlines(node)}
        if node.type in _LEAVES:
            return {"kind": _LEAVES[node.type], "text": visible(node.content.rstrip("\n"))}
        return {"kind": "text", "text": " " if node.type == "softbreak" else visible(node.content)}

    def _inlines(self, node: SyntaxTreeNode) -> list[Node]:
        """Return the children, where the library's wrapper around inline text counts as nothing."""
        found: list[Node] = []
        for child in node.children:
            found.extend(self._inlines(child) if child.type == "inline" else [self._node(child)])
        return found

    def _list(self, node: SyntaxTreeNode) -> Node:
        items = [self.nodes(item.children) for item in node.children]
        start = int(node.attrs.get("start", 1))
        return {"kind": "numbers" if node.type == "ordered_list" else "bullets", "start": start, "items": items}

    def _table(self, node: SyntaxTreeNode) -> Node:
        rows = [row for part in node.children for row in part.children]
        cells = [[self._inlines(cell) for cell in row.children] for row in rows]
        aligned = [str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in rows[0].children]
        return {"kind": "table", "align": aligned, "head": cells[0], "rows": cells[1:]}

    def _note(self, number: int) -> Node:
        id = f"{self.surroundings.key}-{number}"
        if number in self.planted:
            return {"kind": "note-again", "id": id}
        self.planted.add(number)
        return {"kind": "note", "id": id, "children": self.nodes(self.notes[number].children)}

    def _picture(self, shown: Shown, *, inline: bool) -> Node:
        known = self.surroundings.pictures.get(shown.image_id)
        if known is None:
            words: Node = {"kind": "text", "text": visible(shown.alt)}
            return words if inline else {"kind": "paragraph", "children": [words]}
        return {
            "kind": "picture",
            "id": known.image_id,
            "alt": visible(self.surroundings.alt(shown)),
            "caption": visible(self.surroundings.caption(shown)),
            "width": known.width,
            "height": known.height,
            "inline": inline,
        }
