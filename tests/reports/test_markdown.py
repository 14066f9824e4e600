"""What becomes of Markdown, kind and hostile, on the page and in the PDF's data."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from services.reports.publication.page import ATTRIBUTES, TAGS, edition_page, to_html
from services.reports.publication.tree import to_tree, visible
from tests.reports.builders import edition_of

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/relative)",
    "[x](http://plain.example)",
    "[x](https://e.example 'a\" onclick=\"alert(1)')",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '<https://e.example/"onmouseover=alert(1)>',
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    '```"><script>alert(1)</script>\ncode\n```',
    "| a |\n|---|\n| <b onclick=alert(1)>x</b> |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>*{display:none}</style>",
    "# <h1>x</h1>",
]


def elements(found: str) -> list[Any]:
    return list(html.fragment_fromstring(found, create_parent="div").iterdescendants())


def links(nodes: Any) -> list[str]:
    if isinstance(nodes, dict):
        own = [nodes["target"]] if nodes.get("kind") == "link" else []
        return own + links(list(nodes.values()))
    return [target for node in nodes for target in links(node)] if isinstance(nodes, list) else []


def is_harmless(found: str) -> bool:
    """Return whether only known elements with known attributes are there, and links lead to https or mail."""
    allowed = {**ATTRIBUTES, "a": {"href", "rel"}}
    return all(
        each.tag in TAGS
        and set(each.attrib) <= allowed.get(each.tag, set())
        and each.get("href", "https://").startswith(("https://", "mailto:"))
        for each in elements(found)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_harmless_on_the_page(text: str) -> None:
    assert is_harmless(to_html(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_leads_nowhere_else_in_the_pdf(text: str) -> None:
    assert [target for target in links(to_tree(text)) if not target.startswith(("https://", "mailto:"))] == []


@given(st.text(alphabet=st.sampled_from("<>[]()!\"'`*_#&;:/=-|~ \nascriptjvhref"), max_size=120))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_harmless(text: str) -> None:
    assert is_harmless(to_html(text))


def test_links_pass_on_neither_reputation_nor_window() -> None:
    (link,) = (each for each in elements(to_html("[x](https://e.example)")) if each.tag == "a")
    assert dict(link.attrib) == {"href": "https://e.example", "rel": "noopener noreferrer nofollow"}


def test_an_image_becomes_a_link_to_it() -> None:
    assert to_html("![A *map*](https://e.example/map.png)") == (
        '<p><a href="https://e.example/map.png" rel="noopener noreferrer nofollow">A map</a></p>\n'
    )


def test_headings_begin_below_the_sections_own_and_skip_no_level() -> None:
    found = [each.tag for each in elements(to_html("# a\n\n### b\n\n###### c\n\n## d\n\n# e")) if each.tag[0] == "h"]
    assert found == ["h3", "h4", "h5", "h4", "h3"]


def test_a_heading_in_a_list_or_quote_is_a_bold_paragraph() -> None:
    assert to_html("> # a") == "<blockquote>\n<p><strong>a</strong></p>\n</blockquote>\n"


def test_tables_have_headers_with_scope_and_alignment_without_styles() -> None:
    cells = [each for each in elements(to_html("| a | b |\n|---|--:|\n| 1 | 2 |")) if each.tag in ("th", "td")]
    assert [dict(cell.attrib) for cell in cells] == [
        {"scope": "col"},
        {"scope": "col", "class": "align-right"},
        {},
        {"class": "align-right"},
    ]


def test_lists_quotes_code_emphasis_and_strikethrough_come_through() -> None:
    found = to_html("1. *a*\n2. **b**\n\n- `c`\n\n> d\n\n~~e~~\n\n    f\n\n---\n")
    assert [each.tag for each in elements(found)] == [
        *("ol", "li", "em", "li", "strong", "ul", "li", "code"),
        *("blockquote", "p", "p", "s", "pre", "code", "hr"),
    ]


def test_an_edition_has_sanitised_html_for_every_section_and_language() -> None:
    page = edition_page(edition_of("en", "be", text="<script>x</script> *y*"), None)
    expected = dict.fromkeys(("en", "be"), "<p>&lt;script&gt;x&lt;/script&gt; <em>y</em></p>\n")
    assert [section.html for section in page.sections] == [expected] * 6


def test_a_summary_is_plain_text_in_paragraphs() -> None:
    page = edition_page(edition_of("en", summary={"en": "<b>One</b>\n\nTwo"}), "en")
    assert page.summary_html == {"en": "<p>&lt;b&gt;One&lt;/b&gt;</p><p>Two</p>"}


def test_the_pdf_gets_every_kind_of_block_as_data() -> None:
    tree = to_tree(
        "# a\n\ntext *b* **c** ~~d~~ `e` [f](https://g.example)\\\nh\n\n- i\n\n3. j\n\n> k\n\n```\nl\n```\n\n---\n\n"
        "| m | n |\n|:-:|--:|\n| o | p |"
    )
    assert [node["kind"] for node in tree] == [
        *("heading", "paragraph", "bullets", "numbers", "quote", "code", "rule", "table"),
    ]
    kinds = [node["kind"] for node in tree[1]["children"] if node["kind"] != "text"]
    assert kinds == ["emphasis", "strong", "strike", "code-word", "link", "break"]
    assert (tree[3]["start"], tree[7]["align"], len(tree[7]["rows"])) == (3, ["center", "right"], 1)


def test_characters_that_reorder_or_hide_text_do_not_reach_the_pdf() -> None:
    assert visible("a\u202eb\u200bc\ufeff\u00add") == "abc\u00add"
