"""The command lines of the units of systemd, as they stand there, with the settings of the example beside them."""

import http.client
import re
import shlex
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from core.jobs import BEAT
from core.management.commands.healthcheck import PROCESSES
from core.models import Heartbeat
from tests.processes.conftest import DEADLINE_SECONDS
from tests.processes.matters import SWEEP

pytestmark = pytest.mark.processes

DEPLOY = Path(settings.BASE_DIR) / "deploy"
BIN = "/opt/maplebridge/app/.venv/bin/"
GIVEN_BY_THE_TEST = {"DATABASE_URL", "REDIS_URL"}


def example():
    lines = re.findall(r"^([A-Z_]+)=(.+)$", (DEPLOY / "maplebridge.env.example").read_text(), re.MULTILINE)
    named = {name: value for name, value in lines if name not in GIVEN_BY_THE_TEST}
    return {name: value for name, value in named.items() if not value.endswith(":")}


def command(unit, instance, **changes):
    """Return the arguments of Python that a unit's line amounts to."""
    (line,) = re.findall(r"^ExecStart=(.*)$", (DEPLOY / unit).read_text(), re.MULTILINE)
    for old, new in {"%i": instance, **changes}.items():
        line = line.replace(old, new)
    program, *arguments = shlex.split(line)
    name = program.removeprefix(BIN)
    return arguments if name == "python" else [str(Path(sys.executable).parent / name), *arguments]


@pytest.fixture
def unit(served_house, started, tmp_path):
    """Return a starter of what a unit starts."""
    given = example() | {"STATIC_ROOT": str(tmp_path / "static")}
    return lambda name, instance="", **changes: started(*command(name, instance, **changes), **given)


def ask(port, **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_SECONDS)) as asking:
        asking.request("GET", "/", headers={"Host": "maplebridge.example.cn", **headers})
        answer = asking.getresponse()
        return answer.status, answer.getheader("Location")


def listens(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def test_worker_and_beat_begin_their_work_and_the_check_finds_them_alive(unit, eventually):
    for name in PROCESSES:
        unit(f"maplebridge-{name}.service")
    assert eventually(lambda: Heartbeat.objects.filter(job__in=[SWEEP, BEAT]).count() == 2)
    checks = [unit("maplebridge-health@.service", name) for name in PROCESSES]
    assert [check.wait(60) for check in checks] == [0, 0]


def test_the_pages_answer_behind_the_proxy_and_send_everybody_else_to_it(unit, eventually):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    unit("maplebridge-web.service", **{":8000": f":{port}"})
    assert eventually(lambda: listens(port))
    assert ask(port) == (301, "https://maplebridge.example.cn/")
    assert ask(port, **{"X-Forwarded-Proto": "https"}) == (302, "/admin/")
