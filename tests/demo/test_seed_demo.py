"""An empty system is filled with sample people and matters; whoever looks finds each thing that the house can do."""

import json
import stat
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from cases.enums import Sensitivity
from cases.models import Case
from cases.services.load_rules import load_default_rules
from centers.services.load_calendar import load_calendar
from core import clock
from core.models import User
from demo import stories
from demo.management.commands import seed_demo
from demo.petition_stories import TALES
from disputes.enums import Action, SessionState, State
from disputes.models import DisputeGroup, Relation
from disputes.reports.drafts import draft_of
from disputes.reports.groups import group_of
from disputes.rules.procedure import is_open
from petitions.enums import State as PetitionState
from petitions.models import Notice, Petition
from tests.factories import at, make_centers

NOW = at("2026-11-18", 16)


@pytest.fixture(scope="module")
def seeded(for_the_module, tmp_path_factory):
    """Return the folder of an installation that was filled with a handful of matters."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        patch.setattr("django.conf.settings.DEMO", True)
        patch.setattr("django.conf.settings.LOCAL_STATE_DIR", folder)
        for name, few in (("MATTERS", 4), ("MEMBERS", 20)):
            patch.setattr(seed_demo, name, few)
        load_calendar(range(2025, 2028), now=NOW)
        load_default_rules()
        make_centers()
        call_command("seed_demo")
        call_command("seed_demo")  # a system that has matters is left as it is
    return folder


@pytest.fixture
def mediator(seeded, db):
    return User.objects.get(username="mediator")


def _group():
    return DisputeGroup.objects.get()


def test_three_disputes_of_one_cause_are_heard_together(mediator):
    cases = [one.case for one in group_of(_group().members.first().case, user=mediator).members]
    assert {(case.handler, case.category, case.dispute.state) for case in cases} == {
        (mediator, stories.GROUP_CATEGORY, State.MEDIATING)
    }
    assert (len(cases), _group().cause) == (3, stories.GROUP_CAUSE)


def test_two_represent_all_and_are_asked_to_the_session_of_each(mediator):
    chosen = group_of(_group().members.first().case, user=mediator).representatives()
    assert [one.party.name for one in chosen] == list(stories.GROUP_APPLICANTS[:2])
    assert sorted(session.attendances.exclude(name="").count() for session in _group().sessions.all()) == [1, 1, 2]


def test_one_session_to_come_is_planned_for_all_in_office_hours(mediator):
    sessions = _group().sessions.all()
    (starts_at,) = {one.starts_at for one in sessions}
    assert {(one.state, one.is_joint) for one in sessions} == {(SessionState.PLANNED, True)}
    assert starts_at == at("2026-11-23", 14)
    assert (starts_at - NOW) > timedelta(days=1)


def test_one_pair_is_related_and_the_agreement_of_its_first_can_be_recorded_from_the_session(mediator):
    (row,) = Relation.objects.visible_to(mediator)
    assert is_open(State(row.case.dispute.state), Action.AGREE)
    assert draft_of(row.case).given == {"facts": stories.FACTS, "content": stories.PAIR_TERMS}


PETITIONS_AT = {
    PetitionState.REGISTERED: 1,
    PetitionState.TRIAGED: 4,
    PetitionState.REFERRED: 2,
    PetitionState.OBJECTED: 1,
    PetitionState.ACCEPTED: 3,
    PetitionState.DRAFTED: 1,
    PetitionState.OPINION_ISSUED: 1,
    PetitionState.REVIEW_WINDOW: 1,
    PetitionState.UNDER_REVIEW: 2,
    PetitionState.REREVIEW_WINDOW: 1,
    PetitionState.UNDER_REREVIEW: 1,
    PetitionState.IN_PROCEDURE: 1,
    PetitionState.SETTLED: 1,
    PetitionState.REPLIED: 1,
    PetitionState.NOT_ACCEPTED: 1,
    PetitionState.CLOSED: 4,
}


def test_petitions_stand_wherever_a_petition_can_stand(seeded, db):
    standing = Counter(Petition.objects.values_list("state", flat=True))
    assert standing == PETITIONS_AT
    assert Notice.objects.late(on=clock.local_day(NOW)).count() == 1


def test_the_accused_of_the_sample_accusation_sees_nothing_of_it(seeded, db):
    case = Case.objects.get(sensitivity=Sensitivity.SEALED)
    accused = case.accused.get().person
    assert accused.username == "leader"
    assert not Case.objects.visible_to(accused).filter(pk=case.pk).exists()
    assert Case.objects.visible_to(User.objects.get(username="officer")).filter(pk=case.pk).exists()


def test_everybody_and_every_matter_is_plainly_a_sample(mediator):
    marks = ("示例", "样本")
    matters = Case.objects.prefetch_related("parties")
    assert len(matters) == 9 + len(TALES)
    for case in matters:
        told = case.parties.all() if not case.hides_identity else ()  # who brings a sealed matter is named nowhere here
        for text in (case.title, case.summary, *(party.name for party in told)):
            assert any(mark in text for mark in marks), text
    assert {row.cause[-4:] for row in DisputeGroup.objects.all()} == {"（示例）"}


def test_the_passwords_are_written_where_only_the_user_of_the_system_reads_them(seeded, db):
    file = seeded / "logins.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {one["username"] for one in json.loads(file.read_text())} >= {"mediator", "clerk", "supervisor"}


def test_no_other_system_than_a_demo_is_filled(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo")
