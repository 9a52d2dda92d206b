"""The pages of a petition are Chinese to the last word, in every state and to each of its people."""

import pytest
from django.urls import reverse

from cases.enums import Sensitivity
from cases.models import Case
from petitions.admin import petition_acts, referral_acts, review_acts
from petitions.enums import Agency, Kind
from petitions.services.opinion import accept_petition
from petitions.services.verify import confirm_petition
from tests.factories import at
from tests.petitions.higher import asked, decided, open_to_rereview, open_to_review
from tests.petitions.office import PETITIONER, accepted, drafted, opinion_served, petitioned, signed, triaged
from tests.petitions.rows import write_rows_of_a_petition
from tests.petitions.test_register_petition import AGENT
from tests.test_language import english_words

NOW = at("2026-03-02")
OWN = {act.name for act in (*petition_acts(), *referral_acts(), *review_acts())}
PEOPLE = (
    *("petition_clerk", "town_triage", "petition_handler", "petition_leader", "town_supervisor", "officer"),
    *("county_reviewer", "county_leader", "county_checker", "city_checker"),
)


def _waiting(house):
    case = opinion_served(house, now=NOW)
    return confirm_petition(case.pk, remark="已核实（示例）", actor=house.town_supervisor, now=NOW)


def _owing(house):
    case = triaged(house, now=NOW)
    return accept_petition(case.pk, actor=house.petition_handler, now=NOW)


def _guardian(house):
    shown = {"agency": Agency.GUARDIAN, "authority": "户口簿（示例）", "is_oral": True}
    return petitioned(house, now=NOW, parties=[PETITIONER, AGENT], **shown)


def _whole(house):
    case = triaged(house, now=NOW, route="31_1")
    case.refresh_from_db()
    write_rows_of_a_petition(case, by=house.petition_handler, text="示例", now=NOW)
    return case


BUILDS = {
    "by a guardian": _guardian,
    "anonymous": lambda house: accepted(house, now=NOW, is_anonymous=True, parties=[]),
    "another route": _whole,
    "suggestion": lambda house: triaged(house, now=NOW, kind=Kind.SUGGESTION),
    "accusation": lambda house: triaged(house, now=NOW, kind=Kind.ACCUSATION, sensitivity=Sensitivity.SEALED),
    "notice owed": _owing,
    "accepted": lambda house: accepted(house, now=NOW),
    "drafted": lambda house: drafted(house, now=NOW),
    "signed": lambda house: signed(house, now=NOW),
    "served": lambda house: opinion_served(house, now=NOW),
    "open to review": _waiting,
    "under review": lambda house: asked(house, open_to_review(house, now=NOW), now=NOW),
    "review served": lambda house: decided(house, asked(house, open_to_review(house, now=NOW), now=NOW), now=NOW),
    "under re-review": lambda house: asked(house, open_to_rereview(house, now=NOW), now=NOW),
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOW)


def _words(answer, house):
    return english_words(answer.content.decode(), sorted(house.people, key=len, reverse=True))


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS)
def test_the_page_and_every_open_act_of_a_petition_are_chinese(house, client, build):
    case, found = Case.objects.get(pk=build(house).pk), {}
    for name in PEOPLE:
        client.force_login(getattr(house, name))
        page = client.get(reverse("admin:cases_case_change", args=[case.pk]))
        if page.status_code == 200:
            found[name] = _words(page, house)
            for act in {act.name for act in page.context["buttons"].acts} & OWN:
                url = reverse("admin:cases_case_act", args=[case.pk, act])
                found |= {f"{name} {act} {len(found)}": _words(ask(url), house) for ask in (client.get, client.post)}
    assert (len(found) > 2, {page: words for page, words in found.items() if words}) == (True, {})


def test_the_registration_page_is_chinese_empty_and_refused(house, client):
    client.force_login(house.petition_clerk)
    url = reverse("admin:petitions_petition_register")
    given = {"mobile_1": "1", "agent_name": "示例", "participants": "0", "kind": "accusation", "channel": "phone"}
    assert [_words(answer, house) for answer in (client.get(url), client.post(url, given))] == [set(), set()]
