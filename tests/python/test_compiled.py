"""What is kept beside the code is what it was made of, or it is made anew."""

import pytest

from talent_demand.compiled import compiled


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.csv").write_text("a rule")
    return tmp_path


def made_in(folder, kind="thing", source="1.0"):
    """What a process would get, and whether it had to make it."""
    made = []
    got = compiled(folder, kind, [source], lambda: made.append(source) or (kind, source, len(made)))
    return got, bool(made)


def files(folder):
    return [path.name.split("-")[0] for path in sorted((folder / "__pycache__").iterdir())]


def test_it_is_made_once(folder):
    assert made_in(folder) == (("thing", "1.0", 1), True)
    assert made_in(folder) == (("thing", "1.0", 1), False)


def test_it_is_made_anew_of_other_files_or_versions_and_the_old_one_goes(folder):
    made_in(folder)
    made_in(folder, "other")
    (folder / "__pycache__" / "thing-0.pickle.123").write_bytes(b"of a process that was killed")
    assert made_in(folder, source="1.1") == (("thing", "1.1", 1), True)
    (folder / "rules.csv").write_text("another rule")
    assert made_in(folder, source="1.1")[1]
    assert files(folder) == ["other", "thing"]


@pytest.mark.parametrize("rest", [b"", b"nonsense", b"cno.such.module\nthing\n."])
def test_a_broken_file_is_written_anew(folder, rest):
    made_in(folder)
    (path,) = (folder / "__pycache__").iterdir()
    path.write_bytes(rest)
    assert made_in(folder)[1]
    assert not made_in(folder)[1]


def test_nothing_is_said_where_nothing_can_be_written(folder):
    (folder / "__pycache__").write_text("no folder")
    assert made_in(folder) == made_in(folder) == (("thing", "1.0", 1), True)
