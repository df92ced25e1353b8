"""The part `waiting` reads its files again, and what is wrong with them changes nothing."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.prompts import BadCatalogue
from ivr.settings import Settings, load
from ivr.waiting.room import Room
from ivr.waiting.serve import read_again, room_of
from tests.asterisk.switch import free_ports

OPEN, CLOSED = "mon-sun 0-24", "mon-sun 8-20"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "sounds").symlink_to(load().var / "sounds")
    return load(var=tmp_path, office_week=OPEN, office_holidays="", office_exceptions="", **free_ports())


@pytest.fixture
def room(settings: Settings) -> Room:
    return room_of(settings)


def shut_today(settings: Settings) -> Settings:
    today = dt.datetime.now(ZoneInfo(settings.office_zone)).date()
    return settings.model_copy(update={"office_exceptions": f"{today} closed"})


def test_hours_that_have_changed_count_from_now_on(room: Room, settings: Settings) -> None:
    assert room.open_now()
    known = room.announcer
    read_again(room, shut_today(settings).model_copy(update={"callback_offer_s": 7.0}))
    assert not room.open_now()
    assert room.announcer is known and known.offer_from_s == 7.0
    read_again(room, settings)
    assert room.open_now()


def test_a_sentence_that_has_changed_is_said_from_now_on(
    room: Room, settings: Settings, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(settings.home / "prompts", home / "prompts")
    assert room.sound("queue/offer", {}, "ru") != room.sound("fallback/goodbye", {}, "ru")
    words = re.compile(r"(?<=^queue/offer: ).*$", re.MULTILINE)
    russian = home / "prompts" / "ru.yaml"
    russian.write_text(words.sub("До свидания!", russian.read_text()))
    read_again(room, settings.model_copy(update={"home": home}))
    assert room.sound("queue/offer", {}, "ru") == room.sound("fallback/goodbye", {}, "ru")


def test_what_is_wrong_leaves_all_as_it_was(room: Room, settings: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "prompts").mkdir(parents=True)
    (home / "prompts" / "ru.yaml").write_text("- not prompts\n")
    with pytest.raises(BadCatalogue):
        read_again(room, shut_today(settings).model_copy(update={"home": home}))
    assert room.open_now()
    assert room.sound("queue/offer", {}, "ru")
