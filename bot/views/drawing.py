"""A picture as plain data: boxes, lines and words at their places. `clients.painting` makes an image of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; in points, from the upper left."""

    x: float
    y: float
    width: float
    height: float
    colour: str  # `#rrggbb`


@dataclass(frozen=True, slots=True)
class Dashes:
    """A thin dashed line straight down."""

    x: float
    y: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text with its middle at `y`: from `x` on, or up to it where `right`; cut where longer than `most`."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    most: float = 1000.0  # points
    right: bool = False
    otherwise: str = ""  # said instead, where the font has not all letters of it


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    parts: tuple[Box | Dashes | Words, ...]
