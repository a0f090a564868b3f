"""The three pictures of a proposal, as Plotly figures that suit a light and a dark page."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from agents.rendering import Language
from db.sales import History
from pricing.forecast import Forecast
from ui.amounts import money, symbol
from ui.words import say

INK, FAINT = "#7a8494", "rgba(122,132,148,0.22)"
BLUE, TEAL, AMBER = "#3b82f6", "#0d9488", "#d97706"
BAND, INNER = "rgba(59,130,246,0.16)", "rgba(59,130,246,0.28)"
MARKED = {"mark_now": "current_price", "mark_new": "proposed_price"}
PAST = 26  # weeks shown before a forecast


def history_chart(history: History, language: Language) -> go.Figure | None:
    """Units a week as bars, the price as a line on an axis of its own. None where nothing ever sold."""
    weeks = history.weeks
    if not len(weeks):
        return None
    days = weeks["week"].to_list()
    figure = go.Figure()
    figure.add_bar(x=days, y=weeks["units"].to_list(), name=say("trace_units", language), marker_color=BAND)
    figure.add_scatter(
        x=days, y=weeks["price"].to_list(), name=say("trace_price", language), yaxis="y2", mode="lines",
        line={"color": AMBER, "width": 2, "shape": "hv"},
    )  # fmt: skip
    figure.update_layout(
        yaxis={"title": say("axis_units", language)},
        yaxis2={
            "overlaying": "y", "side": "right", "showgrid": False, "tickprefix": symbol(history.currency, language),
            "title": say("axis_price", language), "rangemode": "tozero",
        },
        bargap=0.1,
    )  # fmt: skip
    return _styled(figure, language, dates=True)


def curve_chart(row: Mapping[str, Any], language: Language) -> go.Figure | None:
    """Units and money over the lawful prices, each with its band; today's and the proposed price marked."""
    curve = row["curve"]
    prices = curve.get("prices") or []
    if len(prices) < 2:
        return None
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    for place, (key, colour) in enumerate((("units", TEAL), ("money", BLUE)), 1):
        _band(figure, prices, curve[key], colour, place, language)
    sign = symbol(row["currency"], language)
    figure.update_yaxes(title=say("axis_units_total", language), row=1, col=1)
    figure.update_yaxes(title=say(f"axis_{row['basis']}", language), tickprefix=sign, row=2, col=1)
    figure.update_xaxes(tickprefix=sign, title=say("axis_price", language), row=2, col=1)
    cheaper, dearer = sorted((("mark_now", INK), ("mark_new", AMBER)), key=lambda mark: float(row[MARKED[mark[0]]]))
    for (key, colour), side in ((cheaper, "right"), (dearer, "left")):
        price = row[MARKED[key]]
        _mark(figure, float(price), f"{say(key, language)} {money(price, row['currency'], language)}", colour, side)
    return _styled(figure, language, height=440)


def _band(
    figure: go.Figure, prices: list[float], rows: list[list[float]], colour: str, place: int, language: Language
) -> None:
    low, mean, high = rows
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=prices, y=high, showlegend=False, row=place, col=1, **hidden)
    figure.add_scatter(
        x=prices, y=low, fill="tonexty", fillcolor=BAND, name=say("trace_band", language), showlegend=place == 2,
        row=place, col=1, **hidden,
    )  # fmt: skip
    figure.add_scatter(
        x=prices, y=mean, mode="lines", line={"color": colour, "width": 2.5}, name=say("trace_mean", language),
        showlegend=place == 2, row=place, col=1,
    )  # fmt: skip


def _mark(figure: go.Figure, price: float, text: str, colour: str, side: str) -> None:
    """A line through both pictures, with its name above them, on the side away from the other mark."""
    for place in (1, 2):
        figure.add_vline(x=price, line={"color": colour, "width": 1.5, "dash": "dash"}, row=place, col=1)
    figure.add_annotation(
        x=price, y=1, xref="x", yref="paper", text=text, font={"color": colour}, showarrow=False, xanchor=side,
        yanchor="bottom",
    )  # fmt: skip


def fan_chart(forecast: Forecast, history: History, language: Language) -> go.Figure | None:
    """Weeks behind, and the weeks ahead as a fan: 90 % and 80 % intervals around the expected units."""
    if not len(forecast.weeks) or not (forecast.mean >= 0).all():
        return None
    ahead = [str(week) for week in forecast.weeks]
    low, inner_low, _, inner_high, high = forecast.quantiles
    past = history.weeks.tail(PAST)
    figure = go.Figure()
    bounds = ((low, high, BAND, "trace_band"), (inner_low, inner_high, INNER, "trace_inner"))
    for bottom, top, colour, name in bounds:
        hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        figure.add_scatter(x=ahead, y=top.tolist(), showlegend=False, **hidden)
        figure.add_scatter(
            x=ahead, y=bottom.tolist(), fill="tonexty", fillcolor=colour, name=say(name, language), **hidden
        )
    figure.add_scatter(
        x=ahead, y=forecast.mean.tolist(), name=say("trace_mean", language), line={"color": BLUE, "width": 2.5}
    )
    figure.add_scatter(
        x=past["week"].to_list(), y=past["units"].to_list(), name=say("trace_units", language), line={"color": INK}
    )
    figure.update_layout(yaxis={"title": say("axis_units", language), "rangemode": "tozero"})
    return _styled(figure, language, dates=True)


def _styled(figure: go.Figure, language: Language, height: int = 300, dates: bool = False) -> go.Figure:
    figure.update_layout(
        template="none", height=height, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"color": INK, "size": 12, "family": "system-ui, 'Noto Sans CJK SC', 'PingFang SC', sans-serif"},
        margin={"l": 56, "r": 56, "t": 52, "b": 40}, separators=".,", hovermode="x unified",
        legend={"orientation": "h", "y": -0.22}, dragmode=False, autosize=True,
    )  # fmt: skip
    figure.update_xaxes(gridcolor=FAINT, zerolinecolor=FAINT, automargin=True, fixedrange=True)
    figure.update_yaxes(gridcolor=FAINT, zerolinecolor=FAINT, automargin=True, fixedrange=True)
    if dates:
        figure.update_xaxes(tickformat="%Y-%m" if language == "zh" else "%b %Y", hoverformat="%Y-%m-%d", nticks=6)
    return figure
