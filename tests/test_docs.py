"""The documentation says what the code says: settings, targets, links, states, words, dependencies."""

import ast
import re
from pathlib import Path

import pytest

from cases import enums as cases
from centers import enums as centers
from core.audit import AuditAct, AuditOutcome
from core.chain import Fault
from core.channels import Channel, DeliveryState, Failure, MessageKind
from core.examination import FileKind
from core.jumps import JumpCause
from core.models import FenceAct
from core.reveal import RevealReason
from core.workdays import LimitUnit
from disputes import enums as disputes
from grids import enums as grids
from petitions import enums as petitions
from supervision import enums as supervision
from tests.docs_rendering import PAGE, REFRESH, render_states

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]

# The reader of the environment itself builds nothing; these are its typed questions.
QUESTIONS = {"text", "flag", "whole", "names", "secret", "key", "key_ring"}


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of any depth."""
    _before, _mark, rest = text.partition(f"{heading}\n")
    return rest.partition("\n#")[0]


def _asked(path: Path) -> dict[str, bool]:
    """Return the variables that a settings module asks for, each with whether it must be set."""
    asked = {}
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {f"environment.{name}" for name in QUESTIONS}:
            has_default = len(call.args) > 1 or any(word.arg == "default" for word in call.keywords)
            asked[ast.literal_eval(call.args[0])] = not has_default
    return asked


def _variables() -> dict[str, bool]:
    found: dict[str, bool] = {}
    for path in sorted((ROOT / "config" / "settings").glob("*.py")):
        found |= _asked(path)
    return found


def _documented_settings() -> dict[str, bool]:
    table = _section((DOCS / "operations.md").read_text(), "## Settings")
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| (yes|no) \|$", table, re.MULTILINE)
    return {name: required == "yes" for name, required in rows}


@pytest.mark.parametrize("readme", READMES, ids=_id)
def test_a_readme_is_short(readme):
    assert len(readme.read_text().splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_make_target_that_is_named_exists(page):
    makefile = (ROOT / "Makefile").read_text()
    (checks,) = re.findall(r"^CHECKS := .*check-,([a-z ]+)\)$", makefile, re.MULTILINE)
    targets = {*re.findall(r"^([a-z-]+):", makefile, re.MULTILINE), *(f"check-{name}" for name in checks.split())}
    named = set(re.findall(r"(?:`|^\s*|&& )make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE))
    assert named <= targets


def test_the_readme_names_every_target_that_help_lists():
    listed = set(re.findall(r"^([a-z-]+):[^#\n]*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", READMES[0].read_text()))
    assert {"help", "demo", "test", "check", "bench"} <= named & listed


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_relative_link_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_file_of_the_code_that_is_named_exists(page):
    apps = "config|core|centers|grids|cases|disputes|petitions|supervision|portal|demo|deploy|embedded"
    apps += "|benchmarks|matrix|tests|docs"
    named = re.findall(rf"`((?:{apps})/[\w/.-]*)`", page.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_settings_in_the_table_are_those_the_settings_modules_ask_for():
    assert _documented_settings() == _variables()


def test_a_variable_without_default_is_found_and_marked_as_required(tmp_path):
    module = tmp_path / "settings.py"
    module.write_text('A = environment.text("A")\nB = environment.flag("B", default=False)\nC = text("C")\n')
    assert _asked(module) == {"A": True, "B": False}


def test_the_page_of_states_is_current():
    assert PAGE.read_text() == render_states(), f"docs/states.md differs from the code; write it anew with: {REFRESH}"


@pytest.mark.parametrize("file", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_has_its_reason(file):
    reasons = (DOCS / "decisions" / "0001-dependencies.md").read_text()
    lines = (ROOT / file).read_text().splitlines()
    names = [re.split(r"[\[=<>~ ]", line)[0] for line in lines if line and line[0] not in "#-"]
    assert names
    assert [name for name in names if f"| `{name}` |" not in reasons] == []


def test_no_reason_is_given_for_a_dependency_that_is_gone():
    text = "".join((ROOT / file).read_text() for file in ("requirements.in", "requirements-dev.in"))
    names = {re.split(r"[\[=<>~ ]", line)[0] for line in text.splitlines()}
    reasons = (DOCS / "decisions" / "0001-dependencies.md").read_text()
    given = re.findall(r"^\| `([A-Za-z-]+)` \|", reasons, re.MULTILINE)
    assert [name for name in given if name not in names] == []


VOCABULARIES = [
    (module.__name__.removesuffix(".enums"), vocabulary)
    for module in (cases, centers, disputes, grids, petitions, supervision)
    for vocabulary in vars(module).values()
    if isinstance(vocabulary, type) and vocabulary.__module__ == module.__name__
] + [
    ("core", words)
    for words in (
        LimitUnit,
        MessageKind,
        Channel,
        DeliveryState,
        Failure,
        JumpCause,
        FenceAct,
        AuditAct,
        AuditOutcome,
        Fault,
        RevealReason,
        FileKind,
    )
]


@pytest.mark.parametrize(
    ("app", "vocabulary"), VOCABULARIES, ids=[f"{app}.{words.__name__}" for app, words in VOCABULARIES]
)
def test_the_glossary_has_every_value_of_a_vocabulary_and_no_other(app, vocabulary):
    table = _section((DOCS / "glossary.md").read_text(), f"### `{app}.{vocabulary.__name__}`")
    identifiers = re.findall(r"^\| [^|]+ \| `([^`]+)` \|", table, re.MULTILINE)
    assert identifiers == [value.value for value in vocabulary]


def test_every_decision_is_listed_and_says_what_was_decided_and_why():
    listed = (DOCS / "architecture.md").read_text()
    for page in sorted((DOCS / "decisions").glob("0*.md")):
        text = page.read_text()
        assert f"decisions/{page.name}" in listed
        assert "## Decision" in text
        assert "## Why" in text


def test_every_test_that_the_page_of_threats_names_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (DOCS / "threats.md").read_text())
    lost = [name for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert len(named) > 30
    assert lost == []
