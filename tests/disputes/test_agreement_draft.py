"""The form of an agreement begins with what is on record of it, and keeps what somebody has typed instead."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from cases.models import Case
from disputes.enums import AgreementForm
from disputes.reports.drafts import draft_of
from disputes.services.mediate import record_agreement
from disputes.services.undertake import NewObligation
from disputes.services.verify import return_dispute
from tests.factories import at, make_house, mediating, met, new_agreement, rolled_back

NOW = at("2026-11-18")
A_DAY = timedelta(days=1)
FACTS, TERMS = "水管破裂，双方对责任无争议（示例）", "乙方三日内修好水管；赔偿800元。（示例）"


@pytest.fixture(scope="module")
def built(for_the_module):
    house = make_house()
    return house, mediating(house, now=NOW)


@pytest.fixture
def case(built, db):
    with rolled_back():
        yield Case.objects.get(pk=built[1].pk)


def _recorded(case, now=NOW, number=1, **says):
    met(case, now=now, round=number, says={"facts": FACTS, "outcome": TERMS} | says)


def _form(client, house, case, **typed):
    client.force_login(house.mediator)
    url = reverse("admin:cases_case_act", args=[case.pk, "agree"])
    return (client.post(url, typed) if typed else client.get(url)).context["form"]


def _shown(form, name):
    return form[name].value()


def test_the_form_begins_with_the_facts_and_terms_of_the_last_session(client, built, case):
    assert not _shown(_form(client, built[0], case), "facts")
    _recorded(case, outcome="旧（示例）", facts="旧（示例）")
    _recorded(case, now=NOW + A_DAY)
    page = _form(client, built[0], case)
    assert [_shown(page, name) for name in ("facts", "content", "performance")] == [FACTS, TERMS, None]
    assert "2026-11-19的调解记录" in page["content"].help_text


def test_what_was_said_in_an_earlier_round_is_offered_no_more(case):
    _recorded(case)
    case.round = 2
    assert draft_of(case).given == {}


def test_why_the_parties_did_not_agree_is_no_term_and_facts_stay_checked(case):
    _recorded(case)
    _recorded(case, now=NOW + A_DAY, is_agreed=False, facts="")
    assert draft_of(case).given == {"facts": FACTS}


@pytest.mark.parametrize("form", ["written", "oral"])
def test_what_somebody_typed_or_emptied_is_not_overwritten(client, built, case, form):
    _recorded(case)
    sent = _form(client, built[0], case, form=form, facts="", content="另有约定（示例）", signed_on="")
    assert [_shown(sent, name) for name in ("facts", "content")] == ["", "另有约定（示例）"]


def test_the_single_terms_are_offered_to_whoever_fills_in_what_is_undertaken(client, built, case):
    _recorded(case)
    rows = str(_form(client, built[0], case)["obligations"])
    assert rows.count('list="obligations_terms"') == 10
    assert '<option value="乙方三日内修好水管">' in rows
    assert draft_of(case).terms == ["乙方三日内修好水管", "赔偿800元", "（示例）"]


def _sent_back(house, case, *, form):
    debtor, creditor = case.parties.values_list("pk", flat=True)
    owed = (NewObligation(debtor, "修好水管（示例）", date(2026, 12, 1), Decimal("800.50"), creditor),)
    new = replace(new_agreement(NOW, case), obligations=owed, form=form)
    new = new if form is AgreementForm.WRITTEN else replace(new, signatures={})
    agreement = record_agreement(case.pk, new, actor=house.mediator, now=NOW + A_DAY)
    return_dispute(case.pk, remark="示例", actor=house.town_supervisor, now=NOW + A_DAY)
    return agreement, debtor, creditor


@pytest.mark.parametrize("form", AgreementForm)
def test_an_agreement_that_was_sent_back_is_offered_with_all_its_obligations(client, built, case, form):
    house, _case = built
    agreement, debtor, creditor = _sent_back(house, case, form=form)
    page = _form(client, house, case)
    for name in ("form", "facts", "content", "performance"):
        assert _shown(page, name) == getattr(agreement, name)
    row = {"debtor": str(debtor), "creditor": str(creditor), "what": "修好水管（示例）"}
    assert _shown(page, "obligations") == [row | {"amount": "800.50", "due_on": "2026-12-01"}]
    assert 'value="800.50"' in str(page["obligations"])
    assert agreement.number in page["facts"].help_text


def test_a_session_after_the_agreement_was_sent_back_counts_more(built, case):
    _sent_back(built[0], case, form=AgreementForm.WRITTEN)
    _recorded(case, now=NOW + 2 * A_DAY)
    assert draft_of(case).given == {"facts": FACTS, "content": TERMS}
