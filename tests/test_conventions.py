"""The house rules that a machine can check. An exemption has a reason, and fails once nothing needs it any more."""

import ast
import doctest
import importlib
import re
import subprocess
import sys
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.management import call_command

from centers.rules import ROLE_PERMISSIONS
from core.admin import ScopedAdmin
from core.scoping import ScopedQuerySet

ROOT = Path(settings.BASE_DIR)
APPS = ["core", "centers", "grids", "cases", "disputes", "petitions", "supervision", "portal"]
PRODUCT = [*APPS, "config", "demo"]
FUNCTION_LINES, TEST_LINES, README_LINES = 40, 15, 150
UNFINISHED = re.compile("TO" + r"DO|FIX" + r"ME|XX" + "X")
WORKPLACE = re.compile("/wo" + r"rk/|\.\./sha" + "red")

MODULES = {"__init__", "apps", "enums", "rules", "querysets", "models", "services", "reports", "resources", "forms"}
MODULES |= {"views", "urls", "admin", "tasks", "migrations", "templates", "management"}
ADDED_MODULES = {
    "pages": "how rows read on a page; decides nothing",
    "backends": "signing in and rights by posts; Django asks for a backend by its path",
    "data": "the list of divisions that comes with the product",
    "checks": "what the operator's check of the running house looks at",
}
SEES_AS_THE_HOUSE = {
    "core/periodic.py": "jobs belong to nobody",
    "cases/services/recuse.py": "who keeps a matter from themselves no longer sees what follows",
    "cases/services/sensitivity.py": "who puts a matter under seal may not be able to look under it",
    "cases/services/register.py": "a number under seal must not be one that the actor cannot see",
    "centers/services/reorganise.py": "all matters of a place follow it, those that the actor may not see as well",
    "disputes/reports/statistics.py": "what a figure counts is the same for everybody; the reader's sight decides next",
    "demo/management/commands/seed_demo.py": "fills an empty system",
}
WITHOUT_READERS = {
    "NumberSeries": "a counter that nobody looks at",
    "OutboxMessage": "on its way; its reader sees the message in the inbox",
    "ClockMark": "a reading for the next run to compare with; what came of it is in FenceEntry",
    "CenterGrant": "a link row; rights are read in centers.reports",
    "DoorDecision": "a record for whoever looks into an account later; no page shows it",
    "PasswordRecord": "hashes, compared with a new password and shown to nobody",
    "FailedAttempts": "a counter by keyed hashes that tell nobody anything",
    "SecondFactor": "a secret between one app and the door",
    "ExternalIdentity": "a keyed hash; the account's page says whether there is one",
    "RecoveryCode": "hashes of codes that were shown once",
    "KeyFingerprint": "hashes of keys, which the connection itself compares",
    "TokenBucket": "a counter by keyed hashes that tell nobody anything",
}
SEVERAL_POSITIONS = {
    "cases.services.clocks.start_clock": "a case and the kind of limit read as one object",
    "cases.services.clocks.open_clocks": "a case and a condition on its clocks",
    "cases.services.events.event": "a case and what happened to it",
    "cases.services.events.record": "a case and what happened to it",
    "centers.services.appoint.check_end": "a post and its end",
    "centers.services.appoint.check_period": "the two ends of a period",
    "disputes.services.mediate.record_agreement": "a case and its agreement",
    "disputes.services.obtain.obtain_dispute": "a case and what is to be done with it",
    "disputes.services.undertake.start_agreed_days": "a case and what is to be done in it",
    "disputes.services.undertake.write_obligations": "an agreement and what it obliges to",
    "grids.services.create_grid.new_grid": "a village and what is known above it",
    "petitions.services.notices.owe_notice": "a petition and the act that owes it",
    "petitions.services.obtain.move_to": "a petition and where it goes",
    "petitions.services.obtain.obtain_petition": "a case and what is to be done with it",
    "supervision.services.climb.climb": "an effect: a batch and its steps",
    "supervision.services.issue.issue_yellow_notices": "an effect: a batch and its steps",
    "supervision.services.resume.resume": "an effect: a batch and its steps",
    "supervision.services.warn.nudge": "an effect: a batch and its steps",
    "supervision.services.warn.prewarn": "an effect: a batch and its steps",
    "supervision.services.warn.propose_measures": "an effect: a batch and its steps",
    "supervision.services.warn.propose_red": "an effect: a batch and its steps",
    "supervision.services.warn.remind": "an effect: a batch and its steps",
    "supervision.services.warn.tell_lapsed": "an effect: a batch and its steps",
}
NEVER_BY_DEFAULT = {"now", "today", "actor", "reason", "remark", "verdict", "reply"}


