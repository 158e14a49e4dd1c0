"""Styles of layers for QGIS (QML), which a GeoPackage carries in its table `layer_styles`."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

CLASS = "class"
COLOURS = {  # the meaning of the official capacity map, which has no green
    "transparant": "247,247,247,255",
    "yellow": "254,227,145,255",
    "amber": "254,153,41,255",
    "red": "165,0,38,255",
}
INK, BLUE, PURPLE, ORANGE = "34,34,34,255", "43,108,176,255", "106,61,154,255", "217,119,6,255"
PLACEMENT = {"marker": 0, "fill": 1, "line": 2}  # of labels, as QGIS counts: around, over, along
PLAIN = {  # layer: kind of symbol, colour, size in mm, shape, column of the label
    "zones": ("fill", "247,247,247,90", 0.3, "", "name"),
    "substations": ("marker", "31,78,121,255", 3.2, "square", "substation"),
    "datacenters": ("marker", BLUE, 3.0, "diamond", "site"),
    "masts": ("marker", ORANGE, 2.2, "triangle", "mast"),
    "cells": ("marker", "138,138,138,255", 1.6, "circle", ""),
    "heat_sources": ("marker", PURPLE, 2.8, "star", "source"),
    "heat_sinks": ("marker", PURPLE, 2.8, "pentagon", "sink"),
    "junctions": ("marker", PURPLE, 1.6, "circle", ""),
    "branches": ("line", INK, 0.5, "", ""),
    "heat_links": ("line", PURPLE, 0.6, "", ""),
}


def qml(layer: str) -> str:
    """Style of a layer; those of a plan are coloured by the column `class`."""
    if layer.startswith("plan_"):
        kind = "line" if "branches" in layer else "marker"
        label = "branch" if kind == "line" else "substation"
        return _document(_by_class(kind), label, kind)
    kind, colour, size, shape, label = PLAIN[layer]
    symbol = f"<symbols>{_symbol('0', kind, colour, size, shape)}</symbols>"
    return _document(f'<renderer-v2 type="singleSymbol">{symbol}</renderer-v2>', label, kind)


def _by_class(kind: str) -> str:
    categories, symbols = "", ""
    for k, (name, colour) in enumerate(COLOURS.items()):
        categories += f'<category type="string" value="{name}" symbol="{k}" label="{name}" render="true"/>'
        symbols += _symbol(str(k), kind, colour, 1.1 if kind == "line" else 3.6, "square")
    return (
        f'<renderer-v2 type="categorizedSymbol" attr="{CLASS}"><categories>{categories}</categories>'
        f"<symbols>{symbols}</symbols></renderer-v2>"
    )


def _symbol(name: str, kind: str, colour: str, size: float, shape: str) -> str:
    layer, options = {
        "marker": ("SimpleMarker", {"color": colour, "name": shape, "size": size, "size_unit": "MM"}),
        "line": ("SimpleLine", {"line_color": colour, "line_width": size, "line_width_unit": "MM"}),
        "fill": ("SimpleFill", {"color": colour, "style": "solid", "outline_width": size}),
    }[kind]
    if kind != "line":
        options |= {"outline_color": INK, "outline_style": "solid"}
    inner = "".join(
        f'<Option name="{key}" type="QString" value={quoteattr(str(value))}/>'
        for key, value in options.items()
    )
    return (
        f'<symbol name="{name}" type="{kind}" alpha="1"><layer class="{layer}" enabled="1" pass="0">'
        f'<Option type="Map">{inner}</Option></layer></symbol>'
    )


def _document(renderer: str, label: str, kind: str) -> str:
    text = ""
    if label:
        style = f'<text-style fieldName="{label}" fontSize="8" fontFamily="Sans" textColor="{INK}"/>'
        where = (
            f'<placement placement="{PLACEMENT[kind]}" dist="1" distUnits="MM"/><rendering drawLabels="1"/>'
        )
        text = f'<labeling type="simple"><settings>{style}{where}</settings></labeling>'
    on = int(bool(label))
    head = '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">'
    options = f'version="3.28" styleCategories="Symbology|Labeling" labelsEnabled="{on}"'
    return f"{head}<qgis {options}>{renderer}{text}</qgis>"
