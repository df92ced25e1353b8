"""The catalogue: its notation, and what it says of its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.prompts import BadCatalogue, Prompts, UnknownPrompt, check
from ivr.settings import HOME
from ivr.spoken import BadValue


def catalogue(tmp_path: Path, russian: str, english: str | None = None) -> Prompts:
    (tmp_path / "ru.yaml").write_text(russian, encoding="utf-8")
    if english is not None:
        (tmp_path / "en.yaml").write_text(english, encoding="utf-8")
    return Prompts.load(tmp_path)


def spoken(prompts: Prompts, key: str, **values: object) -> list[tuple[str, str]]:
    return [tuple(fragment) for fragment in prompts.entry(key, "ru").fragments(values)]


def test_a_text_is_said_sentence_by_sentence(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, "a: Здравствуйте! Как дела?\n")
    assert spoken(prompts, "a") == [("ru", "Здравствуйте!"), ("ru", "Как дела?")]


def test_the_mark_after_a_value_is_said_with_the_value(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, "a: 'На счёте {sum:money}. Спасибо.'\n")
    assert spoken(prompts, "a", sum=50) == [("ru", "На счёте"), ("ru", "пятьдесят копеек."), ("ru", "Спасибо.")]


def test_a_value_may_stand_first_and_alone(tmp_path: Path) -> None:
    assert spoken(catalogue(tmp_path, "a: '{sum:money}'\n"), "a", sum=100) == [("ru", "один рубль")]


def test_words_of_another_language_have_its_voice(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, "a: Меню. <en>Press nine.</en> Всё.\n")
    assert spoken(prompts, "a") == [("ru", "Меню."), ("en", "Press nine."), ("ru", "Всё.")]


def test_what_invites_to_speak_is_a_prompt_of_its_own(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, "a: '[Назовите или наберите|Наберите] номер. [Слушаю.]'\nb: Номер.\n")
    assert prompts.text("a", "ru") == "Наберите номер."
    assert prompts.text("a/spoken", "ru") == "Назовите или наберите номер. Слушаю."
    assert prompts.text("b/spoken", "ru") == "Номер."
    assert prompts.keys("ru") == ["a", "a/spoken", "b"]


def test_words_of_a_question_go_before_those_that_are_understood_everywhere(tmp_path: Path) -> None:
    everywhere = "everywhere: {answers: {'no': [нет], back: [назад]}}\n"
    prompts = catalogue(tmp_path, everywhere + "a: {text: Меню., answers: {other: [нет, другой договор]}}\n")
    assert prompts.phrases("a", "ru") == {"нет": "other", "назад": "back", "другой договор": "other"}
    assert prompts.phrases(None, "ru") == {"нет": "no", "назад": "back"}
    assert prompts.keys("ru") == ["a"]


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ("[да]", "answers are lines of"),
        ("{x: да}", "answers are lines of"),
        ("{x: [Да]}", "is no phrase"),
        ("{x: ['да  нет']}", "is no phrase"),
        ("{x: ['']}", "is no phrase"),
        ("{x: [1]}", "is no phrase"),
        ("{x: [да], y: [да]}", "means both x and y"),
        ("{x: ['\\x22']}", "is no phrase"),
    ],
)
def test_answers_that_cannot_be_are_told(tmp_path: Path, answers: str, fault: str) -> None:
    with pytest.raises(BadCatalogue, match=fault):
        catalogue(tmp_path, f"a: {{text: Меню., answers: {answers}}}\n")


def test_stress_marks_are_not_shown(tmp_path: Path) -> None:
    assert catalogue(tmp_path, "a: Зам+ок закрыт.\n").text("a", "ru") == "Замок закрыт."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: ''", "nothing to say"),
        ("a: '...'", "nothing to say"),
        ("a: 'Сумма {sum}.'", "stray '{'"),
        ("a: 'Сумма {sum:euro}.'", "no kind of value is called 'euro'"),
        ("a: 'Сумма } вот.'", "stray '}'"),
        ("a: 'Меню <en>Press nine.'", "<en> is not closed"),
        ("a: 'Меню </en>.'", "</en> cannot stand here"),
        ("a: 'Меню <ru>нет</ru>.'", "<ru> cannot stand here"),
        ("a: 'Меню <fr>oui</fr>.'", "<fr> cannot stand here"),
        ("a: 'Меньше < больше.'", "stray '<'"),
        ("a: 'Скажите [или] наберите].'", "stray ']'"),
        ("a: 'Скажите | наберите.'", "stray '|'"),
        ("a/spoken: Скажите.", "write [what only callers hear"),
        ("a: 5", "expected a text"),
        ("a: [1]", "expected a text"),
        ("a:", "expected a text"),
        ("a: {text: Да, optional: 1}", "expected a text, and optional"),
        ("a: {text: Да, words: [да]}", "no field is called 'words'"),
        ("a: Да\na: Нет", "yaml:2: the key 'a' is there twice"),
        ("1: Да", "yaml:1: the key 1 is no text"),
        ("? [a]\n: Да", "is no text"),
        ("- Да", "expected lines"),
        ("", "expected lines"),
        ("a: 'Да", "yaml:1: "),
        ("a: !!python/object/apply:os.system ['true']", "yaml:1: could not determine a constructor"),
    ],
)
def test_a_fault_is_told_with_its_file_and_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadCatalogue) as told:
        catalogue(tmp_path, text)
    assert str(tmp_path / "ru.yaml") in str(told.value)
    assert fault in str(told.value)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "ru.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(BadCatalogue, match=r"ru\.yaml: "):
        Prompts.load(tmp_path)


def test_a_folder_without_catalogue_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="no catalogue here"):
        Prompts.load(tmp_path)


def test_unknown_prompts_and_forgotten_values_are_told(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, "a: '{sum:money}'\n")
    with pytest.raises(UnknownPrompt, match=r"^no prompt 'b' in language 'ru'$"):
        prompts.text("b", "ru")
    with pytest.raises(UnknownPrompt, match=r"^no prompt 'a' in language 'en'$"):
        prompts.text("a", "en")
    with pytest.raises(UnknownPrompt, match=r"^a needs a value for sum$"):
        prompts.text("a", "ru")
    with pytest.raises(BadValue, match=r"^money takes"):
        prompts.text("a", "ru", sum="); (exit)")


@pytest.mark.parametrize(
    ("russian", "english", "problems"),
    [
        ("a: Да.", "a: Yes.", []),
        ("a: Да.", None, ["en: *: no catalogue"]),
        ("a: Да.\nb: Нет.", "a: Yes.", ["en: b: missing; there is one in ru"]),
        ("a: Да.", "a: Yes.\nb: No.", ["ru: b: missing; there is one in en"]),
        ("a: '{s:money}'", "a: Yes.", ["en: a: slots are none, but s:money in ru"]),
        ("a: '{s:money}'", "a: '{s:hour}'", ["en: a: slots are s:hour, but s:money in ru"]),
        ("a: {text: Да., optional: true}", "a: Yes.", ["en: a: optional is not what it is in ru"]),
    ],
)
def test_what_differs_between_languages_is_found(
    tmp_path: Path, russian: str, english: str | None, problems: list[str]
) -> None:
    assert [str(problem) for problem in check.texts(catalogue(tmp_path, russian, english))] == problems


def test_the_catalogue_of_the_line_is_whole() -> None:
    prompts = Prompts.load(HOME / "prompts")
    assert check.texts(prompts) + check.recordings(prompts, HOME / "prompts") == []
