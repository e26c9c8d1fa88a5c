"""Bar charts as SVG drawn on the server: no script, no style, read aloud as one picture with a text."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from office.records.survey_results import Bar, Result

_WIDTH, _ROW, _LABEL, _NUMBER = 760, 40, 250, 110
_LETTERS = 17


def bar_chart(result: Result, title: str) -> Markup:
    """The bars of a result below each other; every figure stands beside its bar."""
    room = _WIDTH - _LABEL - _NUMBER
    rows = [_row(bar, place, room, result.largest) for place, bar in enumerate(result.bars)]
    height = _ROW * len(rows)
    spoken = f"{title}：{said(result.bars)}"
    return Markup(
        '<svg class="chart" role="img" aria-label="{}" viewBox="0 0 {} {}" '
        'xmlns="http://www.w3.org/2000/svg">{}</svg>'
    ).format(spoken, _WIDTH, height, Markup("").join(rows))


def said(bars: Sequence[Bar]) -> str:
    """The figures in one sentence."""
    return "、".join(f"{bar.label} {'非表示' if bar.count is None else f'{bar.count}件'}" for bar in bars)


def _row(bar: Bar, place: int, room: int, largest: int) -> Markup:
    top = place * _ROW
    long = room * (bar.count or 0) / largest if largest else 0
    figure = "非表示" if bar.count is None else f"{bar.count:,}件 {bar.share:g}%"
    width = max(long, 2.0) if bar.count else 0.0
    return Markup(
        '<text class="chart-label" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="chart-bar" x="{}" y="{}" width="{:.1f}" height="{}" rx="3"/>'
        '<text class="chart-figure" x="{:.1f}" y="{}">{}</text>'
    ).format(
        _LABEL - 10, top + 26, escape(_short(bar.label)),
        _LABEL, top + 7, width, _ROW - 14,
        _LABEL + width + 8, top + 26, figure,
    )  # fmt: skip


def _short(label: str) -> str:
    return label if len(label) <= _LETTERS - 2 else f"{label[: _LETTERS - 3]}…"
