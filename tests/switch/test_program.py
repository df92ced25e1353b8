from __future__ import annotations

import pytest

from ivr.switch.program import FLOOR, said, version_in


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1\n", (22, 10, 1)),
        ("22.10.1~dfsg+~cs6.15.60671435-1", (22, 10, 1)),
        ("Asterisk certified/20.7-cert2", (20, 7)),
        ("Asterisk 23.0.0", (23, 0, 0)),
        ("(none)", ()),
        ("", ()),
    ],
)
def test_versions_are_read_as_they_are_written(text: str, version: tuple[int, ...]) -> None:
    assert version_in(text) == version


def test_versions_before_the_hole_was_closed_are_too_old() -> None:
    assert FLOOR > (22, 10)
    assert FLOOR > (22, 9, 4)
    assert () < FLOOR <= (22, 10, 1) < (22, 11)
    assert said(FLOOR) == "22.10.1"
