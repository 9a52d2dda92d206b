from datetime import timedelta

from core.jobs import SYSTEM_USERNAME, record_heartbeat, system_account
from core.models import Heartbeat, User
from core.scoping import is_staff_account
from tests.factories import at

NOW = at("2026-11-18")


def test_the_system_has_one_account_however_often_it_is_asked_for(db):
    assert system_account() == system_account()
    assert User.objects.filter(username=SYSTEM_USERNAME).count() == 1


def test_the_systems_account_cannot_sign_in(db, client):
    account = system_account()
    assert not account.has_usable_password()
    assert not is_staff_account(account)
    assert not client.login(username=SYSTEM_USERNAME, password="!")


def test_a_job_keeps_only_its_last_heartbeat(db):
    for minutes, handled in ((0, 3), (1, 0)):
        record_heartbeat("job", handled=handled, now=NOW + timedelta(minutes=minutes))
    beat = Heartbeat.objects.get(job="job")
    assert (beat.beat_at, beat.handled) == (NOW + timedelta(minutes=1), 0)
