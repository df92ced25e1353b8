"""What is understood of an answer, and how it is told through Asterisk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue import Heard, Reading, Trust
from ivr.prompts import Prompts
from ivr.settings import HOME
from ivr.speech.heard import (
    LONGEST,
    Alternative,
    BadGrammar,
    BadHeard,
    Word,
    decode,
    encode,
    grammar,
    is_meant,
    understand,
)
from ivr.speech.phrases import conclusive

PROMPTS = Prompts.load(HOME / "prompts")
MENU = grammar("answers:main-menu:ru", PROMPTS)
CONFIRM = grammar("answers:password/confirm:ru", PROMPTS)
OFFER = grammar("answers:balance/offer:ru", PROMPTS)
RIGHT = grammar("answers:number/right:ru", PROMPTS)
AFTERWARDS = grammar("answers:balance/afterwards:ru", PROMPTS)


def answer(*said: str, question=MENU) -> str | None:
    return heard(*said, question=question).answer


def heard(*said: str, question=MENU) -> Heard:
    return understand(
        [
            Alternative(tuple(Word(word) for word in words.split()), -float(place))
            for place, words in enumerate(said)
        ],
        question,
    )


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("баланс", "balance"),
        ("[unk] [unk] [unk] денег", "balance"),
        ("[unk] забыл пароль", "password"),
        ("соедините [unk] человеком", "operator"),
        ("[unk] [unk] баланс [unk]", "balance"),
        ("один", "balance"),
        ("пароль", "password"),
        ("соедините с оператором", "operator"),
        ("ноль", "operator"),
        ("повторите", "repeat"),
        ("вернуться", "back"),
        ("да баланс", "balance"),
        ("баланс да", "balance"),
        ("баланс нет пароль", "password"),
        ("[unk]", None),
        ("", None),
    ],
)
def test_what_is_meant_at_the_main_menu(said: str, meant: str | None) -> None:
    assert answer(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("да", "yes"),
        ("да да", "yes"),
        ("да нет", "no"),
        ("нет спасибо", "no"),
        ("неверно", "no"),
        ("не так", "no"),
        ("ошибка", "no"),
    ],
)
def test_yes_and_no(said: str, meant: str) -> None:
    assert answer(said, question=grammar("answers:number/right:ru", PROMPTS)) == meant


def test_a_question_gives_words_a_meaning_of_its_own() -> None:
    assert answer("да", question=CONFIRM) == "send"
    assert answer("нет", question=CONFIRM) == "no"
    assert answer("нет", question=OFFER) == "other"


def test_a_yes_within_other_speech_is_hardly_one() -> None:
    assert heard("[unk] да [unk]").certainty <= 0.5 < heard("[unk] баланс").certainty


def test_noise_after_an_answer_makes_it_hardly_less_certain() -> None:
    assert heard("да [unk] [unk] [unk] [unk]") == heard("да [unk]")
    assert heard("баланс [unk] [unk] [unk] [unk]").certainty > 0.7


def test_a_yes_at_the_end_of_long_talk_is_less_of_one() -> None:
    def said(seconds: float) -> float:
        words = Word("[unk]", length_s=seconds), Word("да", length_s=0.3)
        return understand([Alternative(words)], MENU).certainty

    assert said(2.0) < said(0.3) == heard("[unk] да").certainty


def test_a_phrase_says_all_unless_more_would_mean_something_else() -> None:
    assert {"баланс", "пароль", "оператор", "повторите"} <= conclusive(MENU.answers, MENU.kinds)
    assert conclusive({"другой": "other", "другой раз": "later"}, {}) == {"другой раз"}


def test_no_yes_no_courtesy_or_goodbye_says_all() -> None:
    everywhere = PROMPTS.phrases(None, "ru")
    for key in PROMPTS.keys("ru"):
        question = grammar(f"answers:{key}:ru", PROMPTS)
        for phrase in conclusive(question.answers, question.kinds):
            assert question.answers[phrase] not in {"goodbye", "yes", "no", "send"}, (key, phrase)
            assert everywhere.get(phrase) not in {"yes", "no", "nothing", "restart"}, (key, phrase)


@pytest.mark.parametrize(
    ("said", "meant", "sure"),
    [
        ("нет [unk] один", "no", 1.0),
        ("[unk] один", "yes", 0.4),
        ("не всё верно", "no", 1.0),
        ("нет не всё верно", "no", 1.0),
        ("не согласен", "no", 1.0),
        ("[unk] [unk] всё верно", "yes", 0.67),
        ("два [unk]", "no", 0.4),
        ("один", "yes", 1.0),
        ("нет семь", "no", 1.0),
        ("[unk] [unk] нет", "no", 0.67),
        ("нет [unk] ноль", "no", 1.0),
        ("да всё правильно", "yes", 1.0),
        ("отменить", "no", 1.0),
        ("ноль один", "yes", 0.4),
        ("два один", "yes", 0.4),
        ("один ноль", "operator", 0.4),
        ("ноль два один", "yes", 0.25),
        ("один один", "yes", 1.0),
        ("один спасибо", "yes", 1.0),
    ],
)
def test_a_read_back_number_is_confirmed_by_no_digit_of_it(said: str, meant: str, sure: float) -> None:
    understood = heard(said, question=RIGHT)
    assert (understood.answer, round(understood.certainty, 2)) == (meant, pytest.approx(sure, abs=0.01))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("другой договор спасибо", "other"),
        ("один спасибо", "again"),
        ("нет другой договор", "other"),
        ("нет один", "again"),
        ("нет спасибо", "goodbye"),
        ("спасибо", "goodbye"),
        ("ещё раз", "again"),
    ],
)
def test_thanks_and_a_no_hang_nobody_up_who_wants_more(said: str, meant: str) -> None:
    assert answer(said, question=AFTERWARDS) == meant


@pytest.mark.parametrize(
    "said",
    [
        "алло мой номер {}", "девушка {}", "{} спасибо", "{} всё", "сейчас {}", "семь семь сейчас семь {}",
        "номер договора {} пожалуйста",
    ],
)  # fmt: skip
def test_polite_words_are_no_digits_and_take_none_back(said: str) -> None:
    number = grammar("number:11:ru", PROMPTS)
    eleven = "семь ноль один два три четыре пять шесть семь восемь девять"
    before = "777" if said.startswith("семь") else ""
    rest = " ".join(eleven.split()[: 11 - len(before)])
    (reading,) = heard(said.format(rest), question=number).readings
    assert reading == Reading((before + "70123456789")[:11], 1.0)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("сейчас", "wait"), ("подождите пожалуйста", "wait"), ("не помню", "lost"), ("мой номер", "nothing")],
)
def test_who_has_no_number_at_hand_says_so(said: str, meant: str) -> None:
    assert heard(said, question=grammar("number:11:ru", PROMPTS)) == Heard(meant, 1.0)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("хорошо спасибо", "goodbye"), ("большое вам спасибо", "goodbye"), ("да другой договор", "other"),
        ("ещё один номер", "other"), ("хорошо", "nothing"), ("всё", "goodbye"), ("не помню", None),
    ],
)  # fmt: skip
def test_who_has_heard_the_balance_says_what_people_say(said: str, meant: str | None) -> None:
    assert answer(said, question=AFTERWARDS) == meant


def test_a_wish_among_digits_is_a_wish_and_digits_are_told_from_a_mumble() -> None:
    number = grammar("number:11:ru", PROMPTS)
    for said in ("семь семь ноль один два оператор", "оператор семь", "семь семь ноль один два оператора три"):
        assert heard(said, question=number) == Heard("operator", 1.0)
    assert heard("семь семь один два три пять", question=number) == Heard("short", 1.0)
    assert heard("семь семь", question=number) == Heard()
    assert "неправильно" not in number.answers


def test_where_a_whole_number_was_offered_too_it_is_not_called_too_short() -> None:
    number, ten = grammar("number:11:ru", PROMPTS), " ".join(["два"] * 10)
    found = heard(ten, f"{ten} три", question=number)
    assert found.answer is None
    assert [one.digits for one in found.readings] == ["22222222223"]


def test_a_digit_that_was_misheard_as_a_wish_loses_no_number() -> None:
    number, ten = grammar("number:11:ru", PROMPTS), " ".join(["два"] * 10)
    for wish in ("нет", "назад", "оператор"):
        assert heard(f"{ten} {wish}", f"{ten} пять", question=number).readings
    assert heard("два два два назад", question=number).answer == "back"


def test_thanks_with_a_wish_behind_them_end_no_call() -> None:
    for word in ("спасибо", "нет"):
        said = Alternative((Word(word), Word("[unk]", length_s=0.9)))
        found = understand([said], AFTERWARDS)
        assert found.answer == "goodbye"
        assert found.certainty < Trust().answer
    assert not is_meant(heard("алло"))


def test_alternatives_that_mean_the_same_make_it_certain_together() -> None:
    assert heard("баланс", "проверить счёт", "остаток").certainty == pytest.approx(1)
    assert heard("баланс", "пароль").certainty == pytest.approx(0.731, abs=0.001)


def test_of_long_talk_the_end_is_understood() -> None:
    number = grammar("number:11:ru", PROMPTS)
    said = " ".join([*["семь"] * 30, "нет", "не", "так", *["два"] * 11])
    (reading,) = heard(said, question=number).readings
    assert reading.digits == "2" * 11


def test_a_breath_that_is_likelier_nothing_than_a_digit_is_none() -> None:
    said = understand(
        [Alternative((), 0.0), Alternative((Word("пять"),), -0.7)], grammar("number:1:ru", PROMPTS)
    )
    assert [one.certainty for one in said.readings] == [pytest.approx(0.33, abs=0.01)]


def test_courtesy_means_nothing() -> None:
    assert heard("здравствуйте баланс спасибо") == heard("баланс")
    assert answer("спасибо") == "nothing"


@pytest.mark.parametrize(
    "name",
    [
        *("", "number", "number:11", "number:0:ru", "number:99:ru", "number:11:fr", "number:١١:ru"),
        *(
            "answers:no-such-prompt:ru",
            "answers:main-menu:fr",
            "answers:../../etc:ru",
            'answers:"":ru',
            "x" * 9999,
        ),
    ],
)
def test_a_grammar_that_nobody_has_is_refused(name: str) -> None:
    with pytest.raises(BadGrammar):
        grammar(name, PROMPTS)


def test_a_number_is_listened_for_with_numerals_and_what_is_understood_everywhere() -> None:
    words = grammar("number:11:ru", PROMPTS).words
    assert {"ноль", "семьсот", "тысяча", "оператор", "нет"} <= set(words)
    assert "баланс" not in words


def test_english_is_understood_too_where_there_is_a_model_for_it() -> None:
    number = grammar("number:5:en", PROMPTS)
    assert heard("seven seventy one twenty oh", question=number).readings == ()
    assert heard("seven twenty one four oh", question=number).readings[0].digits == "72140"
    assert answer("my balance", question=grammar("answers:main-menu:en", PROMPTS)) == "balance"
    assert not {"zero", "one"} & set(grammar("number:11:ru", PROMPTS).words)


shares = st.floats(0, 1)
readings = st.lists(st.builds(Reading, st.text("0123456789", min_size=1, max_size=20), shares), max_size=30)


@given(st.builds(Heard, st.none() | st.text(min_size=1, max_size=40), shares, readings.map(tuple)))
def test_asterisk_passes_on_what_was_heard(meant: Heard) -> None:
    text = encode(meant)
    assert text.isascii() and text.isprintable() and not set(' "') & set(text) and len(text) <= LONGEST
    told = decode(text)
    assert told.answer == meant.answer
    assert told.certainty == pytest.approx(meant.certainty, abs=0.001)
    assert [reading.digits for reading in told.readings] == [reading.digits for reading in meant.readings]


def test_what_does_not_fit_is_left_out_from_the_unlikeliest() -> None:
    many = tuple(Reading(f"{number:020}", 0.01) for number in range(100))
    told = decode(encode(Heard(readings=many)))
    assert 30 <= len(told.readings) < 100
    assert told.readings[0].digits == many[0].digits


@pytest.mark.parametrize(
    "text",
    [
        *("", "onset", "один два", "certainty=2", "certainty=nan", "certainty=x", "answer=yes"),
        *(
            "certainty=1&reading=12x:0.5",
            "certainty=1&reading=12",
            "certainty=1&reading=٣:0.5",
            "certainty=1" * 5000,
        ),
    ],
)
def test_a_text_of_somebody_else_tells_nothing(text: str) -> None:
    with pytest.raises(BadHeard):
        decode(text)


def test_the_words_go_along_as_they_were_made_out() -> None:
    assert heard("[unk] [unk] сколько денег [unk]", "баланс").words == "… сколько денег …"
    assert heard().words == ""
    meant = Heard("balance", 0.9, words="сколько у меня денег")
    assert decode(encode(meant)).words == meant.words


def test_words_are_the_first_to_be_left_out() -> None:
    long = Heard(readings=(Reading("77012345678", 0.9),), words="семьдесят " * 40)
    told = decode(encode(long))
    assert (told.words, told.readings) == ("", long.readings)


def test_words_that_nobody_can_read_are_none() -> None:
    assert decode("certainty=0.5&words=a%0Ab").words == ""
