"""The ways through one flow, read statement by statement."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.dialogue import BACK, OPERATOR, Goodbye, Handover, Home, Question, Stay
from ivr.dialogue.questions import Choice
from ivr.flowchart.model import Flow, Target, Way
from ivr.flowchart.source import Source

NUMBER, SILENCE = "number", "silence"
"""Answers of a caller that are no single key."""
SAYING = {"say", "say_last", "Unsuitable"}
PROMPT = re.compile(r"[a-z]+(-[a-z]+)*(/[a-z]+(-[a-z]+)*)*")


@dataclass(frozen=True)
class Branch:
    """Where the reader stands: what chose this branch, and what is said in it."""

    keys: tuple[str, ...] = ()
    answer: str = ""
    says: list[str] = field(default_factory=list)


class Branches:
    """Reads one flow. `sources` are all functions and classes beside it, for what it calls."""

    def __init__(self, source: Source, sources: Mapping[str, Source]) -> None:
        self._source, self._sources = source, sources
        self._flow = Flow(source.name, source.module.__name__, source.about)
        self._left: dict[str, tuple[str, ...]] = {}
        """Answers to the last question that no branch has taken yet, and the keys of each."""
        self._asked: set[str] = set()
        """Variables that hold an answer."""

    def flow(self) -> Flow:
        """The flow with all its ways."""
        self._block(self._source.node.body, Branch(says=self._flow.says))
        return self._flow

    def _block(self, statements: list[ast.stmt], at: Branch) -> None:
        for statement in statements:
            match statement:
                case ast.Return(value=ast.expr() as value):
                    self._note(value, at)
                    self._leave(value, at)
                case ast.Match():
                    self._match(statement, at)
                case ast.If():
                    self._if(statement, at)
                case ast.Try():
                    self._block(statement.body, at)
                    for handler in statement.handlers:
                        self._branch(handler.body, at, (), _in_words(handler.type))
                    self._block(statement.orelse + statement.finalbody, at)
                case ast.With() | ast.For() | ast.While():
                    self._block(statement.body, at)
                case _:
                    self._note(statement, at)

    def _branch(self, body: list[ast.stmt], at: Branch, keys: tuple[str, ...], answer: str) -> None:
        """Read `body`; what is said in a branch that leaves the flow is said on that way alone."""
        leaves = any(isinstance(node, ast.Return) for one in body for node in ast.walk(one))
        says = list(at.says) if leaves and at.says is not self._flow.says else [] if leaves else at.says
        self._block(body, Branch(keys or at.keys, answer or at.answer, says))

    def _match(self, statement: ast.Match, at: Branch) -> None:
        self._note(statement.subject, at)
        asked = self._holds_answer(statement.subject)
        for case in statement.cases:
            keys, answer = self._taken(self._answers(case.pattern)) if asked else ((), "")
            self._branch(case.body, at, keys, answer or ("" if asked else ast.unparse(case.pattern)))

    def _if(self, statement: ast.If, at: Branch) -> None:
        self._note(statement.test, at)
        answers = self._tested(statement.test)
        if answers is None:
            self._branch(statement.body, at, (), _condition(statement.test))
        else:
            self._branch(statement.body, at, *self._taken(answers))
        if statement.orelse:
            self._branch(statement.orelse, at, (), "")

    def _tested(self, test: ast.expr) -> list[str] | None:
        """The answers for which `test` is true, when it tests an answer."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                others = self._tested(operand)
                return None if others is None else [one for one in self._left if one not in others]
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), _]) if name in self._asked:
                return [one for one in self._left if one == NUMBER]
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.In()], comparators=[wanted]):
                if name in self._asked:
                    among = wanted.elts if isinstance(wanted, ast.Tuple) else [wanted]
                    return [str(self._source.value(one)) for one in among]
        return None

    def _answers(self, pattern: ast.pattern) -> list[str]:
        match pattern:
            case ast.MatchValue(value=value):
                return [str(self._source.value(value))]
            case ast.MatchOr(patterns=patterns):
                return [answer for one in patterns for answer in self._answers(one)]
            case ast.MatchClass():
                return [one for one in self._left if one == NUMBER]
        return list(self._left)

    def _taken(self, answers: list[str]) -> tuple[tuple[str, ...], str]:
        """The keys of `answers`, which no later branch gets; and the answers themselves."""
        taken = {answer: self._left.pop(answer) for answer in answers if answer in self._left}
        return tuple(key for keys in taken.values() for key in keys), ", ".join(taken)

    def _holds_answer(self, subject: ast.expr) -> bool:
        return _is_ask(subject) or (isinstance(subject, ast.Name) and subject.id in self._asked)

    def _leave(self, value: ast.expr, at: Branch) -> None:
        keys, answer = at.keys, at.answer
        if at.says is self._flow.says:
            keys, answer = self._taken(list(self._left))
        said = () if at.says is self._flow.says else tuple(at.says)
        for target in self._targets(value, self._source, {}):
            self._flow.ways.append(Way(keys, answer, said, target))

    def _targets(self, value: ast.expr, source: Source, bound: Mapping[str, ast.expr]) -> Iterator[Target]:
        match value:
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._targets(body, source, bound)
                yield from self._targets(orelse, source, bound)
            case ast.Call(func=ast.Name(id="partial"), args=[first, *_]):
                yield from self._targets(first, source, bound)
            case ast.Call(func=func):
                yield from self._called(value, func, source, bound)
            case ast.Name(id=name) if name in bound:
                yield from self._targets(bound[name], source, {})
            case _:
                yield self._named(value, source)

    def _called(
        self, call: ast.Call, func: ast.expr, source: Source, bound: Mapping[str, ast.expr]
    ) -> Iterator[Target]:
        what = source.value(func)
        helper = self._sources.get(source.function(func) or "")
        if what is Home or what is Goodbye:
            yield Target("home" if what is Home else "goodbye")
        elif what is Stay:
            yield Target("handover", "support", "goes on waiting in the same place")
        elif what is Handover:
            given = {one.arg: one.value for one in call.keywords} | dict(
                zip(("queue", "about"), call.args, strict=False)
            )
            queue, about = (_text(given[name], bound) if name in given else "" for name in ("queue", "about"))
            yield Target("handover", queue, about)
        elif helper and helper is not source:
            inside = dict(zip(helper.parameters, call.args, strict=False)) | {
                k.arg: k.value for k in call.keywords if k.arg
            }
            for node in ast.walk(helper.node):
                if isinstance(node, ast.Return) and node.value:
                    yield from self._targets(node.value, helper, inside)
        else:
            yield Target("unread", ast.unparse(call))

    def _named(self, value: ast.expr, source: Source) -> Target:
        found = self._sources.get(source.function(value) or "")
        if found and found.is_flow:
            return Target("flow", found.name)
        if isinstance(value, ast.Name) and source.annotation(value.id) == "Handover":
            return Target("handover")
        return Target("unread", ast.unparse(value))

    def _note(self, node: ast.AST, at: Branch) -> None:
        """Keep the prompts and the questions of `node`, and of the functions and classes that it calls."""
        for call in [one for one in ast.walk(node) if isinstance(one, ast.Call)]:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in SAYING and call.args:
                at.says.extend(key for key in self._prompts(call.args[0]) if key not in at.says)
            elif name == "ask" and call.args:
                self._ask(call.args[0])
            elif (helper := self._sources.get(self._source.function(call.func) or "")) and not helper.is_flow:
                inner = Branches(helper, {k: v for k, v in self._sources.items() if v is not helper})
                inner._note(helper.node, at)
                for question in inner._flow.questions:
                    self._put(question)
        if isinstance(node, ast.Assign) and _is_ask(node.value):
            self._asked |= {target.id for target in node.targets if isinstance(target, ast.Name)}

    def _ask(self, expression: ast.expr) -> None:
        if question := self._source.question(expression):
            self._put(question)
        else:
            self._flow.ways.append(Way((), "", (), Target("unread", ast.unparse(expression))))

    def _put(self, question: Question) -> None:
        if question not in self._flow.questions:
            self._flow.questions.append(question)
        self._left = answers_to(question)

    def _prompts(self, expression: ast.expr) -> Iterator[str]:
        for node in ast.walk(expression):
            value = self._source.value(node) if isinstance(node, ast.Constant | ast.Name) else None
            found = value.values() if isinstance(value, Mapping) else [value]
            yield from (one for one in found if isinstance(one, str) and PROMPT.fullmatch(one))


