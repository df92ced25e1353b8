"""What an agent hears before the caller is joined: who calls and why, and the choice to take the call."""

from account_core import HandoverStory
from ivr.dialogue import Call, Choice, NoAnswer

VERIFIED = {
    "calling-number": "whisper/by-number",
    "contract-number": "whisper/by-contract",
    "passport": "whisper/by-passport",
}
"""How the caller was tied to the contract, and what says so."""
ABOUT = {
    "a new password was sent and did not help": "whisper/password-did-not-help",
    "got no new password": "whisper/no-password",
    "may not ask for a password": "whisper/no-password",
    "was not verified": "whisper/no-password",
    "asked for a person about the password": "whisper/password",
    "asked for a person before a password": "whisper/password",
    "asked for a person instead of the passport": "whisper/passport",
    "after hearing the balance": "whisper/balance",
    "asked for a person when offered the balance": "whisper/balance",
    "asked for a person instead of a contract": "whisper/contract-wanted",
    "named too many contract numbers": "whisper/contract-not-found",
    "could not": "whisper/could-not",
    "the line had a fault": "whisper/fault",
    "asked for a person": "whisper/person",
}
"""How the reason of a handover begins, and what says so; the first that fits."""


def whisper(call: Call, story: HandoverStory | None, within_s: float) -> str:
    """Tell an agent about the caller of `story`; `take`, or `pass` for 2, silence and any other key."""
    if story:
        _who(call, story)
        call.say(reason(story.about))
    else:
        call.say("whisper/no-story")
    question = Choice(
        "whisper/take", {"1": "take", "2": "pass"}, tries=1, silence_means="pass", within_s=within_s
    )
    try:
        return "take" if call.ask(question) == "take" else "pass"
    except NoAnswer:
        return "pass"


def reason(about: str) -> str:
    """The prompt that says why a caller was handed over."""
    return next((key for begin, key in ABOUT.items() if about.startswith(begin)), "whisper/person")


def _who(call: Call, story: HandoverStory) -> None:
    number = story.contract or ""
    if len(number) == 11 and number.isascii() and number.isdigit():
        call.say("whisper/contract", begins=number[:4], ending=number[-4:])
    if how := VERIFIED.get(story.verified or ""):
        call.say(how)
