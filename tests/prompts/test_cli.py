"""`ivr prompts`: one clear line and exit code 2 for bad input, exit code 1 for findings."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from account_core import open_database
from ivr.cli import main
from ivr.prompts import SoundBank
from ivr.prompts.index import sounds_folder
from ivr.voice.alaw import decode
from tests.prompts.small import RUSSIAN, catalogue, fill

ENGLISH = """
hello: Hello! Here we are.
menu: Menu. <ru>Русский язык.</ru>
hours: We work from {opens:hour} to {closes:hour}.
balance: Your balance is {amount:money}.
tariff: {text: 'Plan {tariff:tariff}.', optional: true}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a catalogue and its sounds."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "en.yaml").write_text(ENGLISH, encoding="utf-8")
    fill(catalogue(folder), tmp_path / "var")
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("IVR_VAR", str(tmp_path / "var"))
    return tmp_path


def ivr(*words: str) -> Result:
    return CliRunner().invoke(main, ["prompts", *words])


def test_render_writes_exactly_what_a_caller_hears(home: Path) -> None:
    done = ivr("render", "balance", "amount=121,02", "-o", str(home / "a.wav"))
    assert (done.exit_code, done.output) == (0, "На счёте сто двадцать один рубль, две копейки.\n")
    bank = SoundBank(catalogue(home / "prompts"), home / "var")
    heard = Path(bank.sound("balance", {"amount": 12102}, "ru") + ".alaw").read_bytes()
    with wave.open(str(home / "a.wav")) as file:
        assert file.getparams()[:3] == (1, 2, 8000)
        assert np.frombuffer(file.readframes(10**6), dtype="<i2").tolist() == decode(heard).tolist()


def test_render_in_english(home: Path) -> None:
    done = ivr("render", "balance", "amount=-1", "--language", "en", "-o", str(home / "a.wav"))
    assert done.output == "Your balance is minus one rouble.\n"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["balance", "amount=12x"], "money takes an amount of less than"),
        (["balance", "amount"], "'amount': balance takes amount=…"),
        (["balance", "sum=5"], "'sum=5': balance takes amount=…"),
        (["balance"], "balance needs a value for amount"),
        (["hello", "amount=5"], "'amount=5': hello takes no values"),
        (["nothing"], "no prompt 'nothing' in language 'ru'"),
        (["hours", "opens=8", "closes=99"], "hour takes an hour from 0 to 24, not '99'"),
    ],
)
def test_bad_words_are_told_in_one_line(home: Path, words: list[str], fault: str) -> None:
    done = ivr("render", *words, "-o", str(home / "a.wav"))
    assert done.exit_code == 2
    assert fault in done.output
    assert done.output.count("\n") == 1
    assert not (home / "a.wav").exists()


def test_a_folder_that_is_not_there_is_told_in_one_line(home: Path) -> None:
    done = ivr("render", "hello", "-o", str(home / "nowhere" / "a.wav"))
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "No such file or directory" in done.output


def test_check_finds_nothing_to_mend(home: Path) -> None:
    assert ivr("check").output == "5 prompts in ru, en: all is well\n"


def test_check_finds_missing_sounds(home: Path) -> None:
    next(sounds_folder(home / "var", "ru").glob("*.json")).unlink()
    done = ivr("check")
    assert done.exit_code == 1
    assert "`ivr prompts build` makes it" in done.output
    assert ivr("check", "--texts-only").exit_code == 0


def test_check_finds_what_differs_between_languages(home: Path) -> None:
    catalogue(home / "prompts", RUSSIAN + "more: Ещё.\n")
    done = ivr("check", "--texts-only")
    assert (done.exit_code, done.output) == (1, "en: more: missing; there is one in ru\n")


def test_check_finds_prompts_that_are_too_long(home: Path) -> None:
    words = "".join(f" Слово {number}." for number in range(60))
    prompts = catalogue(home / "prompts", RUSSIAN + f"more: {words}\nwelcome: {words[:160]}\n")
    fill(prompts, home / "var")
    found = ivr("check").output
    assert "ru: more: 20.9 s long; 15 s at most\n" in found
    assert "ru: welcome: 5.7 s long; 5 s at most\n" in found


