"""One function or class of a module of flows, and the names that it can see."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from types import ModuleType

from ivr.dialogue import Choice, Digits, Question


@dataclass(frozen=True)
class Source:
    """A function or a class as it is written."""

    name: str
    """Its module and its own name."""
    module: ModuleType
    node: ast.FunctionDef | ast.ClassDef

    @property
    def is_flow(self) -> bool:
        """Whether it is a conversation: it takes the call and returns `Next`."""
        if isinstance(self.node, ast.ClassDef) or not self.node.returns or self.node.name.startswith("_"):
            return False
        return ast.unparse(self.node.returns) == "Next" and self.parameters[:1] == ["call"]

    @property
    def parameters(self) -> list[str]:
        """The names of what it takes."""
        return [one.arg for one in self.node.args.args] if isinstance(self.node, ast.FunctionDef) else []

    def annotation(self, parameter: str) -> str:
        """The type of a parameter as it is written; empty when it has none."""
        taken = self.node.args.args if isinstance(self.node, ast.FunctionDef) else []
        return next((ast.unparse(p.annotation) for p in taken if p.arg == parameter and p.annotation), "")

    @property
    def about(self) -> str:
        """The first line of its docstring."""
        return (ast.get_docstring(self.node) or "").partition("\n")[0]

    def value(self, expression: ast.expr) -> object:
        """What a name or an attribute of a name is in the module; None for everything else."""
        if isinstance(expression, ast.Constant):
            return expression.value
        if isinstance(expression, ast.Name):
            return getattr(self.module, expression.id, None)
        if isinstance(expression, ast.Attribute):
            return getattr(self.value(expression.value), expression.attr, None)
        return None

    def question(self, expression: ast.expr) -> Question | None:
        """The question that `expression` names, if it names one."""
        value = self.value(expression)
        return value if isinstance(value, Choice | Digits) else None

    def function(self, expression: ast.expr) -> str | None:
        """The module and name of the function that `expression` names, if it names one."""
        value = self.value(expression)
        name, module = getattr(value, "__name__", None), getattr(value, "__module__", None)
        return f"{module}.{name}" if callable(value) and name and module else None
