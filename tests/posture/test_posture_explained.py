"""Every code is explained once, by a file that earns it and the same file mended; the docs are written from that."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from posture import CODES, Level, load, pages
from posture.explained import EXAMPLES, changes

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("code", CODES)
def test_the_smallest_file_earns_its_code_alone_and_is_clean_once_mended(code: str, tmp_path: Path) -> None:
    example = EXAMPLES[code]
    bad, mended = tmp_path / "bad.yaml", tmp_path / "mended.yaml"
    bad.write_text(example.bad, encoding="utf-8")
    mended.write_text(example.mended, encoding="utf-8")
    loaded = load(bad, now=NOW)
    assert [(finding.code, finding.severity) for finding in loaded.findings] == [(code, CODES[code][0])]
    assert (loaded.posture is None) == (CODES[code][0] is Level.ERROR)
    assert [str(finding) for finding in load(mended, now=NOW).findings] == []
    assert (example.bad != example.mended, bool(example.fix)) == (True, True)


@pytest.mark.parametrize("code", CODES)
def test_what_the_docs_show_of_an_example_is_both_of_its_files(code: str) -> None:
    shown = changes(EXAMPLES[code]).splitlines()
    assert "".join(f"{line[1:]}\n" for line in shown if line[0] != "+") == EXAMPLES[code].bad
    assert "".join(f"{line[1:]}\n" for line in shown if line[0] != "-") == EXAMPLES[code].mended


def test_no_code_is_explained_that_is_not_there() -> None:
    assert set(EXAMPLES) - set(CODES) == set()


def test_the_docs_are_what_the_code_says() -> None:
    """Where this fails: `python -m posture.pages` writes them."""
    docs = Path("docs")
    assert (docs / "findings.md").read_text(encoding="utf-8") == pages.findings()
    page = (docs / "posture.md").read_text(encoding="utf-8")
    assert page == pages.posture(page)
    assert pages.keys() in page
