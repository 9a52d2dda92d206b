"""The forms of offices: who puts one to use, where it counts, what is refused, and what holds once it is taken back."""

import pytest

from cases.models import PaperTemplate, PaperTemplateContent
from cases.reports.paper_file import centers_over, forms_in_force
from cases.services.paper_templates import TemplateRefused, put_to_use, withdraw_template
from cases.services.papers import make_paper
from centers.enums import Role
from centers.models import Center
from core.audit import AuditEntry
from core.errors import IllegalTransition
from core.papers.layout import Layout, Text, compose
from tests.cases.papers import SAMPLES, only
from tests.factories import at, make_person, race, triaged

NOW = at("2026-11-18")
ALL = "{{ number }} {{ matter }} {{ handler }}"


@pytest.fixture(autouse=True)
def _kinds():
    yield from only(SAMPLES)


@pytest.fixture
def director(house):
    return make_person("director", Role.CENTER_DIRECTOR, house.town)


def form(words=ALL):
    return compose(Layout("表", [Text(words)]))


def put(center, director, words=ALL, *, kind="sample_form", name="表.docx"):
    return put_to_use(kind, center_id=center.pk, name=name, content=form(words), actor=director, now=NOW)


def withdraw(template, director):
    return withdraw_template(template.pk, reason="示例", actor=director, now=NOW)


def in_force(center):
    return forms_in_force(centers_over(center)).get("sample_form")


def test_a_form_counts_at_its_center_and_below_and_not_at_a_neighbours(house, director):
    template = put(house.town, director)
    places = ("330681109", "330681109201", "330681110", "330681")
    assert [in_force(house.centers[code]) for code in places] == [template, template, None, None]
    case = triaged(house, now=NOW)
    assert make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW).template == template


def test_a_newer_version_takes_the_place_of_the_one_before_which_stays(house, director):
    first, second = put(house.town, director), put(house.town, director)
    assert [(row.version, in_force(house.town) == row) for row in (first, second)] == [(1, False), (2, True)]
    assert PaperTemplateContent.objects.filter(template__in=[first, second]).count() == 2
    told = AuditEntry.objects.filter(act="form_changed", actor=director, subject_kind="cases.papertemplate")
    assert [entry.data for entry in told] == [{"step": "set", "paper": "sample_form"}] * 2


def test_what_is_taken_back_counts_no_more_and_the_version_before_is_not_called_back(house, director):
    first, second = put(house.town, director), put(house.town, director)
    with pytest.raises(IllegalTransition):
        withdraw(first, director)
    row = withdraw(second, director)
    assert (row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason) == (director, NOW, "示例")
    assert in_force(house.town) is None
    assert AuditEntry.objects.get(act="form_changed", data__step="withdrawn").subject_id == second.pk
    with pytest.raises(IllegalTransition):
        withdraw(second, director)
    assert put(house.town, director).version == 3


@pytest.mark.parametrize("place", ["330681110", "330681"])
def test_nobody_changes_the_forms_of_a_neighbour_or_of_those_above(house, director, place):
    theirs = put(house.centers[place], make_person("other", Role.CENTER_DIRECTOR, house.centers[place]))
    with pytest.raises(Center.DoesNotExist):
        put(house.centers[place], director)
    with pytest.raises(PaperTemplate.DoesNotExist):
        withdraw(theirs, director)


def test_who_supervises_sees_the_forms_and_changes_none(house):
    with pytest.raises(Center.DoesNotExist):
        put(house.town, make_person("someone", Role.SUPERVISOR, house.town))


def test_every_fault_of_a_form_is_told_at_once_and_nothing_is_kept(house, director):
    with pytest.raises(TemplateRefused) as refused:
        put(house.town, director, "{{ number }} {{ wrong }} {{ other }}")
    told = "".join(refused.value.faults)
    assert all(word in told for word in ("wrong", "other", "事由", "承办人"))
    assert not PaperTemplate.objects.exists()


@pytest.mark.parametrize(
    ("words", "name", "told"),
    [
        (ALL + "{% import 'x' %}", "表.docx", "不是占位符"),
        (ALL + "{{ matter.__class__ }}", "表.docx", "不是占位符"),
        (ALL, "表.docm", "扩展名"),
    ],
)
def test_what_holds_code_or_is_another_kind_of_file_is_refused(house, director, words, name, told):
    with pytest.raises(TemplateRefused) as refused:
        put(house.town, director, words, name=name)
    assert told in str(refused.value)
    assert not PaperTemplateContent.objects.exists()


@pytest.mark.parametrize("kind", ["sample_identity", "nothing"])
def test_what_comes_from_outside_has_no_form(house, director, kind):
    with pytest.raises(KeyError):
        put(house.town, director, kind=kind)


@pytest.mark.django_db(transaction=True)
def test_two_who_put_a_form_to_use_at_the_same_time_make_two_versions(house, director):
    race(lambda: put(house.town, director), lambda: put(house.town, director))
    assert [*PaperTemplate.objects.order_by("version").values_list("version", flat=True)] == [1, 2]