def test_check_finds_answers_that_cannot_be_spoken(home: Path) -> None:
    menu = "main-menu: {text: Меню., answers: {balance: [баланс, абракадабра], language: []}}"
    (home / "prompts" / "ru.yaml").write_text(RUSSIAN + menu, encoding="utf-8")
    found = ivr("check", "--texts-only")
    assert found.exit_code == 1
    assert "ru: main-menu: no words for the answer 'password'; [] if it is keyed only" in found.output
    assert "ru: main-menu: the recogniser does not know 'абракадабра'" in found.output
    assert "'balance'" not in found.output and "'language'" not in found.output


def test_check_finds_recordings_that_nothing_is_said_with(home: Path) -> None:
    for name in ("hello", "words/восьми", "balance.1", "tariffs/Домашний", "balance", "balance.2", "helo"):
        file = home / "prompts/ru/recorded" / f"{name}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    done = ivr("check", "--texts-only")
    assert done.exit_code == 1
    assert [Path(line.split(": ")[1]).stem for line in done.output.splitlines()] == [
        "balance.2",
        "balance",
        "helo",
    ]


def test_a_bad_catalogue_is_told_in_one_line(home: Path) -> None:
    (home / "prompts/ru.yaml").write_text("hello: Да\nhello: Нет\n", encoding="utf-8")
    for command in (["check"], ["list"], ["build"], ["render", "hello", "-o", str(home / "a.wav")]):
        done = ivr(*command)
        assert done.exit_code == 2
        assert done.output.splitlines()[-1].endswith("ru.yaml:2: the key 'hello' is there twice")


def test_list_shows_every_text(home: Path) -> None:
    assert "balance\n    Your balance is {amount:money}.\n" in ivr("list", "--language", "en").output


def test_build_speaks_the_tariffs_of_the_database(home: Path) -> None:
    (home / "prompts/ru.yaml").write_text("tariff: Тариф {tariff:tariff}.\n", encoding="utf-8")
    (home / "prompts/en.yaml").write_text("tariff: Plan {tariff:tariff}.\n", encoding="utf-8")
    database = open_database(f"sqlite:///{home / 'var' / 'accounts.db'}")
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO contracts (number, holder, language, tariff, status, balance)"
            " VALUES ('77000000001', 'Иванов', 'ru', 'Полевой', 'active', 0),"
            " ('77000000002', 'Иванов', 'ru', '***', 'active', 0)"
        )
    database.close()
    done = ivr("build", "--tariff", "Речной")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].startswith("Sounds: 4 made, 0 there already")
    for tariff in ("Полевой", "Речной"):
        assert ivr("render", "tariff", f"tariff={tariff}", "-o", str(home / "a.wav")).exit_code == 0
    assert "no sound of '***.'" in ivr("render", "tariff", "tariff=***", "-o", str(home / "a.wav")).output


def test_a_build_without_the_database_keeps_the_tariffs_that_could_be_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "prompts/ru.yaml").write_text("tariff: Тариф {tariff:tariff}.\n", encoding="utf-8")
    (home / "prompts/en.yaml").write_text("tariff: Plan {tariff:tariff}.\n", encoding="utf-8")
    assert ivr("build", "--tariff", "Речной").exit_code == 0
    monkeypatch.setenv("IVR_DATABASE_URL", "postgresql://line@127.0.0.1:1/line")
    done = ivr("build")
    assert done.exit_code == 0, done.output
    assert ivr("render", "tariff", "tariff=Речной", "-o", str(home / "a.wav")).exit_code == 0
    monkeypatch.delenv("IVR_DATABASE_URL")
    assert ivr("build").exit_code == 0
    assert ivr("render", "tariff", "tariff=Речной", "-o", str(home / "a.wav")).exit_code != 0
