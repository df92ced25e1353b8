"""Lattice-free maximum mutual information: the transcript against everything that could have been said.

Both sums run over all paths; their gradients are the occupancies that one forward and one backward pass give.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ivr.speech.training.phones import OUTPUTS, SOUNDS
from ivr.speech.training.transcripts import IMPOSSIBLE, Followers, GraphBatch


class _Transcript(torch.autograd.Function):
    """Logarithm of the sum over all ways to say a transcript."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, rows: Tensor, *graph: Tensor) -> Tensor:
        outputs, sources, weights, first, last = graph
        batch, length, _ = x.shape
        states, ways = weights.shape[1:]
        emitted = torch.gather(x, 2, outputs[:, None, :].expand(batch, length, states))
        sources = sources.reshape(batch, states * ways)

        def arriving(before: Tensor) -> Tensor:
            return torch.gather(before, 1, sources).view(batch, states, ways) + weights

        forward = torch.empty(length, batch, states)
        forward[0] = first + emitted[:, 0]
        for t in range(1, length):
            forward[t] = (torch.logsumexp(arriving(forward[t - 1]), 2) + emitted[:, t]).clamp(min=IMPOSSIBLE)
        ends = forward[rows - 1, torch.arange(batch)] + last
        total = torch.logsumexp(ends, 1)
        ended = torch.exp(ends - total[:, None])
        occupied, now = torch.zeros(batch, length, states), torch.zeros(batch, states)
        for t in range(length - 1, -1, -1):
            now = torch.where((rows - 1 == t)[:, None], ended, now)
            occupied[:, t] = now
            if t:
                shares = torch.softmax(arriving(forward[t - 1]), 2) * now[:, :, None]
                now = torch.zeros(batch, states).scatter_add_(1, sources, shares.reshape(batch, states * ways))
        gradient = torch.zeros_like(x).scatter_add_(2, outputs[:, None, :].expand_as(occupied), occupied)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        (gradient,) = ctx.saved_tensors
        return gradient * upstream[0][:, None, None], *(None,) * 6


class _Anything(torch.autograd.Function):
    """Logarithm of the sum over all rows of sounds."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, rows: Tensor, follows: Tensor, first: Tensor, last: Tensor) -> Tensor:
        batch, length, width = x.shape
        peak = x.max(2, keepdim=True)[0]
        emitted = torch.exp(x - peak)
        forward, scales = torch.empty(length, batch, width), torch.empty(length, batch)
        arriving = first.expand(batch, width)
        for t in range(length):
            now = arriving * emitted[:, t]
            scales[t] = now.sum(1)
            forward[t] = now / scales[t][:, None]
            arriving = forward[t] @ follows
        inside = torch.arange(length)[:, None] < rows[None]
        ended = (forward[rows - 1, torch.arange(batch)] * last).sum(1)
        total = torch.where(inside, scales.log() + peak[:, :, 0].t(), torch.zeros(())).sum(0) + ended.log()
        gradient, backward = torch.zeros_like(x), torch.zeros(batch, width)
        leads = follows.t().contiguous()
        for t in range(length - 1, -1, -1):
            if t < length - 1:
                backward = ((backward * emitted[:, t + 1]) @ leads) / scales[t + 1][:, None]
            backward = torch.where((rows - 1 == t)[:, None], last[None] / ended[:, None], backward)
            backward = torch.where((rows - 1 >= t)[:, None], backward, torch.zeros(()))
            gradient[:, t] = forward[t] * backward
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        (gradient,) = ctx.saved_tensors
        return gradient * upstream[0][:, None, None], *(None,) * 4


class Objective:
    """What training makes as large as it can."""

    def __init__(self, followers: Followers) -> None:
        sounds, probability = len(SOUNDS), followers.probability
        follows = np.zeros((OUTPUTS, OUTPUTS), np.float32)
        for output in range(OUTPUTS):
            sound = output // 2
            follows[output, 2 * sound + 1] = 0.5
            follows[output, 0::2] += 0.5 * probability[sound, :sounds]
        first = np.zeros(OUTPUTS, np.float32)
        first[0::2] = probability[sounds, :sounds]
        last = np.repeat(0.5 * probability[:sounds, sounds], 2).astype(np.float32)
        self._anything = tuple(torch.from_numpy(array) for array in (follows, first, last))

    def __call__(self, x: Tensor, rows: Tensor, graphs: GraphBatch) -> Tensor:
        """Per saying: log P(transcript) - log P(anything)."""
        arrays = (graphs.outputs, graphs.sources, graphs.weights, graphs.first, graphs.last)
        transcript = _Transcript.apply(x, rows, *(torch.from_numpy(array) for array in arrays))
        return transcript - _Anything.apply(x, rows, *self._anything)
