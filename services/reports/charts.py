"""Draws an indicator as SVG: no script, nothing from another host, a title and a description in words.

A picture never stands alone: whoever shows it shows the table that it is drawn from.
"""

import sys
from decimal import Decimal
from functools import partial
from typing import Any

import pygal
from babel.numbers import get_decimal_symbol
from lxml import etree
from pygal.style import Style

from services.reports.publication.content import ContentIndicator
from services.reports.publication.words import LOCALES
from shared.model import Language, in_language

sys.meta_path[:] = [each for each in sys.meta_path if type(each).__name__ != "PluginImportFixer"]
# pygal's hook for plug-ins, of a kind that Python has given up, warns at every later import of what is missing.

WIDTH, HEIGHT = 720, 400  # units of the drawing, which has no size of its own
SVG = "{http://www.w3.org/2000/svg}"
COLOURS = (  # eight that colour-blind people tell apart (Okabe and Ito, 2008), darkened to 3:1 on white
    "#0072b2", "#b35900", "#007a5a", "#a33f7f", "#56606b", "#8a6d00", "#1f5f99", "#7a1f1f",
    "#3d7d8c", "#5b4b8a", "#6b8e23", "#8b4513",
)  # fmt: skip
STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    guide_stroke_color="#c8c8c8",
    major_guide_stroke_color="#c8c8c8",
    stroke_width="2.5",
    foreground="#333333",
    foreground_strong="#111111",
    foreground_subtle="#767676",
    colors=COLOURS,
    font_family="'Noto Sans', 'DejaVu Sans', Arial, sans-serif",
    label_font_size=14,
    major_label_font_size=14,
    value_font_size=13,
    legend_font_size=14,
    value_colors=("#111111",) * len(COLOURS),
    opacity="1",
    transition="none",
)
ROTATED_FROM = 9  # columns: more labels than these stand at a slant


def svg(indicator: ContentIndicator, language: Language) -> bytes | None:
    """Return the picture of an indicator in one language; `None` for one that has none, or not a single number."""
    numbers = [_number(each) for series in indicator.series for each in series.values]
    if indicator.chart == "none" or all(each is None for each in numbers):
        return None
    chart: Any = (pygal.Line if indicator.chart == "line" else pygal.Bar)(**_options(indicator, language))
    chart.x_labels = [in_language(each, language) for each in indicator.columns]
    for number, series in enumerate(indicator.series):
        label = in_language(series.label, language) or in_language(indicator.title, language) or str(number + 1)
        chart.add(label, [_number(each) for each in series.values])
    drawn = chart.render(is_unicode=True).replace(f"chart-{chart.uuid}", "chart")  # the same every time
    return _described(drawn, in_language(indicator.title, language), words(indicator, language))


def words(indicator: ContentIndicator, language: Language) -> str:
    """Return the numbers of an indicator as a sentence for whoever does not see the picture."""
    columns = [in_language(each, language) for each in indicator.columns]
    rows = []
    for series in indicator.series:
        told = [f"{name}: {value}" for name, value in zip(columns, series.values, strict=True) if value is not None]
        label = in_language(series.label, language)
        rows.append(f"{label} ({', '.join(told)})" if label else ", ".join(told))
    return ". ".join(rows)


def _options(indicator: ContentIndicator, language: Language) -> dict[str, Any]:
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "style": STYLE,
        "js": [],
        "show_legend": len(indicator.series) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 1
        if max(len(in_language(each.label, language)) for each in indicator.series) > 24
        else 3,
        "truncate_legend": -1,
        "truncate_label": -1,
        "x_label_rotation": 40 if len(indicator.columns) >= ROTATED_FROM else 0,
        "y_title": in_language(indicator.unit, language) or None,
        "include_x_axis": True,
        "print_values": len(indicator.columns) * len(indicator.series) <= 40,
        "print_values_position": "top",
        "disable_xml_declaration": True,
        "dots_size": 4,
        "margin": 24,
        "allow_interruptions": True,
        "formatter": partial(_written, language=language),
    }


def _number(value: str | None) -> float | None:
    return None if value is None else float(Decimal(value))


def _written(value: float | None, *, language: Language) -> str:
    if value is None:
        return ""
    short = f"{round(value, 4):g}" if abs(value) < 1e6 else f"{value:.0f}"
    return short.replace(".", get_decimal_symbol(LOCALES[language]))


def _described(drawn: str, title: str, text: str) -> bytes:
    """Return a drawing with its title and description, without what only a script would use."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(drawn.encode(), parser)
    for name in ("script", "title"):
        for each in list(root.iter(f"{SVG}{name}")):
            each.getparent().remove(each)
    for each in list(root.iter(f"{SVG}desc")):  # what tooltips are made from
        each.getparent().remove(each)
    for number, (name, content) in enumerate((("title", title), ("desc", text))):
        part = etree.Element(f"{SVG}{name}", {"id": f"chart-{name}"})
        part.text = content
        root.insert(number, part)
    root.set("id", "chart")
    root.set("role", "img")
    root.set("aria-labelledby", "chart-title chart-desc")
    return bytes(etree.tostring(root, encoding="utf-8"))
