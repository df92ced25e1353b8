"""What everybody hears whose call is recorded."""

from ivr.dialogue import Call


def tell_of_recording(call: Call) -> None:
    """Say that the call is recorded, in its language; only from then on it is. A key ends the sentence."""
    if call.recording and call.recording.possible():
        call.say("recording/notice")
        call.recording.begin()
