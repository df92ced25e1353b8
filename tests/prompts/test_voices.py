"""Which voices speak: the system's, ours beside the product, or at the very last espeak's, with a warning."""

from __future__ import annotations

import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ivr.cli import Mend
from ivr.switch import parts
from ivr.voice import festival, provide
from ivr.voice.plan import Spoken
from ivr.voice.synthesis import speak
from ivr.voice.voices import ESPEAK, FESTIVAL, Voice
from tests.prompts.wavs import tone, write


@pytest.fixture(autouse=True)
def keep_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(festival, "_command", festival._command)


@pytest.fixture
def bare_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(provide, "_SYSTEM", tmp_path / "no voices")


def test_the_systems_own_festival_is_taken_when_it_has_our_voices(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for language, voice in FESTIVAL.items():
        (tmp_path / "voices" / language / voice.name).mkdir(parents=True)
    program = tmp_path / "festival"
    program.touch(mode=0o755)
    monkeypatch.setattr(provide, "_SYSTEM", tmp_path / "voices")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provide.voices() is FESTIVAL
    assert festival._command == (str(program),)


@pytest.mark.usefixtures("bare_system")
def test_otherwise_festival_is_unpacked_and_finds_its_voices_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, Sequence[str]]] = []

    def ensure(name: str, packages: Sequence[str]) -> Path:
        asked.append((name, packages))
        return tmp_path

    monkeypatch.setattr(parts, "ensure", ensure)
    monkeypatch.setattr(parts, "command", lambda root, program: ["loader", str(root / program)])
    assert provide.voices() is FESTIVAL
    assert asked == [("voices", provide.PACKAGES)]
    data = tmp_path / "usr/share/festival"
    assert festival._command == (
        "env", f"FESTDATADIR={data}", f"FESTLIBDIR={data}", "loader", str(tmp_path / "usr/bin/festival"),
    )  # fmt: skip


@pytest.mark.usefixtures("bare_system")
@pytest.mark.parametrize("installed", [True, False])
def test_espeak_is_the_last_resort_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, installed: bool
) -> None:
    def ensure(name: str, packages: Sequence[str]) -> Path:
        raise Mend("cannot get voices: no network")

    monkeypatch.setattr(parts, "ensure", ensure)
    monkeypatch.setattr(provide, "_has_espeak", lambda: installed)
    if installed:
        assert provide.voices() is ESPEAK
        assert "no network; espeak speaks instead" in caplog.text
    else:
        with pytest.raises(Mend, match="no network"):
            provide.voices()


def test_other_drivers_of_pyttsx3_speak_one_text_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = types.ModuleType("pyttsx3.drivers.tones")
    driver.buildDriver = ToneDriver  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, driver.__name__, driver)
    voice = Voice("ru", "tones", "tone")
    done: dict[str, bool] = {}
    speak(
        [Spoken(voice, text) for text in ("один", "два", "три")],
        lambda order, file: done.update({order.text: file.exists()}),
    )
    assert done == {"один": True, "два": True, "три": True}


class ToneDriver:
    """Like pyttsx3's driver of espeak, it keeps only the last text that it was given."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._file = ""

    def setProperty(self, name: str, value: str) -> None:
        assert (name, value) == ("voice", "tone")

    def save_to_file(self, text: str, filename: str) -> None:
        self._file = filename

    def startLoop(self) -> None:
        self._proxy.setBusy(False)
        write(Path(self._file), tone(0.2))

    def endLoop(self) -> None: ...

    def stop(self) -> None: ...

    def destroy(self) -> None: ...
