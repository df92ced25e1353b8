"""The command `ivr`: each command lives in a module of its own and is imported only when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from ivr.settings import BadSetting

COMMANDS = {
    "db": "ivr.cli.db:db",
    "subscribers": "ivr.cli.accounts:subscribers",
    "payments": "ivr.cli.accounts:payments",
    "demo-data": "ivr.cli.accounts:demo_data",
    "call": "ivr.cli.call:call",
    "calls": "ivr.cli.calls:calls",
    "account": "ivr.cli.account:account",
    "messages": "ivr.cli.messages:messages",
    "model": "ivr.cli.model:model",
    "agents": "ivr.cli.agents:agents",
    "audit": "ivr.cli.audit:audit",
    "recordings": "ivr.cli.recordings:recordings",
    "prompts": "ivr.cli.prompts:prompts",
    "announce": "ivr.cli.announce:announce",
    "settings": "ivr.cli.settings:settings",
    "flow": "ivr.cli.flow:flow",
    "doctor": "ivr.cli.doctor:doctor",
    "serve": "ivr.cli.serve:serve",
    "setup": "ivr.cli.line:setup",
    "run": "ivr.cli.line:run",
    "console": "ivr.cli.line:console",
    "desk": "ivr.cli.desk:desk",
    "send": "ivr.cli.messaging:send",
    "waiting": "ivr.cli.waiting:waiting",
    "gateway": "ivr.cli.messaging:gateway",
    "speech": "ivr.cli.speech:speech",
    "recognise": "ivr.cli.speech:recognise",
    "kannel": "ivr.cli.messaging:kannel",
}


class Mend(click.ClickException):
    """Bad input: one line that says what to mend, exit code 2."""

    exit_code = 2


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadSetting as bad:
            raise Mend(str(bad)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="line0890")
def main() -> None:
    """The support line 0890: set it up, run it, look after it."""