def answers_to(question: Question) -> dict[str, tuple[str, ...]]:
    """Every answer that `question` can get, and the keys that give it."""
    if not isinstance(question, Choice):
        return {NUMBER: (NUMBER,), OPERATOR: ("0 #",), BACK: ("#",)}
    answers: dict[str, tuple[str, ...]] = {}
    for key, answer in question.options.items():
        answers[answer] = (*answers.get(answer, ()), key)
    if question.silence_means:
        answers[question.silence_means] = (*answers.get(question.silence_means, ()), SILENCE)
    return answers | {BACK: (*answers.get(BACK, ()), "#")}


def _is_ask(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "ask"


def _text(expression: ast.expr, bound: Mapping[str, ast.expr]) -> str:
    """A text as it is written; «…» for what is known only in a call."""
    match expression:
        case ast.Constant(value=value):
            return str(value)
        case ast.Name(id=name) if name in bound:
            return _text(bound[name], {})
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, bound) for part in parts)
    return "…"


def _condition(test: ast.expr) -> str:
    """A condition as it is written; that something is of a kind, by the name of the kind."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kind]):
            return _in_words(kind)
    return ast.unparse(test)


def _in_words(expression: ast.expr | None) -> str:
    """`TooManyUnknown` as `too many unknown`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", ast.unparse(expression)).lower() if expression else ""