@cache
def _files(*suffixes):
    """Return the files of the repository, tracked or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).is_file() and (not suffixes or path.suffix in suffixes)]


@cache
def _tree(path):
    return ast.parse(path.read_text())


def _name(path):
    return str(path.relative_to(ROOT))


def _python(*folders):
    files = [path for path in _files(".py") if "migrations" not in path.parts]
    return [path for path in files if not folders or path.relative_to(ROOT).parts[0] in folders]


def _functions(path):
    return [node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _line_limit(path):
    names = {path.stem, path.parent.name}
    return 300 if "admin" in names else 250 if "rules" in names else 400


def test_there_is_something_to_look_at():
    assert len(_python(*PRODUCT)) > 100
    assert len(_files()) > 250


def test_nothing_is_left_unfinished():
    found = [_name(path) for path in _files(".py", ".html", ".js", ".css") if UNFINISHED.search(path.read_text())]
    assert found == []


def test_no_file_names_the_place_where_it_was_written():
    texts = {path: path.read_bytes().decode(errors="ignore") for path in _files()}
    assert [_name(path) for path, text in texts.items() if WORKPLACE.search(text)] == []


def test_every_file_can_be_read_at_a_few_looks():
    lengths = {_name(path): (len(path.read_text().splitlines()), _line_limit(path)) for path in _python()}
    assert {name: length for name, length in lengths.items() if length[0] > length[1]} == {}


def test_every_function_can_be_read_at_one_look():
    lengths = {
        f"{_name(path)}: {function.name}": function.end_lineno - function.lineno + 1
        for path in _python()
        for function in _functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_tests_are_short_functions():
    tests = [(path, node) for path in _python("tests") for node in _functions(path) if node.name.startswith("test_")]
    long = [
        f"{_name(path)}: {test.name}" for path, test in tests if test.end_lineno - test.body[0].lineno + 1 > TEST_LINES
    ]
    assert (long, len(tests) > 300) == ([], True)


def test_readmes_are_short():
    lengths = {path.name: len(path.read_text().splitlines()) for path in ROOT.glob("README*.md")}
    assert {name: lines for name, lines in lengths.items() if lines > README_LINES} == {}
    assert "README.md" in lengths


def _names_everything(handler):
    """Return whether a handler catches whatever comes, unless it only cleans up and raises it again."""
    caught = {"BaseException"} if handler.type is None else {ast.unparse(node) for node in ast.walk(handler.type)}
    last = handler.body[-1]
    return bool({"Exception", "BaseException"} & caught) and not (isinstance(last, ast.Raise) and last.exc is None)


def test_no_error_is_swallowed_unnamed():
    handlers = [
        (path, node) for path in _python() for node in ast.walk(_tree(path)) if isinstance(node, ast.ExceptHandler)
    ]
    assert [f"{_name(path)}:{node.lineno}" for path, node in handlers if _names_everything(node)] == []


def _calls(path):
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func).rpartition(".")[2]


def test_the_product_never_sleeps_and_never_talks_to_the_broker():
    banned = {"sleep", "delay", "apply_async", "send_task"}
    found = [
        f"{_name(path)}:{call.lineno}"
        for path in _python(*PRODUCT)
        for call, name in _calls(path)
        if name in banned or {"eta", "countdown"} & {word.arg for word in call.keywords}
    ]
    assert found == []


TALKS_TO_THE_BROKER = {
    "celery": {
        "config/celery.py",
        "core/beat.py",
        "cases/tasks.py",
        "centers/tasks.py",
        "grids/tasks.py",
        "supervision/tasks.py",
    },
    "redis": {"config/settings/base.py", "core/health.py", "core/middleware.py"},
    "kombu": set(),
    "django.core.cache": set(),
}


def _imported(path):
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("package", TALKS_TO_THE_BROKER)
def test_only_tasks_the_timetable_and_the_health_check_know_the_broker(package):
    pages = [
        path for path in _python(*PRODUCT) if any(f"{name}.".startswith(f"{package}.") for name in _imported(path))
    ]
    assert {_name(path) for path in pages} == TALKS_TO_THE_BROKER[package]


def test_a_job_reads_the_time_from_what_it_is_handed():
    """So the fence has looked at the very moment that the job acts on."""
    tasks = [path for path in _python(*PRODUCT) if path.name == "tasks.py"]
    assert len(tasks) == 4
    assert not [path for path in tasks if re.search(r"clock\.(now|today|read)\b|timezone", path.read_text())]


def test_no_page_and_no_service_can_reach_a_task():
    reach = {_name(path) for path in _python(*PRODUCT) if any(".tasks." in f".{name}." for name in _imported(path))}
    assert reach == {f"{app}/apps.py" for app in ("cases", "centers", "grids", "supervision")}


def _modules_of(app):
    names = {path.relative_to(ROOT / app).parts[0] for path in _files() if _name(path).startswith(f"{app}/")}
    return {name.removesuffix(".py") for name in names}


def test_nobody_sees_with_the_eyes_of_the_house_without_a_reason():
    users = {_name(path) for path in _python(*PRODUCT) if "as_house()" in path.read_text()}
    assert users - {"core/acting.py"} == set(SEES_AS_THE_HOUSE)


@pytest.mark.parametrize("app", [app for app in APPS if app != "core"])
def test_an_app_has_the_modules_that_every_app_has_and_no_others(app):
    assert _modules_of(app) - MODULES - set(ADDED_MODULES) == set()


def test_every_added_module_is_still_there():
    assert set().union(*map(_modules_of, APPS)) >= set(ADDED_MODULES)


@pytest.mark.parametrize("name", ["utils", "helpers", "misc", "manager", "common_utils"])
def test_no_module_is_named_after_nothing(name):
    assert [_name(path) for path in _python(*PRODUCT) if path.stem == name or name in path.parts] == []


def _services():
    for path in _python(*APPS):
        if "services" in (path.stem, path.parent.name):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield from (
                (f"{module}.{node.name}", node.args)
                for node in _tree(path).body
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            )


def test_services_take_keywords_after_the_first_argument():
    several = {name for name, given in _services() if len(given.posonlyargs + given.args) > 1 or given.vararg}
    assert several == set(SEVERAL_POSITIONS)


def test_time_actor_and_reason_are_keywords_without_a_default():
    wrong = set()
    for name, given in _services():
        defaults = {word.arg for word, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value}
        positional = {word.arg for word in (given.posonlyargs + given.args)[1:]}
        wrong |= {f"{name}({word})" for word in NEVER_BY_DEFAULT & (defaults | positional)}
    assert wrong == set()


def _tasks():
    for path in _python(*APPS):
        if path.stem == "tasks":
            importlib.import_module(f"{path.parent.name}.tasks")
    return {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}


def test_tasks_are_registered_under_their_app_and_function_and_say_when_they_run():
    tasks = _tasks()
    for name, task in tasks.items():
        assert name == f"{task.run.__module__.partition('.')[0]}.{task.run.__name__}"
        assert "Runs" in task.run.__doc__, name
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(tasks)


def _models():
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def test_every_model_says_who_may_see_its_rows_or_has_a_reason_not_to(db):
    silent = {model.__name__ for model in _models() if not hasattr(model._default_manager, "visible_to")}
    assert silent == set(WITHOUT_READERS)


@pytest.mark.parametrize("model", [model for model in _models() if model.__name__ not in WITHOUT_READERS])
def test_a_visitor_sees_nothing_of_any_model(db, model):
    assert isinstance(model._default_manager.all(), ScopedQuerySet)
    assert not model._default_manager.visible_to(AnonymousUser()).exists()


def test_constraints_and_indexes_are_named_after_their_model():
    names = [
        (model._meta.model_name, rule.name)
        for model in _models()
        for rule in (*model._meta.constraints, *model._meta.indexes)
    ]
    assert [name for model_name, name in names if not name.startswith(f"{model_name}_")] == []


def test_every_model_says_what_one_row_is():
    assert [model.__name__ for model in _models() if model.__doc__.startswith(f"{model.__name__}(")] == []


@pytest.mark.parametrize("model_admin", admin.site._registry.values(), ids=str)
def test_every_admin_is_scoped_and_deletes_nothing(rf, house, model_admin):
    assert isinstance(model_admin, ScopedAdmin)
    request = rf.get("/")
    for request.user in (house.secadmin, house.sysadmin, house.town_supervisor):
        assert not model_admin.has_delete_permission(request)
        assert model_admin.get_actions(request) == {}


def test_every_right_of_every_role_exists(db):
    known = {
        f"{right.content_type.app_label}.{right.codename}"
        for right in Permission.objects.select_related("content_type")
    }
    assert set().union(*ROLE_PERMISSIONS.values()) - known == set()


def test_the_migrations_are_up_to_date(db):
    said = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)
    assert said.getvalue().strip() in {"No changes detected", "没有检测到更改"}


def test_a_command_that_shows_no_page_loads_none():
    heavy = {"cases.admin", "cases.pages", "grids.resources", "openpyxl", "holidays"}
    code = f"import django, sys; django.setup(); print(*sorted({heavy} & set(sys.modules)))"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert started.stdout.split() == []


EXAMPLES = [path for path in _python(*PRODUCT) if ">>>" in path.read_text()]


@pytest.mark.parametrize("path", EXAMPLES, ids=_name)
def test_the_examples_in_the_code_hold(path):
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 0) == (0, True)
