"""What a good password is, and that temporary ones are good."""

from __future__ import annotations

from collections import Counter

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from account_core import BadPassword, Fault, Keys, PasswordPolicy, Passwords
from account_core.passwords import ALPHABET
from tests.core.passwords.company import OWN, OWN_MOBILE, QUICK

KEYS = Keys(b"a key for tests only, 32 bytes or more")
PASSWORDS = Passwords(KEYS, QUICK)


def faults(password: str, passwords: Passwords = PASSWORDS) -> list[Fault]:
    try:
        passwords.refuse_bad(password, OWN, OWN_MOBILE, None)
    except BadPassword as bad:
        assert not password or password not in str(bad)
        return bad.faults
    return []


@pytest.mark.parametrize(
    "good", ["Xk7pQz2m", "Мой Кот гуляет 7", "correct Horse battery 9", "Пёс7 лает", "A1" + "b" * 126]
)
def test_good_passwords_are_taken_in_any_script_with_spaces_and_long(good: str) -> None:
    assert faults(good) == []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("Xk7pQz2", [Fault.TOO_SHORT]),
        ("", [Fault.UNUSABLE]),
        ("xk7pqz2m", [Fault.NO_CAPITAL]),
        ("XK7PQZ2M", [Fault.NO_SMALL]),
        ("XkzpQzwm", [Fault.NO_DIGIT]),
        ("A1" + "b" * 127, [Fault.TOO_LONG]),
        ("A1" + "b" * 10**6, [Fault.TOO_LONG]),
        ("Xk7pQz2m\n", [Fault.UNUSABLE]),
        ("Xk7pQz2m\0", [Fault.UNUSABLE]),
        ("Xk7pQz2m\udcff", [Fault.UNUSABLE]),
        ("Qwerty123", [Fault.COMMON]),
        ("Password2026", [Fault.COMMON]),
        ("Gfhjkm123", [Fault.COMMON]),
        ("Пароль123", [Fault.COMMON]),
        ("Йцукен2026!", [Fault.COMMON]),
        (f"Ab{OWN}", [Fault.OWN_NUMBER]),
        ("Ab9161234567", [Fault.OWN_NUMBER]),
        ("123456", [Fault.TOO_SHORT, Fault.NO_SMALL, Fault.NO_CAPITAL, Fault.COMMON]),
    ],
)
def test_bad_passwords_are_refused_with_all_that_is_wrong(bad: str, why: list[Fault]) -> None:
    assert faults(bad) == why


def test_the_shortest_length_is_a_setting_of_six_or_more() -> None:
    assert faults("Xk7pQz", Passwords(KEYS, PasswordPolicy(shortest=6, memory_kib=8, rounds=1))) == []
    with pytest.raises(ValueError):
        PasswordPolicy(shortest=5)


def test_temporary_passwords_are_long_unambiguous_and_good_and_use_the_whole_alphabet_evenly() -> None:
    made = [PASSWORDS.temporary() for _ in range(5000)]
    assert len(set(made)) == 5000
    assert {len(password) for password in made} == {10}
    assert not set("".join(made)) & set("0Oo1lI")
    assert not any(faults(password) for password in made[:200])
    used = Counter("".join(made))
    assert set(used) == set(ALPHABET)
    # Each of 24 + 24 + 8 characters is expected 890 times or so; digits more, for every password has one.
    assert min(used.values()) > 700 and max(used.values()) < 1300


def test_what_looks_the_same_is_the_same_password() -> None:
    assert PASSWORDS.matches("Cafe\u0301 7 Pie", PASSWORDS.hashed("Café 7 Pie"))


def test_a_hash_tells_its_parameters_and_is_never_the_same_twice() -> None:
    first, second = (Passwords(KEYS).hashed("Xk7pQz2m") for _ in range(2))
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


def test_a_hash_is_worth_nothing_without_the_secret_key() -> None:
    hashed = PASSWORDS.hashed("Xk7pQz2m")
    assert PASSWORDS.matches("Xk7pQz2m", hashed)
    assert not Passwords(Keys(b"another key, 32 bytes or more too"), QUICK).matches("Xk7pQz2m", hashed)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(hashed, "Xk7pQz2m")


@pytest.mark.parametrize("hashed", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_nothing_matches_what_is_no_hash(hashed: str | None) -> None:
    assert not PASSWORDS.matches("Xk7pQz2m", hashed)
    assert not PASSWORDS.matches("", hashed)
