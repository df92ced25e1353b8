"""The vocabulary of a call: what a flow may say, ask and return, and the line that it is said on.

A flow is a function of a `Call` that returns what comes next. What the caller chose is a value; that the talk
is over is an exception (`Hangup`, `NoAnswer`), and `ivr.call_loop` is the one place where those end.
"""

from ivr.dialogue.call import Call
from ivr.dialogue.endings import Goodbye, Handover, Home, Next, Stay
from ivr.dialogue.heard import Data, Heard, Picked, Reading, Trust
from ivr.dialogue.line import KEYS, Deaf, Hangup, Key, Line, Prompt, Recording
from ivr.dialogue.questions import (
    BACK,
    OPERATOR,
    Choice,
    Digits,
    NoAnswer,
    Question,
    Timers,
    Unsuitable,
    masked,
)

__all__ = [
    "BACK",
    "KEYS",
    "OPERATOR",
    "Call",
    "Choice",
    "Data",
    "Deaf",
    "Digits",
    "Goodbye",
    "Handover",
    "Hangup",
    "Heard",
    "Home",
    "Key",
    "Line",
    "Next",
    "NoAnswer",
    "Picked",
    "Prompt",
    "Question",
    "Reading",
    "Recording",
    "Stay",
    "Timers",
    "Trust",
    "Unsuitable",
    "masked",
]
