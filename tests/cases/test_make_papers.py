"""All papers that can be made are made at once, each as if it were made alone; of the others it is told why not."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Paper
from cases.reports.papers import Need, Records
from cases.services import papers as papers_service
from cases.services.make_papers import make_papers
from cases.services.papers import make_paper
from core.errors import IllegalTransition
from core.numbering import take_numbers
from core.papers.filling import TemplateUnfit
from tests.cases.papers import SAMPLES, only
from tests.factories import at, make_house, rolled_back, triaged

NOW, LATER = at("2026-11-18"), at("2026-11-20")
FORM, IDENTITY, EVIDENCE = SAMPLES
SECOND = replace(FORM, key="sample_second", label="权利告知书")
OPTIONAL = replace(FORM, key="sample_optional", label="授权委托书", need=lambda _case: Need.MAY, series="示例委字")
EMPTY = replace(
    FORM, key="sample_empty", label="调解记录", values=lambda case, _today: {"matter": case.title, "handler": ""}
)
OUTSIDE = replace(EVIDENCE, key="sample_outside", label="委托函", need=lambda _case: Need.MUST)
BLANK = replace(
    FORM, key="sample_blank", label="回访记录", series="示例访字", records=Records(lambda *_: [], lambda *_: {})
)
KINDS = (FORM, SECOND, OPTIONAL, EMPTY, BLANK, IDENTITY, OUTSIDE, EVIDENCE)


@pytest.fixture(autouse=True)
def _kinds():
    yield from only(KINDS)


@pytest.fixture(scope="module")
def built(for_the_module):
    house = make_house()
    return house, triaged(house, now=NOW)


@pytest.fixture
def house(built, db):
    with rolled_back():
        yield built[0]


@pytest.fixture
def case(built, house):
    return Case.objects.get(pk=built[1].pk)


def _make(case, house, *, by="mediator", with_optional=False, now=LATER):
    return make_papers(case.pk, with_optional=with_optional, actor=getattr(house, by), now=now)


def _labels(lines):
    return [line.label for line in lines]


def _unfit_once(monkeypatch):
    """Let the first paper that is filled find a form that does not fit."""
    fill, calls = papers_service.fill_paper, []

    def filled(*args, **kwargs):
        calls.append(args)
        if len(calls) == 1:
            raise TemplateUnfit("表单不合用（示例）")
        return fill(*args, **kwargs)

    monkeypatch.setattr(papers_service, "fill_paper", filled)


def test_what_the_file_must_have_and_can_have_is_made_and_the_rest_is_told_with_the_reason(case, house):
    told = _make(case, house)
    assert (_labels(told.made), _labels(told.spared)) == (["受理登记表", "权利告知书"], ["授权委托书"])
    assert [(line.label, why) for line, why in told.refused] == [
        ("调解记录", "尚缺内容：承办人"),
        ("回访记录", "还没有可据以制作的记录；需要空白表单手工填写的，请单独制作。"),
        ("身份证明", "该材料由外部提供，请归入原件，或者记录已查验。"),
        ("委托函", "该材料由外部提供，请归入原件。"),
    ]


def test_each_is_numbered_versioned_and_told_as_if_it_were_made_alone(case, house):
    with rolled_back():
        alone = [make_paper(case.pk, kind=kind.key, actor=house.mediator, now=LATER) for kind in (FORM, SECOND)]
    _make(case, house)
    for paper, single in zip(case.papers.order_by("pk"), alone, strict=True):
        for name in ("kind", "round", "subject", "origin", "version", "number", "template", "made_by", "made_at"):
            assert getattr(paper, name) == getattr(single, name)
    assert [event.data["paper"] for event in case.events.filter(kind="paper_made")] == [FORM.key, SECOND.key]


def test_blanks_and_what_is_made_only_as_needed_are_made_if_they_are_asked_for(case, house):
    made = _labels(_make(case, house, with_optional=True).made)
    assert made == ["受理登记表", "权利告知书", "授权委托书", "回访记录"]


def test_what_is_in_the_file_already_is_left_as_it_is(case, house):
    first = make_paper(case.pk, kind=FORM.key, actor=house.mediator, now=NOW)
    assert _labels(_make(case, house).made) == ["权利告知书"]
    assert (_make(case, house).made, list(case.papers.filter(kind=FORM.key))) == ([], [first])


def test_a_new_round_has_papers_of_its_own(case, house):
    _make(case, house)
    Case.objects.filter(pk=case.pk).update(round=2)
    assert _labels(_make(case, house).made) == ["受理登记表", "权利告知书"]
    assert set(case.papers.values_list("round", "version")) == {(1, 1), (2, 1)}


def test_a_paper_whose_form_does_not_fit_takes_away_neither_the_others_nor_a_number(case, house, monkeypatch):
    _unfit_once(monkeypatch)
    told = _make(case, house)
    assert _labels(told.made) == ["权利告知书"]
    assert (told.refused[0][0].label, told.refused[0][1]) == ("受理登记表", "表单不合用（示例）")
    assert case.papers.get().number.endswith("第0001号")
    assert take_numbers(f"paper:示例字:{case.holder.code}", 2026)[0] == 2


def test_nobody_makes_papers_who_may_not_make_one(case, house):
    with pytest.raises(Case.DoesNotExist):
        _make(case, house, by="neighbour_clerk")
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    with pytest.raises(IllegalTransition, match="已办结"):
        _make(case, house)


def test_the_button_of_the_page_makes_them_and_tells_in_chinese(client, case, house):
    client.force_login(house.mediator)
    change, url = (reverse(f"admin:cases_case_{name}", args=[case.pk]) for name in ("change", "make_papers"))
    assert f'action="{url}"' in client.get(change).text
    page = client.post(url, follow=True).text
    for told in (
        "已制作2份文书：受理登记表、权利告知书。",
        "未制作：调解记录。尚缺内容：承办人",
        "未一并制作：授权委托书",
    ):
        assert told in page
    assert f'action="{url}"' not in client.get(change).text
    assert "目前可以制作的必备文书均已在卷" in client.post(url, follow=True).text
    assert "已制作2份文书：授权委托书、回访记录" in client.post(url, {"with_optional": "1"}, follow=True).text


def test_the_button_takes_a_post_with_a_token_on_an_open_matter(case, house):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(house.mediator)
    url = reverse("admin:cases_case_make_papers", args=[case.pk])
    assert (strict.get(url).status_code, strict.post(url).status_code) == (405, 403)
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    lax = Client()
    lax.force_login(house.mediator)
    assert lax.post(url).status_code == 422
    assert not Paper.objects.exists()
