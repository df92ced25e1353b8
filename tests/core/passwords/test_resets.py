"""Who forgot the password gets a new one on the mobile on file, and nobody else gets or learns anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from account_core import (
    Audit,
    Channel,
    Outbox,
    PassportNeeded,
    Report,
    SignedIn,
    State,
    VerificationFailed,
    Verified,
    WrongPassword,
)
from account_core.password_tables import PasswordRow, TryRow
from account_core.tables import Contract
from tests.core.passwords.company import (
    LAST4,
    NOT_TO_BE_HAD,
    OWN,
    OWN_EMAIL,
    OWN_MOBILE,
    STRANGER,
    WRONG4,
    Company,
    heard,
)


def test_the_mobile_on_file_is_proof_enough(company: Company) -> None:
    case = company.resets.own(company.visit(OWN_MOBILE))
    assert case and (case.contract, case.ending, case.how) == (OWN, "4567", "calling-number")
    named = company.resets.begin(OWN, company.visit(OWN_MOBILE))
    assert isinstance(named, Verified) and named.how == "calling-number"


@pytest.mark.parametrize("caller", [STRANGER, None, "+79160000001", "", "\0"])
def test_no_other_phone_is(company: Company, caller: str | None) -> None:
    assert company.resets.own(company.visit(caller)) is None
    for contract in (OWN, *NOT_TO_BE_HAD):
        assert isinstance(company.resets.begin(contract, company.visit(caller, "one call")), PassportNeeded)


def test_a_mobile_of_two_contracts_says_which_one_by_number(company: Company) -> None:
    company.add("77000000009", mobile=OWN_MOBILE)
    assert company.resets.own(company.visit(OWN_MOBILE)) is None
    assert isinstance(company.resets.begin("77000000009", company.visit(OWN_MOBILE)), Verified)


def test_the_passport_digits_are_proof_from_any_other_phone(company: Company) -> None:
    assert heard(company, OWN, LAST4) == "ends in 4567"


@pytest.mark.parametrize("contract", NOT_TO_BE_HAD)
def test_what_cannot_be_had_is_refused_in_the_words_of_a_wrong_proof(company: Company, contract: str) -> None:
    wrong = [heard(company, OWN, WRONG4, "call 1") for _ in range(5)]
    tried = [heard(company, contract, digits, "call 2") for digits in (LAST4, WRONG4, "97", LAST4, LAST4)]
    assert tried == wrong
    assert [line.split()[0] for line in wrong] == ["VerificationFailed"] * 3 + ["TooManyTries"] * 2


@pytest.mark.parametrize("digits", ["", "973", "97310", "٩٧٣١", "9731\n", " 9731", "\udcff", "0" * 10**5])
def test_anything_but_the_four_digits_is_a_wrong_proof(company: Company, digits: str) -> None:
    assert heard(company, OWN, digits) == "VerificationFailed not verified; 2 more tries"


def test_the_password_goes_to_the_mobile_on_file_and_word_of_it_by_mail(company: Company) -> None:
    company.resets.confirm(company.verified())
    company.send()
    sms, mail = company.gateway.asked
    assert (sms.channel, sms.to, mail.channel, mail.to) == (Channel.SMS, OWN_MOBILE, Channel.EMAIL, OWN_EMAIL)
    (password,) = company.sms()
    assert password not in mail.text
    assert len(sms.text) <= 70  # one SMS with Cyrillic letters
    assert mail.subject == "Запрошен новый пароль"
    assert "5678" in mail.text and OWN not in mail.text and OWN_MOBILE not in mail.text


@pytest.mark.parametrize("email", [None, "", "no mail", "a@b\nBcc: x@y", "a@b, c@d", "<a@b>"])
def test_an_address_that_is_none_gets_no_mail(company: Company, email: str | None) -> None:
    company.add("77000000009", mobile="+79160000009", email=email)
    company.reset("77000000009", "+79160000009")
    assert [message.channel for message in company.gateway.asked] == [Channel.SMS]


def test_a_subscriber_is_written_to_in_his_language(company: Company) -> None:
    company.add("77000000009", mobile="+79160000009", language="en")
    company.reset("77000000009", "+79160000009")
    assert company.gateway.asked[0].text.startswith("0890: your temporary password is ")
    assert len(company.gateway.asked[0].text) <= 160


def test_hash_and_message_are_written_both_or_neither(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = company.verified()
    real_put = Outbox.put

    def put_and_break(*arguments: object) -> str:
        real_put(*arguments)  # type: ignore[arg-type]
        raise MemoryError

    with monkeypatch.context() as broken, pytest.raises(MemoryError):
        broken.setattr(Outbox, "put", put_and_break)
        company.resets.confirm(case)
    with company.database.reading() as connection:
        for table in ("passwords", "messages"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        assert connection.scalar(select(func.count()).where(TryRow.kind == "reset")) == 0
    assert Audit.story(company.database, OWN)[-1].what == "passport digits"


def test_a_new_password_cancels_the_last_temporary_one_and_its_message_if_that_still_waits(
    company: Company,
) -> None:
    first = company.reset()
    company.resets.confirm(company.verified())
    company.resets.confirm(company.verified())
    assert [told.state for told in company.desk.recent(about="temporary password")] == [
        State.QUEUED,
        State.REPLACED,
        State.SENT,
    ]
    *_, last = company.sms()
    with pytest.raises(WrongPassword):
        company.door.sign_in(OWN, first, company.visit())
    assert company.door.sign_in(OWN, last, company.visit())


@pytest.mark.parametrize("change", [{"mobile": "+79160000077"}, {"mobile": None}, {"status": "closed"}])
def test_a_contract_that_changed_during_the_call_gets_no_password(
    company: Company, change: dict[str, str | None]
) -> None:
    case = company.verified()
    with company.database.writing() as connection:
        connection.execute(update(Contract).where(Contract.number == OWN).values(change))
    with pytest.raises(VerificationFailed):
        company.resets.confirm(case)
    assert company.sms() == []


def test_the_permanent_password_stays_valid_until_the_temporary_one_is_used(company: Company) -> None:
    company.door.change_password(OWN, company.reset(), "Own7password", company.visit())
    temporary = company.reset(caller=STRANGER)
    assert company.door.sign_in(OWN, "Own7password", company.visit()) == SignedIn(OWN)
    company.door.sign_in(OWN, temporary, company.visit())
    with pytest.raises(WrongPassword):
        company.door.sign_in(OWN, "Own7password", company.visit())


def test_the_caller_can_ask_what_became_of_the_message(company: Company) -> None:
    case = company.verified()
    assert company.resets.last(case) is None
    promise = company.resets.confirm(case)
    company.send()
    company.outbox.report(promise.key, Report.UNDELIVERABLE, "absent subscriber")
    last = company.resets.last(case)
    assert last and (last.state, last.trouble) == (State.UNDELIVERABLE, "absent subscriber")


def test_the_audit_trail_tells_the_story_and_no_secret(company: Company, tmp_path: Path) -> None:
    heard(company, OWN, WRONG4)
    promise = company.resets.confirm(company.verified())
    (password,) = company.sms()
    company.outbox.report(promise.key, Report.DELIVERED)
    story = Audit.story(company.database, OWN)
    assert [(noted.what, noted.facts.get("decided")) for noted in story] == [
        ("new password asked for", "passport asked for"),
        ("passport digits", "not verified"),
        ("new password asked for", "passport asked for"),
        ("passport digits", "verified"),
        ("new password", "sent to the mobile on file"),
        ("message sent", None),
        ("message sent", None),
        ("message delivered", None),
    ]
    told = " ".join(str(noted.facts) for noted in story)
    assert story[1].facts == {
        "named": "…5678",
        "channel": "voice",
        "from": STRANGER,
        "call": "call-0",
        "decided": "not verified",
        "why": "wrong digits",
    }
    assert not any(secret in told for secret in (password, LAST4, WRONG4))


def test_no_table_ever_holds_a_password_or_passport_digits(company: Company) -> None:
    company.resets.confirm(company.verified())
    whole = everything(company)
    (password,) = company.sms()
    whole += everything(company)
    company.door.change_password(OWN, password, "Own7password", company.visit())
    whole += everything(company)
    for secret in (password, "Own7password", f"'{LAST4}'"):
        assert secret not in whole
    assert OWN in whole


def everything(company: Company) -> str:
    """All that a dump of the database shows, bytes as text too."""
    found = ""
    with company.database.reading() as connection:
        for table in PasswordRow.metadata.tables:
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                found += "".join(v.decode("latin-1") if isinstance(v, bytes) else repr(v) for v in row)
    return found
