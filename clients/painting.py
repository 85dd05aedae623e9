"""A drawing made into a PNG, with Pillow, which is loaded when the first is asked for; off the event loop."""

from __future__ import annotations

import asyncio
import io
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bot.views.drawing import Box, Dashes, Drawing

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

#: Pixels a point: sharp on any screen.
SCALE: Final = 2
#: Fonts that know more letters than the one Pillow brings; the first that this machine has is used.
_FONTS: Final = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")
_DASH: Final = 5
_DOT: Final = "·"  # for what no font here can write


async def png(drawing: Drawing) -> bytes:
    """The image, in a thread of its own."""
    return await asyncio.to_thread(painted, drawing)


def painted(drawing: Drawing) -> bytes:
    """The image."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (round(drawing.width * SCALE), round(drawing.height * SCALE)), "#ffffff")
    draw = ImageDraw.Draw(image)
    for part in drawing.parts:
        x, y = part.x * SCALE, part.y * SCALE
        if isinstance(part, Box):
            draw.rectangle((x, y, x + part.width * SCALE - 1, y + part.height * SCALE - 1), fill=part.colour)
        elif isinstance(part, Dashes):
            for top in range(round(y), round(y + part.height * SCALE), 2 * _DASH):
                draw.line((x, top, x, min(top + _DASH, y + part.height * SCALE)), fill=part.colour, width=2)
        else:
            font = _font(round(part.size * SCALE))
            text = _legible(part.text, font)
            text = _cut(part.otherwise if _DOT in text and part.otherwise else text, part.most * SCALE, font)
            draw.text((x, y), text, fill=part.colour, font=font, anchor="rm" if part.right else "lm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=16)
def _font(size: int) -> Font:
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _legible(text: str, font: Font) -> str:
    """With letters that the font has: `í` becomes `i` where it has none, and what is left a dot."""
    missing = _shape("\uffff", font)
    made = ""
    for char in text:
        if char.isspace() or _shape(char, font) != missing:
            made += char
        else:
            bare = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
            made += bare or _DOT if char.isprintable() else ""
    return made


@lru_cache(maxsize=2048)
def _shape(char: str, font: Any) -> bytes:
    return bytes(font.getmask(char))


def _cut(text: str, most: float, font: Any) -> str:
    if font.getlength(text) <= most:
        return text
    while text and font.getlength(f"{text}…") > most:
        text = text[:-1]
    return f"{text}…"
