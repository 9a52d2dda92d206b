"""Every paper of a mediation: what stands in it, when the file must have it, and what it never tells."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from cases.enums import Channel, Outcome, PartyRole, Procedure, Sensitivity
from cases.models import Case
from cases.reports import papers
from cases.services.identities import NewParty
from core.papers.fields import sample_values
from core.papers.filling import PaperIncomplete, fill_paper
from core.papers.layout import compose
from core.papers.reading import read_template
from disputes.enums import Action, AgreementForm, State
from disputes.models import Agreement, Dispute
from disputes.reports.papers import KINDS
from disputes.services.end import end_dispute
from disputes.services.mediate import record_agreement
from disputes.services.undertake import NewObligation
from tests.cases.identities import ADDRESS, MOBILE, NAME
from tests.cases.papers import text_of, told_by
from tests.disputes.traces import leave_traces
from tests.factories import at, attached, mediating, new_agreement, new_ending, registered

NOW, TODAY = at("2026-11-18"), date(2026, 11, 20)
ODD = "<w:p>&amp; {{ facts }} 「楼上」 😀 "
LONG = (ODD + "欧阳" * 30)[:60]
MADE = [kind for kind in KINDS if kind.layout]
NUMBERED = {"number": "(2026)枫桥示例字第0001号"}
FORMS = {kind.key: compose(kind.layout) for kind in MADE}


def _parties(name=LONG):
    return [
        NewParty(PartyRole.APPLICANT, name, MOBILE, ADDRESS),
        NewParty(PartyRole.RESPONDENT, "样本乙", "13800000002", "示例路2号"),
    ]


def _mediating(house, **changes):
    return mediating(house, now=NOW, **{"title": LONG, "summary": ODD, "parties": _parties(), **changes})


def _agreed(house, **changes):
    case = _mediating(house, **changes)
    attached(case, by=house.mediator, now=NOW, name=f"{ODD}.txt")
    debtor, creditor = case.parties.order_by("-pk")
    owed = NewObligation(debtor.pk, f"{ODD}赔偿", TODAY, Decimal("12000.50"), creditor.pk)
    new = replace(new_agreement(NOW, case), facts=f"{ODD}一\r\n二", content=f"{ODD}约定", obligations=(owed,))
    record_agreement(case.pk, new, actor=house.mediator, now=NOW)
    return Case.objects.get(pk=case.pk)


def _terminated(house, **changes):
    case = _mediating(house, **changes)
    new = replace(new_ending(NOW), explanation=ODD)
    end_dispute(case.pk, action=Action.TERMINATE, new=new, actor=house.mediator, now=NOW)
    return Case.objects.get(pk=case.pk)


def _values(kind, case):
    return {**(NUMBERED if kind.series else {}), **kind.values(case, TODAY)}


def test_every_paper_shows_to_the_letter_what_its_matter_says(house):
    agreed, terminated = _agreed(house), _terminated(house)
    for kind in MADE:
        values = _values(kind, terminated if kind.key == "termination_notice" else agreed)
        text = text_of(fill_paper(FORMS[kind.key], values, fields=kind.fields))
        assert (kind.key, [one for one in told_by(values, kind) if one not in text]) == (kind.key, [])
        assert ODD.strip() in text


def test_every_form_asks_for_all_its_fields_and_for_nothing_else():
    for kind in MADE:
        asked = read_template(FORMS[kind.key])
        cells = {f"{field.key}.{column.key}" for field in kind.fields for column in field.columns}
        assert (kind.key, asked.faults, asked.fields) == (kind.key, [], {field.key for field in kind.fields})
        assert asked.cells <= cells, kind.key


def test_an_empty_field_that_a_paper_must_show_is_named():
    for kind in MADE:
        sample = sample_values(kind.fields)
        for field in kind.fields:
            if field.is_required:
                with pytest.raises(PaperIncomplete) as refused:
                    fill_paper(b"", {**sample, field.key: ""}, fields=kind.fields)
                assert refused.value.params["missing"] == str(field.label), kind.key


def test_a_matter_without_an_end_lacks_what_its_papers_must_say_of_it(house):
    case = registered(house, now=NOW)
    for key, missing in [("agreement", "协议编号"), ("termination_notice", "原因"), ("evidence", "证据材料")]:
        kind = papers.KINDS[key]
        with pytest.raises(PaperIncomplete) as refused:
            fill_paper(b"", _values(kind, case), fields=kind.fields)
        assert missing in refused.value.params["missing"]


def _followed(case, house):
    """Leave a session with its record, an application to a court with its answer, and a follow-up."""
    leave_traces(case, by=house.mediator, text=ODD, now=NOW)
    case.attendances.update(is_present=True)
    answer = {"result": "confirmed", "number": "（2026）示例民特1号", "decided_on": TODAY}
    case.confirmations.update(**answer, result_recorded_by=house.mediator)
    found = {"result": "dissatisfied", "reason": ODD, "performance": "未履行（示例）", "party": case.parties.first()}
    case.follow_ups.update(state="done", done_by=house.clerk, done_on=TODAY, **found)


def test_what_was_said_decided_and_asked_afterwards_stands_in_its_papers(house):
    case = _agreed(house)
    _followed(case, house)
    wanted = {
        "session": ["2026年11月18日9时00分至10时00分", ODD, "☑ 已告知当事人人民调解的性质", "☑经当事人核对"],
        "judicial_confirmation": [ODD, "确认有效", "（2026）示例民特1号", "2026年11月20日"],
        "follow_up": ["☑ 不满意", "□ 满意", ODD, "未履行（示例）", house.clerk.full_name, LONG],
    }
    for key, texts in wanted.items():
        kind = papers.KINDS[key]
        values = kind.records.values(case, TODAY, kind.records.of(case, 1)[-1]) if kind.records else _values(kind, case)
        text = text_of(fill_paper(FORMS[key], values, fields=kind.fields))
        assert (key, [one for one in texts if one.strip() not in text]) == (key, [])


def test_what_nobody_has_recorded_yet_leaves_room_to_write_by_hand(house):
    values = papers.KINDS["session"].values(_agreed(house), TODAY)
    assert (values["rights_told"], values["statements"].strip(), "held_at" in values) == ("□", "", False)
    assert papers.KINDS["follow_up"].values(_agreed(house), TODAY)["satisfied"] == "□"


def test_no_paper_tells_who_the_informant_is(house):
    sealed = {"parties": _parties(NAME), "sensitivity": Sensitivity.CONFIDENTIAL}
    for case in (_agreed(house, **sealed), _terminated(house, **sealed)):
        for kind in MADE:
            told = "\n".join(told_by(_values(kind, case), kind))
            assert not any(secret in told for secret in (NAME, MOBILE, ADDRESS)), kind.key
            assert "举报人" in told or not {"names", "parties"} & {field.key for field in kind.fields}


def test_only_papers_for_an_organ_tell_where_the_parties_can_be_reached(house):
    case = _agreed(house)
    telling = {kind.key for kind in MADE if MOBILE in "\n".join(told_by(_values(kind, case), kind))}
    assert telling == {"application", "judicial_confirmation"}


def test_a_paper_is_chinese_whoever_makes_it(house):
    case = _terminated(house)
    with translation.override("en"):
        values = papers.KINDS["termination_notice"].values(case, TODAY)
    assert (values["reason"], values["parties"][0]["role"]) == ("无法达成协议", "申请人")


def test_a_paper_is_put_together_in_few_looks(house, django_assert_max_num_queries):
    case = Case.objects.select_related("dispute", "handler", "registered_by").get(pk=_agreed(house).pk)
    for kind in MADE:
        with django_assert_max_num_queries(6):
            kind.values(case, TODAY)


# One letter a kind of paper: M must, a as needed, - none.
ORDER = [
    *("cover", "application", "intake_form", "rights_notice", "identity_proof", "authorisation", "investigation"),
    *("evidence", "session", "agreement", "oral_agreement", "performance_proof", "follow_up"),
    *("judicial_confirmation", "file_note", "back_cover", "termination_notice", "entrustment", "closing_report"),
]
UNACCEPTED, ACCEPTED, BEGUN = (None, None), (TODAY, None), (TODAY, TODAY)
GRID = [
    (State.REGISTERED, UNACCEPTED, "aaM--aaa------aa---"),
    (State.TRIAGED, UNACCEPTED, "aaM--aaa------aa---"),
    (State.PENDING_CONSENT, UNACCEPTED, "aaM--aaa------aa---"),
    (State.GUIDED_OUT, UNACCEPTED, "aaM--aaa------aa--a"),
    (State.NOT_ACCEPTED, UNACCEPTED, "aaM--aaa------aa--a"),
    (State.REFUSED, UNACCEPTED, "aaM--aaa------aa--a"),
    (State.WITHDRAWN, UNACCEPTED, "aaM--aaa------aa--a"),
    (State.ACCEPTED, ACCEPTED, "MMaaaaaa------aM---"),
    (State.TERMINATED, ACCEPTED, "MMaaaaaa------aMM-a"),
    (State.MEDIATING, BEGUN, "MMaMMaaaM-----aM---"),
    (State.AGREED, BEGUN, "MMaMMaaaMM-aaaaM---"),
    (State.PERFORMING, BEGUN, "MMaMMaaaMM-aaaaM---"),
    (State.PERFORMED, BEGUN, "MMaMMaaaMM-aaaaM--a"),
    (State.BREACHED, BEGUN, "MMaMMaaaMM-aaaaM--a"),
    (State.TERMINATED, BEGUN, "MMaMMaaaM-----aMM-a"),
    (State.WITHDRAWN, BEGUN, "MMaMMaaaa-----aM--a"),
]
LETTERS = {papers.Need.MUST: "M", papers.Need.MAY: "a", papers.Need.NONE: "-"}


def _needs(case):
    case = Case.objects.get(pk=case.pk)
    return "".join(LETTERS[papers.KINDS[key].need(case)] for key in ORDER)


def _stands(state, days):
    Dispute.objects.update(state=state, accepted_on=days[0], rights_told_on=days[1])


def test_every_paper_and_every_field_has_a_chinese_name():
    names = [str(named.label) for kind in KINDS for named in (kind, *kind.fields)]
    assert [name for name in names if any(letter.isascii() and letter.isalpha() for letter in name)] == []


def test_the_kinds_stand_in_the_order_of_the_file():
    assert [kind.key for kind in KINDS] == ORDER
    assert [kind.key for kind in papers.kinds_of(Case(procedure=Procedure.DISPUTE))] == ORDER


def test_what_the_file_must_have_follows_how_far_the_mediation_came(house):
    case = _agreed(house)
    for state, days, needs in GRID:
        _stands(state, days)
        assert (state, _needs(case)) == (state, needs)


@pytest.mark.parametrize("state", [State.GUIDED_OUT, State.TERMINATED, State.WITHDRAWN, State.BREACHED])
def test_a_closed_matter_must_have_what_it_had_to_have_before(house, state):
    case = _agreed(house)
    days, needs = [(days, needs) for named, days, needs in GRID if named == state][-1]
    _stands(State.CLOSED, days)
    case.results.update(outcome=Outcome(state.value))
    assert _needs(case) == needs


def test_what_was_agreed_by_word_of_mouth_is_registered_instead(house):
    case = _agreed(house)
    Agreement.objects.update(form=AgreementForm.ORAL)
    assert _needs(case) == "MMaMMaaaM-MaaaaM---"


@pytest.mark.parametrize(
    ("channel", "needs"),
    [(Channel.ONLINE, "MMa-"), (Channel.PHONE, "M-M-"), (Channel.GRID, "M-M-"), (Channel.REFERRED, "M-Ma")],
)
def test_how_a_matter_came_decides_with_which_paper_its_file_begins(house, channel, needs):
    seen = _needs(_mediating(house, channel=channel))
    assert seen[:3] + seen[-2] == needs


def test_a_petition_has_none_of_these_papers():
    petition = Case(procedure=Procedure.PETITION)
    assert not {*ORDER} & {kind.key for kind in papers.kinds_of(petition)}
    assert [papers.kind_of(petition, key) for key in ORDER] == [None] * len(ORDER)
