"""A drawing becomes an image in which every part is where it was put, whatever people are called."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.domain.fairness import Load
from bot.domain.people import Person
from bot.views.drawing import Box, Dashes, Drawing, Words
from bot.views.fairness_picture import MOST, fairness_picture
from clients import painting

RED, WHITE = (255, 0, 0), (255, 255, 255)


def seen(*parts: Box | Dashes | Words) -> Image.Image:
    return Image.open(io.BytesIO(painting.painted(Drawing(100, 50, parts)))).convert("RGB")


def inked(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The box of everything that is not white, in pixels."""
    return image.point(lambda value: 255 - value).getbbox()


def test_a_box_fills_its_place_and_nothing_else() -> None:
    image = seen(Box(10, 20, 30, 5, "#ff0000"))
    assert (image.size, image.getpixel((20, 40)), image.getpixel((79, 49))) == ((200, 100), RED, RED)
    assert inked(image) == (20, 40, 80, 50)


def test_words_stand_around_their_middle_and_are_cut_where_they_are_too_long() -> None:
    short, long = (inked(seen(Words(10, 25, text, 10, "#000000", most=40))) for text in ("Alice", "Alice " * 9))
    assert short is not None and long is not None
    assert short[0] >= 19 and 35 < short[1] < 50 < short[3] < 65
    assert long[2] <= 2 * (10 + 40) + 1


@pytest.mark.parametrize("fonts", [("none such.ttf",), painting._FONTS])
def test_a_name_that_no_font_here_can_write_is_said_otherwise(
    fonts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "_FONTS", fonts)
    painting._font.cache_clear()
    plain, strange, handle = (
        seen(Words(10, 25, text, 10, "#000000", otherwise=other))
        for text, other in (("lei", ""), ("李雷", "lei"), ("李雷", ""))
    )
    assert plain.tobytes() == strange.tobytes() != handle.tobytes()
    assert inked(handle) is not None
    painting._font.cache_clear()


def test_of_many_people_the_most_loaded_are_shown_and_the_others_counted() -> None:
    loads = {number: Load(100.0 - number, 3, 1) for number in range(1, 41)}
    people = {number: Person(number, f"Person {number}") for number in loads}
    drawing = fairness_picture("payments", 30, loads, people)
    said = [part.text for part in drawing.parts if isinstance(part, Words)]
    assert [text for text in said if text.startswith("Person")] == [f"Person {n}" for n in range(1, MOST + 1)]
    assert said[-1].startswith("And 15 more. Dashed: an equal share.")
    longest = [part.width for part in drawing.parts if isinstance(part, Box) and part.colour == "#1264a3"]
    assert longest == sorted(longest, reverse=True)
    assert painting.painted(drawing).startswith(b"\x89PNG")
