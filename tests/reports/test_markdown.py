"""What becomes of Markdown, kind and hostile, on the page and in the PDF's data."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from services.reports.publication.around import Around
from services.reports.publication.content import ContentImage
from services.reports.publication.html import ATTRIBUTES, TAGS, to_html
from services.reports.publication.markdown import pictures_in
from services.reports.publication.page import edition_page
from services.reports.publication.tree import to_tree, visible
from tests.reports.builders import edition_of

PICTURE = "01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f"
KNOWN = ContentImage(
    image_id=PICTURE, sha256="0" * 64, content_type="image/png", width=40, height=30, alt={"en": "A closed newsroom"}
)
AROUND = Around("en", pictures={PICTURE: KNOWN}, images_at="/en/images")

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
    "[x](image:01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f)",
    '![" onerror="x](image:01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f "\\" onload=\\"x")',
    '[^"><script>]\n\n[^"><script>]: x',
    "> [^a] [^b]\n> [^a]: > [^b]: - [^a]",
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
    return all(
        each.tag in TAGS
        and set(each.attrib) <= ATTRIBUTES.get(each.tag, set())
        and ("rel" in each.attrib) == each.get("href", "").startswith(("https://", "mailto:"))
        and each.get("href", "https://").startswith(("https://", "mailto:", "#note-", "#mark-"))
        and each.get("src", "/en/images").startswith("/en/images")
        for each in elements(found)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_harmless_on_the_page(text: str) -> None:
    assert is_harmless(to_html(text))
    assert is_harmless(to_html(text, AROUND))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_leads_nowhere_else_in_the_pdf(text: str) -> None:
    assert [target for target in links(to_tree(text)) if not target.startswith(("https://", "mailto:"))] == []


@given(st.text(alphabet=st.sampled_from("<>[]()!\"'`*_#&;:/=-|~^1 \nascriptjvhref"), max_size=120))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_harmless(text: str) -> None:
    assert is_harmless(to_html(text))


@given(
    st.lists(
        st.sampled_from(["[^a]", "[^b]", "[^a]: ", "[^b]: ", "> ", "- ", "\n", "\n\n", "    ", "# ", "x"]), max_size=30
    )
)
@settings(max_examples=60, deadline=None)
def test_notes_wherever_they_stand_leave_every_element_closed(parts: list[str]) -> None:
    text = "".join(parts)
    assert is_harmless(to_html(text))
    assert links(to_tree(text)) == []


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


def test_a_picture_alone_in_its_paragraph_is_a_figure_with_its_caption() -> None:
    assert to_html(f'![](image:{PICTURE} "Minsk, 2008")', AROUND) == (
        f'<figure><img src="/en/images/{PICTURE}" alt="A closed newsroom" width="40" height="30" loading="lazy">'
        "<figcaption>Minsk, 2008</figcaption></figure>\n"
    )
    assert to_tree(f'![](image:{PICTURE} "Minsk, 2008")', AROUND) == [
        {
            "kind": "picture",
            "id": PICTURE,
            "alt": "A closed newsroom",
            "caption": "Minsk, 2008",
            "width": 40,
            "height": 30,
            "inline": False,
        }
    ]


def test_what_the_text_says_of_a_picture_goes_before_its_description() -> None:
    found = to_html(f"See ![a *map*](image:{PICTURE}).", AROUND)
    assert found == f'<p>See <img src="/en/images/{PICTURE}" alt="a map" width="40" height="30" loading="lazy">.</p>\n'
    assert [(shown.image_id, shown.alt) for shown in pictures_in(f"![a map](image:{PICTURE.upper()})")] == [
        (PICTURE, "a map")
    ]


def test_a_picture_that_is_not_there_is_its_words() -> None:
    assert to_html(f"![a map](image:{PICTURE})") == "<p>a map</p>\n"
    assert to_html(f"[words](image:{PICTURE})") == "<p>words</p>\n"


def test_notes_are_numbered_as_the_text_refers_to_them_and_lead_back() -> None:
    found = to_html(
        "One[^b] two[^a] three[^b].\n\n[^a]: First.\n\n[^b]: Second [^a].\n\n[^c]: Nobody asks.", Around(key="law")
    )
    assert found == (
        '<p>One<sup><a href="#law-note-1" id="law-mark-1" aria-label="Note 1">1</a></sup>'
        ' two<sup><a href="#law-note-2" id="law-mark-2" aria-label="Note 2">2</a></sup>'
        ' three<sup><a href="#law-note-1" aria-label="Note 1">1</a></sup>.</p>\n'
        '<section class="notes" aria-label="Notes">\n<ol>\n'
        '<li id="law-note-1">\n<p>Second [^a].</p>\n'
        '<p><a href="#law-mark-1" aria-label="Back to where the text refers to note 1">'
        "↑ 1</a></p></li>\n"
        '<li id="law-note-2">\n<p>First.</p>\n'
        '<p><a href="#law-mark-2" aria-label="Back to where the text refers to note 2">'
        "↑ 2</a></p></li>\n"
        "</ol>\n</section>\n"
    )


def test_in_the_pdf_a_note_stands_where_it_is_first_referred_to() -> None:
    (paragraph,) = to_tree("One[^1], again[^1].\n\n[^1]: Said.", Around(key="law"))
    said = [{"kind": "paragraph", "children": [{"kind": "text", "text": "Said."}]}]
    assert [each for each in paragraph["children"] if each["kind"] != "text"] == [
        {"kind": "note", "id": "law-1", "children": said},
        {"kind": "note-again", "id": "law-1"},
    ]


def test_deep_and_many_notes_are_read_in_no_time() -> None:
    deep = "".join(f"[^{number}]: " for number in range(1_000))
    many = "[^1] " * 5_000 + "\n\n[^1]: x"
    assert is_harmless(to_html(deep + "x [^1]"))
    assert to_html(many).count("<li") == 1
