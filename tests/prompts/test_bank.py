"""What a caller hears of a prompt is one file: its words and values, with the right pauses."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.prompts import MissingSound, SoundBank, UnknownPrompt
from ivr.prompts.index import Index, sounds_folder
from ivr.prompts.joining import SILENCE
from ivr.spoken import BadValue, Fragment
from tests.prompts.small import RUSSIAN, catalogue, fill, sound_of, utterance


@pytest.fixture
def bank(tmp_path: Path) -> SoundBank:
    prompts = catalogue(tmp_path / "prompts")
    fill(prompts, tmp_path / "var")
    return SoundBank(prompts, tmp_path / "var")


def heard(path: str) -> bytes:
    return Path(f"{path}.alaw").read_bytes()


def test_sentences_are_told_apart_by_a_pause(bank: SoundBank) -> None:
    assert heard(bank.sound("hello", {}, "ru")) == utterance(
        ("ru", "Здравствуйте!", 350), ("ru", "Вы дозвонились.", 0)
    )


def test_words_and_values_hardly_pause_where_there_is_no_mark(bank: SoundBank) -> None:
    assert heard(bank.sound("balance", {"amount": 20050}, "ru")) == utterance(
        ("ru", "На счёте", 40), ("ru", "двести рублей,", 150), ("ru", "пятьдесят копеек.", 0)
    )


def test_another_voice_comes_after_a_pause(bank: SoundBank) -> None:
    assert heard(bank.sound("menu", {}, "ru")) == utterance(("ru", "Меню.", 400), ("en", "Press nine.", 0))


def test_the_path_is_absolute_and_has_no_suffix(bank: SoundBank) -> None:
    for path in (bank.sound("hello", {}, "ru"), bank.sound("hours", {"opens": 8, "closes": 20}, "ru")):
        assert Path(path).is_absolute()
        assert not Path(path).suffix


def test_the_same_words_are_the_same_file(bank: SoundBank) -> None:
    first, again, other = (bank.sound("balance", {"amount": amount}, "ru") for amount in (100, 100, 200))
    assert first == again != other


def test_a_file_that_was_swept_away_is_made_again(bank: SoundBank) -> None:
    path = bank.sound("balance", {"amount": 100}, "ru")
    before = heard(path)
    Path(f"{path}.alaw").unlink()
    assert heard(bank.sound("balance", {"amount": 100}, "ru")) == before


def test_a_known_tariff_is_said_and_an_unknown_one_is_left_out(bank: SoundBank) -> None:
    assert heard(bank.sound("tariff", {"tariff": "Домашний"}, "ru")) == utterance(
        ("ru", "Тариф", 40), ("ru", "Домашний.", 0)
    )
    for unknown in ("Никакой", "../../etc/passwd", "", "a\nb", 5):
        path = bank.sound("tariff", {"tariff": unknown}, "ru")
        assert Path(path).name == "silence"
        assert heard(path) == SILENCE * 160


@pytest.mark.parametrize("value", ["100", 1.5, None, 10**14, "); (exit)"])
def test_a_value_of_the_wrong_kind_is_told(bank: SoundBank, value: object) -> None:
    with pytest.raises(BadValue, match=r"^money takes"):
        bank.sound("balance", {"amount": value}, "ru")


def test_unknown_prompts_and_forgotten_values_are_told(bank: SoundBank) -> None:
    with pytest.raises(UnknownPrompt, match=r"^no prompt 'nothing' in language 'ru'$"):
        bank.sound("nothing", {}, "ru")
    with pytest.raises(UnknownPrompt, match=r"^balance needs a value for amount$"):
        bank.sound("balance", {}, "ru")


def test_a_recording_stands_for_a_whole_prompt_or_for_its_words(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path / "prompts")
    fill(prompts, tmp_path / "var", {"hello": b"hello recorded", "balance.1": b"on your account"})
    bank = SoundBank(prompts, tmp_path / "var")
    assert heard(bank.sound("hello", {}, "ru")) == b"hello recorded"
    assert heard(bank.sound("balance", {"amount": 100}, "ru")) == b"on your account" + SILENCE * 320 + sound_of(
        Fragment("ru", "один рубль.")
    )


def test_nothing_built_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(MissingSound, match=r"no sound of .* nor of \d+ more: `ivr prompts build` makes it"):
        SoundBank(catalogue(tmp_path / "prompts"), tmp_path / "var")


def test_a_changed_text_is_refused_until_it_is_built(bank: SoundBank, tmp_path: Path) -> None:
    changed = catalogue(tmp_path / "prompts", RUSSIAN.replace("Вы дозвонились", "Вы позвонили"))
    with pytest.raises(MissingSound, match="Вы позвонили"):
        SoundBank(changed, tmp_path / "var")
    assert heard(bank.sound("hello", {}, "ru")), "the old bank goes on"


def test_sentences_in_another_order_are_refused_until_they_are_joined(bank: SoundBank, tmp_path: Path) -> None:
    turned = catalogue(
        tmp_path / "prompts", RUSSIAN.replace("Здравствуйте! Вы дозвонились.", "Вы дозвонились. Здравствуйте!")
    )
    with pytest.raises(MissingSound, match="no sound of hello"):
        SoundBank(turned, tmp_path / "var")


def test_a_lost_file_is_told(bank: SoundBank, tmp_path: Path) -> None:
    folder = sounds_folder(tmp_path / "var", "ru")
    index = Index.read(folder)
    (folder / f"{index.fragments['один рубль.']}.alaw").unlink()
    with pytest.raises(MissingSound, match="No such file"):
        SoundBank(catalogue(tmp_path / "prompts"), tmp_path / "var")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"colour": 1}', b"\xff"])
def test_a_broken_index_counts_as_none(bank: SoundBank, tmp_path: Path, content: bytes) -> None:
    (sounds_folder(tmp_path / "var", "ru") / Index.FILE).write_bytes(content)
    with pytest.raises(MissingSound):
        SoundBank(catalogue(tmp_path / "prompts"), tmp_path / "var")


def test_many_threads_get_whole_files(bank: SoundBank) -> None:
    def one(amount: int) -> int:
        return len(heard(bank.sound("balance", {"amount": amount * 100}, "ru")))

    with ThreadPoolExecutor(16) as workers:
        lengths = list(workers.map(one, [number for number in range(1, 90) for _ in range(10)]))
    assert set(lengths) == {384}


def test_the_index_is_read_as_it_was_written() -> None:
    index = Index("ru", "voice", {"да": "1"}, {"welcome": "2"}, {"menu": "3"})
    assert Index(**json.loads(index.dump())) == index
    assert index.names == {"1", "2", "3"}
