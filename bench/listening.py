"""What listening costs: a caller's share of a core, memory a stream, growth over thousands of answers.

    python -m bench.listening [--turns 5000]

A call for the share of a core is two minutes: a third of the time the caller speaks, for the rest there is a
quiet line, or music. Beside it, in the same run, the same voice goes to Vosk with no gate, all in one thread.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import vosk

from ivr.settings import load
from ivr.speech.gate import FRAME_BYTES, Gate
from ivr.speech.heard import is_meant
from ivr.speech.questions import Question, Questions, models
from ivr.speech.turn import Answer
from tests.speech.people import RATE, Samples, music, say, silence

CONTRACT, MENU = "number:11:ru", "answers:main-menu:ru"
SENTENCE = "семь семь ноль один два три четыре пять шесть семь восемь"
CALL_S = 120
STEP_BYTES = 2 * FRAME_BYTES
"""Voice that comes at a time."""
AT_ONCE = 40
"""Recognisers that are held in the middle of an answer to weigh one."""
UTTERANCES = 16
"""Numbers that threads and processes race with."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=5000)
    turns = options.parse_args().turns
    cores()
    threads_and_processes()
    stream()
    growth(turns)


@cache
def question(name: str) -> Question:
    """A question of this instance."""
    settings = load()
    return Questions.of(settings, models(settings)).find(name)


def cores() -> None:
    """The share of a core of one caller."""
    print("seconds of processor for a second of a call, and callers a core:")
    question(CONTRACT)
    plain = processor_s(lambda: ungated(speaking())) / CALL_S
    print(f"  speaks a third of the time, Vosk without a gate   {plain:.4f}  {1 / plain:5.0f}   (beside)")
    for name, call in (
        ("speaks a third of the time", speaking()),
        ("says nothing", quiet()),
        ("music", music(CALL_S)),
    ):
        share = processor_s(lambda call=call: answers_in(call, CONTRACT)) / CALL_S
        print(
            f"  {name:30}                    {share:.4f}  {1 / share:5.0f}   ratio {share / plain:.2f}",
            flush=True,
        )


def processor_s(work: Callable[[], object]) -> float:
    """Seconds of processor that `work` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def speaking() -> Samples:
    """A number every 24 s or so."""
    one = say(SENTENCE, before_s=1, after_s=15)
    return np.resize(one, CALL_S * RATE)


def quiet() -> Samples:
    """A line on which nobody speaks."""
    return silence(CALL_S)


def ungated(call: Samples) -> None:
    """All of a call given to Vosk."""
    found = question(CONTRACT)
    words = json.dumps(found.grammar.words, ensure_ascii=False)
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(found.model.folder)), RATE, words)
    recogniser.SetMaxAlternatives(30)
    for at in range(0, 2 * len(call), STEP_BYTES):
        if recogniser.AcceptWaveform(piece(call, at)):
            recogniser.Result()


def piece(call: Samples, at: int) -> bytes:
    """`STEP_BYTES` of a call from a byte on."""
    return call[at // 2 : (at + STEP_BYTES) // 2].tobytes()


def answers_in(call: Samples, name: str) -> list[Answer]:
    """The answers to the same question, put again after each."""
    found, gate, answers = question(name), Gate(), []
    turn = found.turn(gate)
    for at in range(0, 2 * len(call) - STEP_BYTES + 1, STEP_BYTES):
        event = turn.step(piece(call, at))
        if isinstance(event, Answer):
            gate.meant(is_meant(found.understand(event.alternatives)))
            answers.append(event)
            turn = found.turn(gate)
    return answers


def threads_and_processes() -> None:
    """The same numbers decoded by as many threads and as many processes as there are cores, in turns."""
    rates: dict[str, list[float]] = {"threads": [], "processes": []}
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2) as processes:
        for pool in (threads, processes):
            list(pool.map(decoded, range(4)))
        for _ in range(3):
            rates["threads"].append(raced(threads))
            rates["processes"].append(raced(processes))
    threads_rate, processes_rate = (float(np.median(seen)) for seen in rates.values())
    print(f"numbers a second: two threads {threads_rate:.1f}, two processes {processes_rate:.1f}", end="")
    print(f"; ratio {threads_rate / processes_rate:.2f}", flush=True)


def raced(pool: Executor) -> float:
    """Numbers a second."""
    began = time.monotonic()
    list(pool.map(decoded, range(UTTERANCES)))
    return UTTERANCES / (time.monotonic() - began)


def decoded(_: int) -> int:
    """Alternatives of one number."""
    return sum(len(one.alternatives) for one in answers_in(say(SENTENCE, after_s=5), CONTRACT))


def stream() -> None:
    """Memory of a caller in the middle of a number."""
    voice = say(SENTENCE, after_s=0).tobytes()
    answers_in(say(SENTENCE, after_s=5), CONTRACT)
    before, held = memory_mb(), []
    for _ in range(AT_ONCE):
        turn = question(CONTRACT).turn(Gate())
        for at in range(0, len(voice) - STEP_BYTES + 1, STEP_BYTES):
            turn.step(voice[at : at + STEP_BYTES])
        held.append(turn)
    each = (memory_mb() - before) / len(held)
    print(f"memory: {before:.0f} MB with the model, {each:.2f} MB a caller in a number")


def growth(turns: int) -> None:
    """Memory over thousands of answers."""
    answer = say("нет", before_s=0.2, after_s=1.2)
    for done in range(turns + 1):
        if done in (turns // 10, turns // 2, turns):
            print(f"memory after {done:5} answers: {memory_mb():.1f} MB", flush=True)
        answers_in(answer, MENU)


def memory_mb() -> float:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    main()
