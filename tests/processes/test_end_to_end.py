import os
import signal
from datetime import timedelta

import pytest

from core import clock
from core.models import Heartbeat, InboxMessage
from tests.processes.conftest import WORKER
from tests.processes.matters import ONCE, effects, falls_due_soon, has_beaten_since, is_told

pytestmark = pytest.mark.processes


def test_a_limit_that_passes_moves_the_case_issues_the_notice_and_reaches_the_inbox_once(
    served_house, celery, beat, eventually
):
    case = falls_due_soon(served_house)
    celery(*WORKER)
    assert eventually(is_told)
    settled_at = clock.now()
    assert eventually(lambda: has_beaten_since(settled_at + timedelta(seconds=3)))
    case.refresh_from_db()
    assert (case.holder, effects(case)) == (served_house.town, ONCE)
    assert (
        InboxMessage.objects.filter(recipient=served_house.town_supervisor, subject__contains="督字第0001号").count()
        == 1
    )


def test_a_worker_that_is_killed_loses_nothing_and_its_successor_repeats_nothing(
    served_house, celery, beat, eventually
):
    case = falls_due_soon(served_house)
    first = celery(*WORKER)
    assert eventually(Heartbeat.objects.exists)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    celery(*WORKER)
    assert eventually(is_told)
    settled_at = clock.now()
    assert eventually(lambda: has_beaten_since(settled_at + timedelta(seconds=3)))
    assert effects(case) == ONCE
