"""A posture is a file or a folder; what cannot be read is said, and what was read can be read again from its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture import Loaded, load, loads

PEOPLE = "people:\n  alice: {slack: U0ALICE}\n"
REST = "teams:\n  web: {members: [alice, bob]}\nservices:\n  site: {owner: web}\n"
MORE = "people:\n  bob: {slack: U0BOB}\n"


def told(loaded: Loaded, root: Path) -> list[str]:
    return [str(finding).replace(f"{root}/", "") for finding in loaded.findings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b-rest.yaml").write_text(REST)
    (tmp_path / "a-people.yaml").write_text(PEOPLE)
    (tmp_path / "c-more.yml").write_text(MORE)
    (tmp_path / "notes.txt").write_text("people: [")
    (tmp_path / ".a-people.yaml").write_text("people: [")
    return tmp_path


def test_the_files_of_a_folder_add_up(folder: Path) -> None:
    loaded = load(folder)
    assert told(loaded, folder) == []
    assert loaded.posture == loads(PEOPLE + "  bob: {slack: U0BOB}\n" + REST).posture


def test_the_text_of_a_folder_reads_as_the_same_posture(folder: Path) -> None:
    loaded = load(folder)
    again = loads(loaded.text)
    assert (again.posture, again.findings, again.digest) == (loaded.posture, (), loaded.digest)


def test_the_text_of_a_file_is_the_file(folder: Path) -> None:
    loaded = load(folder / "a-people.yaml")
    assert (loaded.text, loads(PEOPLE).digest) == (PEOPLE, loaded.digest)
    assert loads(PEOPLE + "\n").digest != loaded.digest


def test_a_name_in_two_files_names_both(folder: Path) -> None:
    (folder / "c-more.yml").write_text(MORE + "  alice: {slack: U0X}\n")
    loaded = load(folder)
    assert told(loaded, folder) == [
        "c-more.yml:3:3: error INC102: `alice` is declared already, at a-people.yaml:2. Remove one of the two."
    ]
    assert loaded.posture is None


def test_a_rule_in_two_files_names_both_and_lists_add_up(folder: Path) -> None:
    (folder / "a-people.yaml").write_text(PEOPLE + "admins: [alice]\ndefault_service: site\n")
    (folder / "c-more.yml").write_text(MORE + "admins: [bob]\ndefault_service: site\n")
    assert [finding.message for finding in load(folder).findings] == [
        f"`default_service` is declared already, at {folder}/a-people.yaml:4."
    ]


def test_a_file_brings_in_others_beside_it_each_once(folder: Path) -> None:
    (folder / "teams").mkdir()
    (folder / "teams" / "web.yaml").write_text(f"include: ../a-people.yaml\n{REST}")
    main = folder / "posture.txt"
    main.write_text(f"include: [a-people.yaml, 'teams/*.yaml']\n{MORE}")
    loaded = load(main)
    assert told(loaded, folder) == []
    assert loaded.posture == loads(PEOPLE + "  bob: {slack: U0BOB}\n" + REST).posture
    assert loads(loaded.text).posture == loaded.posture


def test_a_file_that_is_not_there_to_be_brought_in_is_told_of_where_it_is_named(folder: Path) -> None:
    main = folder / "a-people.yaml"
    main.write_text(f"{PEOPLE}include:\n- people.yaml\n- teams/*.yaml\n")
    assert [f for f in told(load(main), folder) if "INC100" in f] == [
        "a-people.yaml:4:3: error INC100: `people.yaml` cannot be read: No such file or directory."
        " Check its name and rights.",
        "a-people.yaml:5:3: error INC100: There is no file `teams/*.yaml` beside this one."
        " Check its name, or leave it out.",
    ]


def test_a_file_that_is_not_yaml_does_not_make_the_others_wrong(folder: Path) -> None:
    (folder / "a-people.yaml").write_text("people: {alice: {slack: U0ALICE}")
    (folder / "c-more.yml").write_text("people:\n  bob: {slack: bob}\n")
    assert [(f.file[len(str(folder)) + 1 :], f.line, f.code) for f in load(folder).findings] == [
        ("a-people.yaml", 1, "INC101"),
        ("c-more.yml", 2, "INC111"),
    ]


def test_what_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"people:\n  alice: {name: D\xedaz}\n")
    assert told(load(tmp_path / "latin.yaml"), tmp_path) == [
        "latin.yaml:2:18: error INC100: The file is not UTF-8 text. Save it as UTF-8."
    ]
    assert told(load(tmp_path / "none.yaml"), tmp_path) == [
        "none.yaml:1:1: error INC100: The file cannot be read: No such file or directory. Check its name and rights."
    ]
    (tmp_path / "empty").mkdir()
    assert told(load(tmp_path / "empty"), tmp_path) == [
        "empty:1:1: error INC100: The folder holds no *.yaml file. Put one there."
    ]
    assert [finding.code for finding in load("nul\0byte").findings] == ["INC100"]
    assert load(tmp_path / "none.yaml").posture is None


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbf" + (PEOPLE + REST.replace(", bob", "")).encode())
    assert told(load(tmp_path / "a.yaml"), tmp_path) == []


def test_without_a_posture_incidents_can_be_declared_and_it_is_said_that_nobody_is_paged() -> None:
    loaded = load(None)
    assert loaded.posture is not None
    assert (loaded.posture.people, loaded.posture.default_severity, loaded.posture.default_service) == ({}, "SEV2", "")
    assert [finding.code for finding in loaded.findings] == ["INC303"]
    assert loaded.errors == ()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "a: &a [*a]",
        "a: &a {b: *a}",
        "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(12)),
        "people: {" + ": {".join(f"p{n}" for n in range(200)),
    ],
    ids=["brackets", "own-tail", "own-value", "laughs", "deep"],
)
def test_a_text_that_would_grow_without_end_is_refused(text: str) -> None:
    assert [finding.code for finding in loads(text).findings if finding.code == "INC101"] == ["INC101"]


@pytest.mark.parametrize("text", ["- a\n- b\n", "hello\n", "42", "people\n"])
def test_a_posture_is_a_mapping(text: str) -> None:
    assert [(f.line, f.column, f.code) for f in loads(text).errors] == [(1, 1, "INC105")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("people:\n" + "".join(f"  p{number}: x\n" for number in range(3000)), "INC105"),
        ("".join(f"key{number}: x\n" for number in range(3000)), "INC103"),
        ("people: {a: {email: 'a@" + "." * 50_000 + " '}}\n", "INC111"),
        ("escalation_policies:\n" + "".join(f"  p{n}: [[policy p{n + 1}]]\n" for n in range(3000)), "INC211"),
        ("escalation_policies:\n" + "".join(f"  p{n}: [[policy p{(n + 1) % 3000}]]\n" for n in range(3000)), "INC211"),
    ],
    ids=["values", "keys", "address", "chain", "ring"],
)
def test_rubbish_of_any_size_ends_in_findings(text: str, code: str) -> None:
    """Each of these took minutes, or more calls within one another than there may be."""
    assert code in {finding.code for finding in loads(text).errors}
