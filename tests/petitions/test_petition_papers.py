"""Every paper of a petition: what stands in it, when the file must have it, and what it never tells."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from cases.enums import PartyRole, Procedure, Sensitivity
from cases.models import Case
from cases.reports import papers
from cases.reports.paper_file import file_of, label_of, values_of
from cases.reports.papers import Need
from cases.services.identities import NewParty
from core.once import kept_meanwhile
from core.papers.examining import template_faults
from core.papers.fields import sample_values
from core.papers.filling import PaperIncomplete, fill_paper
from core.papers.layout import Layout, Text, compose
from core.papers.reading import read_template
from petitions.enums import NotAcceptedReason
from petitions.reports.papers import KINDS
from tests.cases.identities import ADDRESS, MOBILE, NAME
from tests.cases.papers import text_of, told_by
from tests.factories import at, mediating, rolled_back
from tests.petitions.ends import ENDS, LONG, ODD, declined, odd
from tests.petitions.higher import with_higher_offices
from tests.petitions.office import accepted, make_office

NOW, TODAY = at("2026-03-02"), date(2026, 3, 2)
MADE = [kind for kind in KINDS if kind.layout]
FORMS = {kind.key: compose(kind.layout) for kind in MADE}
BY_KEY = {kind.key: kind for kind in KINDS}


@pytest.fixture(scope="module")
def built(for_the_module):
    house = with_higher_offices(make_office())
    house.__dict__["ended"] = {name: build(house, now=NOW).pk for name, build in ENDS.items()}
    return house


@pytest.fixture
def house(built, db):
    with rolled_back():
        yield built


def _ended(house, name):
    return Case.objects.get(pk=house.ended[name])


def _lines(case):
    return [line for line in file_of(case, today=TODAY) if line.is_made]


def _values(case, key, *, last=True):
    lines = [line for line in _lines(case) if line.kind.key == key]
    line = lines[-1 if last else 0]
    return values_of(line.kind, case, record=line.record, number="(2026)枫桥示例字第0001号", today=TODAY)


def _shown(case, key):
    kind = BY_KEY[key]
    return text_of(fill_paper(FORMS[key], _values(case, key), fields=kind.fields))


def test_every_paper_shows_to_the_letter_what_its_petition_says(house):
    seen = set()
    for name in ENDS:
        case = _ended(house, name)
        for line in _lines(case):
            given = {"record": line.record, "number": "(2026)枫桥示例字第0001号", "today": TODAY}
            values = values_of(line.kind, case, **given)
            text = text_of(fill_paper(FORMS[line.kind.key], values, fields=line.kind.fields))
            assert (name, line.label, [one for one in told_by(values, line.kind) if one not in text]) == (
                name,
                line.label,
                [],
            )
            assert ODD.strip() in text
            seen.add(line.kind.key)
    assert seen == {kind.key for kind in MADE}


def test_every_form_asks_for_all_its_fields_and_for_nothing_else():
    for kind in MADE:
        asked = read_template(FORMS[kind.key])
        cells = {f"{field.key}.{column.key}" for field in kind.fields for column in field.columns}
        assert (kind.key, asked.faults, asked.fields ^ {field.key for field in kind.fields}) == (kind.key, [], set())
        assert asked.cells <= cells, kind.key


def test_an_empty_field_that_a_paper_must_show_is_named():
    for kind in MADE:
        sample = sample_values(kind.fields)
        for field in kind.fields:
            if field.is_required:
                with pytest.raises(PaperIncomplete) as refused:
                    fill_paper(b"", {**sample, field.key: ""}, fields=kind.fields)
                assert refused.value.params["missing"] == str(field.label), kind.key


# What no written answer can be issued without (R7): each is a field that a form of an office has to hold as well.
ANSWERS = {
    "handling_opinion": {
        "number",
        "claim",
        "facts",
        "opinion",
        "basis",
        "review_organ",
        "remedy",
        "issued_on",
        "organ",
    },
    "suggestion_reply": {"number", "outcome", "reply", "basis", "remedy", "issued_on", "organ"},
    "non_acceptance_notice": {"number", "reason", "basis", "competent", "remedy", "issued_on", "organ"},
    "guidance_notice": {"number", "route", "competent", "limit", "basis", "issued_on", "organ"},
    "acceptance_notice": {"number", "received_on", "accepted_on", "due_on", "issued_on", "organ"},
    "receipt_notice": {"number", "received_on", "route", "basis", "due_on", "issued_on", "organ"},
    "petition_extension": {"number", "reason", "due_on", "approver", "basis", "issued_on", "organ"},
}


@pytest.mark.parametrize("key", ANSWERS)
def test_r7_no_answer_is_issued_without_basis_and_remedy_by_whatever_form(key):
    kind = BY_KEY[key]
    required = {field.key for field in kind.fields if field.is_required}
    assert ANSWERS[key] - required == set()
    for name in ANSWERS[key]:
        others = "".join(f"{{{{ {field.key} }}}}" for field in kind.fields if field.key != name)
        faults = template_faults(compose(Layout("示例", [Text(others)])), name="示例.docx", fields=kind.fields)
        label = next(str(field.label) for field in kind.fields if field.key == name)
        assert (len(faults), label in faults[0]) == (1, True), name


def test_r7_an_opinion_names_organ_limit_article_and_what_to_hand_in(house):
    text = _shown(_ended(house, "answered"), "handling_opinion")
    told = [
        f"向{ODD}review_organ书面请求复查",
        "自收到本意见书之日起三十日内",
        "第三十五条",
        "复查申请书",
        f"{ODD}basis",
    ]
    assert [one for one in told if one not in text] == []
    assert "(2026)枫桥访意字第0001号" in text
    assert "于2026年3月2日听取了信访人的陈述" in text
    assert "无法听取其陈述" in _shown(_ended(house, "unknown"), "handling_opinion")


def test_an_acceptance_tells_the_last_day_as_it_was_and_the_extension_both(house):
    case = _ended(house, "answered")
    due_on = _values(case, "acceptance_notice")["due_on"]
    extension = _values(case, "petition_extension")
    assert (due_on, extension["was_due_on"], extension["due_on"]) == ("2026年5月6日", due_on, "2026年5月11日")
    assert (extension["approver"], extension["basis"]) == (
        house.petition_leader.full_name,
        "信访工作条例（2022）第34条",
    )


@pytest.mark.parametrize("reason", NotAcceptedReason)
def test_r1_a_refusal_says_why_and_where_to_go(house, reason):
    case = declined(house, now=NOW, reason=reason)
    values, text = _values(case, "non_acceptance_notice"), _shown(case, "non_acceptance_notice")
    is_final = reason is NotAcceptedReason.FINAL
    assert (values["title"], values["decision"]) == (
        ("不再受理告知书", "不再受理") if is_final else ("不予受理告知书", "不予受理")
    )
    assert _values(case, "service_record")["document"] == values["title"]
    assert f"{ODD}人社局" in values["remedy"]
    assert [one for one in (str(reason.label), f"{ODD}第23条", values["remedy"]) if one not in text] == []


def test_a_petitioner_who_is_guided_reads_route_organ_limit_and_law(house):
    values = _values(_ended(house, "guided"), "guidance_notice")
    assert (values["route"], values["limit"], values["competent"]) == ("劳动仲裁", "1年", f"{ODD}仲裁委")
    assert "劳动争议调解仲裁法第27条" in values["basis"]


def test_a_record_of_service_names_the_paper_its_number_day_manner_and_proof(house):
    case = _ended(house, "answered")
    values = _values(case, "service_record")
    told = ("信访处理意见书", "(2026)枫桥访意字第0001号", "2026年3月2日", f"{ODD}签收")
    assert tuple(values[key] for key in ("document", "number", "served_on", "proof")) == told
    assert [label_of(line.kind, line.record) for line in _lines(case) if line.kind.key == "service_record"] == [
        "送达回证（受理告知书 2026-03-02）",
        "送达回证（信访处理意见书 2026-03-02）",
    ]


INFORMANT = [NewParty(PartyRole.APPLICANT, NAME, MOBILE, ADDRESS)]


KEPT = {name: {"sensitivity": Sensitivity.CONFIDENTIAL} for name in ENDS if name != "unknown"} | {"transferred": {}}


@pytest.mark.parametrize("name", KEPT)
def test_r2_no_paper_tells_who_the_informant_is(house, name):
    case = ENDS[name](house, now=NOW, parties=INFORMANT, agency=None, authority="", **KEPT[name])
    for line in _lines(case):
        values = values_of(line.kind, case, record=line.record, number="1", today=TODAY)
        told = "\n".join(told_by(values, line.kind))
        assert not [secret for secret in (NAME, MOBILE, ADDRESS) if secret in told], line.label
        assert ("举报人" in told) == bool({"names", "parties"} & {field.key for field in line.kind.fields}), line.label


def test_r2_the_letter_that_leaves_the_house_names_nobody_who_brought_it_and_not_what_was_taken_down(house):
    case = _ended(house, "transferred")
    text = _shown(case, "sealed_transfer")
    assert [word for word in ("举报人", "信访人", f"{ODD}一", MOBILE) if word in text] == []
    assert [word for word in (LONG, f"{ODD}纪委监委", "第三十条", "2026年3月2日") if word not in text] == []


def test_only_what_stays_in_the_house_tells_where_people_can_be_reached(house):
    reachable = set()
    for name in ENDS:
        case = _ended(house, name)
        for line in _lines(case):
            values = values_of(line.kind, case, record=line.record, number="1", today=TODAY)
            if "13800000001" in "\n".join(told_by(values, line.kind)):
                reachable.add(line.kind.key)
    assert reachable == {"petition_form"}


def test_a_paper_is_chinese_whoever_makes_it(house):
    with translation.override("en"):
        values = [_values(_ended(house, name), key) for name, key in (
            ("answered", "handling_opinion"), ("replied", "suggestion_reply"), ("guided", "guidance_notice"),
        )]  # fmt: skip
    assert (values[0]["outcome"], values[1]["outcome"], values[2]["route"]) == ("部分支持", "部分采纳", "劳动仲裁")


def test_every_paper_and_every_field_has_a_chinese_name():
    names = [str(named.label) for kind in KINDS for named in (kind, *kind.fields)]
    assert [name for name in names if any(letter.isascii() and letter.isalpha() for letter in name)] == []
    assert len({str(kind.label) for kind in KINDS}) == len(KINDS)


ORDER = [
    *("petition_cover", "petition_form", "petition_material", "petition_authority", "referral_notice"),
    *("forward_letter", "assign_letter", "referral_objection", "result_report", "acceptance_notice"),
    *("receipt_notice", "non_acceptance_notice", "guidance_notice", "hearing_record", "petition_investigation"),
    *("petition_extension", "handling_opinion", "settlement_agreement", "review_request", "public_hearing"),
    *("review_opinion", "rereview_opinion", "other_review_opinion", "procedure_result", "suggestion_reply"),
    *("sealed_transfer", "petition_withdrawal", "service_record"),
]
# What the file must have at each end, in its order.
MUST = {
    "answered": [
        *("petition_cover", "petition_form", "petition_authority", "acceptance_notice", "hearing_record"),
        *("petition_extension", "handling_opinion", "service_record", "service_record"),
    ],
    "final": [
        *("petition_cover", "petition_form", "petition_authority", "acceptance_notice", "hearing_record"),
        *("petition_extension", "handling_opinion", "review_request", "review_request", "public_hearing"),
        *("review_opinion", "rereview_opinion", *["service_record"] * 4),
    ],
    "unknown": ["petition_cover", "petition_form", "handling_opinion", "service_record"],
    "declined": ["petition_form", "petition_authority", "non_acceptance_notice", "service_record"],
    "guided": ["petition_form", "petition_authority", "guidance_notice", "service_record"],
    "replied": ["petition_form", "petition_authority", "suggestion_reply", "service_record"],
    "settled": [
        *("petition_cover", "petition_form", "petition_authority", "acceptance_notice", "settlement_agreement"),
        *("service_record", "service_record"),
    ],
    "withdrawn": ["petition_form", "petition_authority", "petition_withdrawal"],
    "passed on": [
        *("petition_form", "petition_authority", "referral_notice", "forward_letter", "assign_letter"),
        *("referral_objection", "result_report", "petition_withdrawal", "service_record"),
    ],
    "led through": [
        *("petition_cover", "petition_form", "petition_authority", "receipt_notice", "procedure_result"),
        "service_record",
    ],
    "transferred": ["petition_form", "petition_authority", "sealed_transfer"],
}


def test_the_kinds_stand_in_the_order_of_the_file():
    assert [kind.key for kind in KINDS] == ORDER
    assert [kind.key for kind in papers.kinds_of(Case(procedure=Procedure.PETITION))] == ORDER
    assert not {*ORDER} & {kind.key for kind in papers.kinds_of(Case(procedure=Procedure.DISPUTE))}


@pytest.mark.parametrize("name", ENDS)
def test_what_the_file_must_have_follows_the_end(house, name):
    lines = file_of(_ended(house, name), today=TODAY)
    assert [line.kind.key for line in lines if line.is_must] == MUST[name]
    assert [(line.label, line.lacks) for line in lines if line.is_must and line.lacks] == []


def test_before_the_end_what_is_signed_by_hand_can_be_made_ready(house):
    case = accepted(house, now=NOW, **odd())
    may = {line.kind.key for line in file_of(case, today=TODAY) if line.need is Need.MAY and line.is_ready}
    assert {"hearing_record", "settlement_agreement", "petition_withdrawal"} <= may
    assert not {"handling_opinion", "petition_extension", "suggestion_reply"} & may


def test_of_whom_nobody_is_told_no_paper_is_owed_but_one_can_be_made(house):
    (line,) = [line for line in _lines(_ended(house, "unknown")) if line.kind.key == "acceptance_notice"]
    assert (line.need, line.record, line.lacks) == (Need.MAY, None, [])


def test_two_procedures_never_share_a_key():
    with pytest.raises(ValueError, match="petition_form"):
        papers.register_kinds((replace(BY_KEY["petition_form"]),), procedure=Procedure.DISPUTE)


def test_the_file_of_a_petition_is_put_together_in_few_looks(house, django_assert_max_num_queries):
    case = Case.objects.select_related("petition", "handler", "unit", "holder").get(pk=house.ended["answered"])
    with kept_meanwhile(), django_assert_max_num_queries(40):
        file_of(case, today=TODAY)


def test_the_file_of_a_mediation_asks_nothing_about_petitions(house, django_assert_max_num_queries):
    case = mediating(house, now=NOW)
    with django_assert_max_num_queries(40) as looks:
        file_of(case, today=TODAY)
    assert [look["sql"] for look in looks if "petitions_" in look["sql"]] == []
