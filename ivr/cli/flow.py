"""`ivr flow`: the call flow, drawn from the code itself."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli import Mend
from ivr.cli.prompts import catalogue_of
from ivr.flowchart.graphs import dot, mermaid
from ivr.flowchart.reading import flows
from ivr.flowchart.svg import svg
from ivr.flowchart.wording import Wording
from ivr.flows.nobody import door
from ivr.main import ENTRANCES
from ivr.prompts import UnknownPrompt
from ivr.settings import load
from ivr.spoken import LANGUAGES

FORMATS = {".svg": svg, ".dot": dot, ".mmd": mermaid}


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="An SVG file, or a graph for Graphviz (.dot) or Mermaid (.mmd).",
)
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="ru", show_default=True)
def flow(output: Path, language: str) -> None:
    """Draw every flow, question and key, and where each answer leads."""
    if output.suffix not in FORMATS:
        raise Mend(f"{output}: the name has to end with {' or '.join(FORMATS)}")
    found = flows(ENTRANCES, door)
    try:
        drawn = FORMATS[output.suffix](found, Wording(catalogue_of(load()), language))
        output.write_text(drawn, encoding="utf-8")
    except UnknownPrompt as missing:
        raise Mend(str(missing)) from None
    except OSError as fault:
        raise Mend(f"{output}: {fault.strerror}") from None
    questions = {question.prompt for one in found for question in one.questions}
    click.echo(f"{output}: {len(found)} flows, {len(questions)} questions")
