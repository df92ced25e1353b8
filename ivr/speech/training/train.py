"""The training loop: draw, compare, step, average, and write a whole Vosk model every few minutes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ivr.speech.training import batches, other_words
from ivr.speech.training.acoustic import Acoustic, read_acoustic, write_acoustic
from ivr.speech.training.average import RunningAverage
from ivr.speech.training.batches import Batch, Share
from ivr.speech.training.graph import write_graph
from ivr.speech.training.lexicon import Lexicon, Pronunciation
from ivr.speech.training.loss import Objective
from ivr.speech.training.net import Net, from_acoustic, to_acoustic
from ivr.speech.training.phones import GARBAGE, INDEX, SILENCE
from ivr.speech.training.transcripts import Followers, GraphMaker

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How a model is trained."""

    out: Path
    """Folder of the model; written every few minutes."""
    start: Path | None
    """Model whose acoustic part is trained on; None begins with random weights."""
    minutes: float
    """Wall time of training."""
    rate: float = 1e-3
    """Learning rate at its highest; it falls as a cosine."""
    frames: int = 6000
    """Frames of 10 ms in a batch, padding included."""
    dropout: float = 0.0
    threads: int = 2
    """Threads of PyTorch."""
    seed: int = 1
    write_every_s: float = 300.0


def train(plan: Plan, shares: Sequence[Share], lexicon: Lexicon, say: Say) -> None:
    """Train and write the averaged model. ValueError when there is nothing to learn from."""
    if not any(share.utterances for share in shares):
        raise ValueError("there are no recordings to learn from")
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    others = _others(shares, lexicon)
    followers = Followers.counted(_rows(shares, lexicon, others))
    maker = GraphMaker(lexicon, others, followers)
    net = from_acoustic(read_acoustic(_acoustic(plan.start)), plan.dropout) if plan.start else Net(plan.dropout)
    learner = _Learner(net, Objective(followers), plan)
    write_graph(plan.out, lexicon)
    written = time.monotonic()
    for batch in batches.in_background(shares, maker, plan.frames, plan.seed):
        learner.step(batch)
        if learner.steps % 50 == 0:
            say(learner.report())
        if learner.passed() >= 1 or time.monotonic() - written > plan.write_every_s:
            write_acoustic(_acoustic(plan.out), learner.averaged())
            written = time.monotonic()
        if learner.passed() >= 1:
            return


def _acoustic(folder: Path) -> Path:
    return folder / "am" / "final.mdl"


class _Learner:
    """The net, its optimiser and its average."""

    def __init__(self, net: Net, objective: Objective, plan: Plan) -> None:
        self._net, self._objective, self._plan = net, objective, plan
        self._optimiser = torch.optim.AdamW(
            net.parameters(), lr=plan.rate, weight_decay=1e-4, betas=(0.9, 0.98)
        )
        self._average = RunningAverage(net)
        self._halved = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
        self._began, self.steps, self._heard_s = time.monotonic(), 0, 0.0
        self._scores: list[float] = []

    def passed(self) -> float:
        """The part of the training time that is over."""
        return (time.monotonic() - self._began) / (60 * self._plan.minutes)

    def step(self, batch: Batch) -> None:
        """One batch; a saying that cannot be aligned and a step that is not finite are left out."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        rows = torch.from_numpy(batch.rows)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._halved):
            outputs = self._net(torch.from_numpy(batch.cepstra), int(rows.max())).float().contiguous()
        scores = self._objective(outputs, rows, batch.graphs)
        fine = torch.isfinite(scores) & (scores > -1e6)
        score = torch.where(fine, scores, torch.zeros(())).sum() / rows.sum()
        loss = 5e-4 * (outputs**2).mean() - score
        self._optimiser.zero_grad()
        loss.backward()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(self._net.parameters(), 3.0)):
            self._optimiser.step()
            self._average.add(self._net)
        self.steps += 1
        self._heard_s += float(rows.sum()) * 0.03
        self._scores = [*self._scores[-49:], float(score.detach())]

    def _rate(self) -> float:
        falling = max(0.02, 0.5 * (1 + math.cos(math.pi * min(1.0, self.passed()))))
        return self._plan.rate * min(1.0, (self.steps + 1) / 80) * falling

    def averaged(self) -> Acoustic:
        net = Net()
        net.load_state_dict(self._average.weights)
        return to_acoustic(net)

    def report(self) -> str:
        minutes = (time.monotonic() - self._began) / 60
        heard = f"{self._heard_s / 3600:.1f} h heard, {self._heard_s / 60 / minutes:.0f} x real time"
        return f"{minutes:.1f} min, step {self.steps}: {heard}, score {np.mean(self._scores):.4f}"


def _others(shares: Sequence[Share], lexicon: Lexicon) -> dict[str, Pronunciation]:
    """How the words of the recordings that the vocabulary lacks are said, as far as it is known."""
    said = {
        word for share in shares for saying in share.utterances for phrase in saying.text for word in phrase
    }
    return other_words.pronunciations(sorted(said - set(lexicon)))


def _rows(shares: Sequence[Share], lexicon: Lexicon, others: dict[str, Pronunciation]) -> list[list[int]]:
    """The sounds of all sayings, with a silence behind each phrase and some words."""
    rng = np.random.default_rng(0)
    return [
        _row(saying.text, lexicon, others, rng)
        for share in shares
        for saying in share.utterances
        if saying.text
    ]


def _row(
    text: list[list[str]], lexicon: Lexicon, others: dict[str, Pronunciation], rng: np.random.Generator
) -> list[int]:
    garbage, silence = rng.random() < batches.GARBAGE_SHARE, INDEX[SILENCE]
    row = [silence] if rng.random() < 0.7 else []
    for phrase in text:
        for word in phrase:
            ways = lexicon.get(word) or ((others[word],) if word in others and not garbage else ((GARBAGE,),))
            row += [INDEX[sound] for sound in ways[rng.integers(len(ways))]]
            if rng.random() < 0.3:
                row.append(silence)
        if row and row[-1] != silence:
            row.append(silence)
    return row
