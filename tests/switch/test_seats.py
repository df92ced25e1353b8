"""The seats of agents: telephones with a password each, that can be rung and can dial nothing."""

from __future__ import annotations

import stat
from pathlib import Path

from ivr.settings import load
from ivr.switch.seats import extensions, phones, seat_secret, seats, telephones


def test_every_seat_has_two_telephones(tmp_path: Path) -> None:
    settings = load(var=tmp_path, seats=3)
    assert seats(settings) == ["seat01", "seat02", "seat03"]
    assert phones(settings) == ["phone01", "phone02", "phone03"]
    for name in (*seats(settings), *phones(settings)):
        assert f"[{name}]" in telephones(settings)
        assert f"exten => {name},1," in extensions(settings)


def test_secrets_differ_from_seat_to_seat_and_stay_the_same(tmp_path: Path) -> None:
    settings = load(var=tmp_path)
    secrets = {seat_secret(settings, seat) for seat in (*seats(settings), *phones(settings))}
    assert len(secrets) == 40
    assert all(len(secret) == 43 for secret in secrets)
    assert seat_secret(settings, "seat01") == seat_secret(settings, "seat01")


def test_two_instances_have_other_secrets(tmp_path: Path) -> None:
    one, other = load(var=tmp_path / "one"), load(var=tmp_path / "other")
    assert seat_secret(one, "seat01") != seat_secret(other, "seat01")


def test_what_the_secrets_are_made_of_is_for_the_owner_alone(tmp_path: Path) -> None:
    seat_secret(load(var=tmp_path), "seat01")
    assert stat.S_IMODE((tmp_path / "asterisk" / "seats.secret").stat().st_mode) == 0o600
