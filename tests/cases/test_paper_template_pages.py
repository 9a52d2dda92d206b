"""The pages of the forms: what may stand in one, a preview before it is used, and what is told when it may not be."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from cases.models import PaperTemplate
from cases.services.papers import make_paper
from centers.enums import Role
from core.papers.layout import Layout, Text, compose
from core.papers.printing import can_print
from tests.cases.papers import SAMPLES, only
from tests.factories import at, make_person, triaged

NOW = at("2026-11-18")
ALL = "{{ number }} {{ matter }} {{ handler }}"
LIST, ADD, DOCUMENT = (f"admin:cases_papertemplate_{name}" for name in ("changelist", "add", "document"))


@pytest.fixture(autouse=True)
def _kinds():
    yield from only(SAMPLES)


@pytest.fixture
def director(house, client):
    director = make_person("director", Role.CENTER_DIRECTOR, house.town)
    client.force_login(director)
    return director


def url(name, place=None, kind="sample_form"):
    return f"{reverse(name)}?kind={kind}" + (f"&place={place.pk}" if place else "")


def sent(words=ALL, name="新表.docx"):
    return SimpleUploadedFile(name, compose(Layout("新表", [Text(words)])))


def post(client, house, button, **changes):
    return client.post(url(ADD, house.town), {"document": sent(**changes), button: "1"}, follow=True)


def test_the_list_tells_for_each_kind_which_form_is_in_use(client, house, director):
    assert client.get(reverse(LIST)).content.decode().count("系统自带") == 1
    assert "模板即时启用" in post(client, house, "_use").content.decode()
    page = client.get(reverse(LIST)).content.decode()
    assert ("受理登记表" in page, "身份证明" in page, "本中心第1版" in page) == (True, False, True)
    village = client.get(f"{reverse(LIST)}?place={house.centers['330681109201'].pk}").content.decode()
    assert "沿用枫桥镇第1版" in village


def test_the_page_of_a_kind_names_its_placeholders_and_hands_out_the_form(client, house, director):
    page = client.get(url(LIST, house.town)).content.decode()
    assert all(text in page for text in ("{{ matter }}", "漏水", "本中心尚未启用", 'name="_preview"'))
    answer = client.get(url(DOCUMENT))
    assert (answer.content[:2], answer.headers["X-Content-Type-Options"]) == (b"PK", "nosniff")


def test_a_preview_is_filled_with_samples_and_keeps_nothing(client, house, director, monkeypatch):
    monkeypatch.setattr("cases.admin.paper_templates.can_print", lambda: False)
    answer = post(client, house, "_preview")
    assert "漏水" in " ".join(paragraph.text for paragraph in Document(io.BytesIO(answer.content)).paragraphs)
    assert not PaperTemplate.objects.exists()


@pytest.mark.skipif(not can_print(), reason="LibreOffice is not installed")
def test_a_preview_is_a_pdf(client, house, director):
    answer = post(client, house, "_preview")
    assert (answer.content[:5], answer.headers["Content-Type"]) == (b"%PDF-", "application/pdf")


@pytest.mark.parametrize("button", ["_preview", "_use"])
def test_code_in_a_form_is_refused_with_the_reason_and_everything_else_that_is_wrong(client, house, director, button):
    answer = post(client, house, button, words="{{ number }} {{ matter }} {{ x.__class__ }} {% import 'x' %}")
    page = answer.content.decode()
    assert (answer.status_code, page.count("不是占位符") >= 2) == (422, True)
    assert not PaperTemplate.objects.exists()


def test_another_kind_of_file_and_none_are_refused(client, house, director):
    text = SimpleUploadedFile("表.txt", "示例".encode())
    answer = client.post(url(ADD, house.town), {"document": text, "_use": "1"})
    assert (answer.status_code, ".docx" in answer.content.decode()) == (422, True)
    answer = client.post(url(ADD, house.town), {"_use": "1"})
    assert (answer.status_code, "请选择模板文件" in answer.content.decode()) == (422, True)


def test_a_form_put_to_use_makes_the_next_paper_until_it_is_taken_back(client, house, director):
    post(client, house, "_use")
    template, case = PaperTemplate.objects.get(), triaged(house, now=NOW)
    assert make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW).template == template
    act = reverse("admin:cases_papertemplate_act", args=[template.pk, "withdraw"])
    assert client.post(act, {"reason": ""}).status_code == 422
    assert "格式有误" in client.post(act, {"reason": "格式有误"}, follow=True).content.decode()
    assert make_paper(case.pk, kind="sample_form", actor=house.mediator, now=NOW).template is None


def test_what_is_out_of_scope_is_not_found(client, house, director):
    post(client, house, "_use")
    template = PaperTemplate.objects.get()
    neighbour = house.centers["330681110"]
    other = make_person("other", Role.CENTER_DIRECTOR, neighbour)
    asked = [url(LIST, neighbour), url(ADD, neighbour), url(LIST, house.town, "sample_identity")]
    assert [client.get(one).status_code for one in asked] == [404] * 3
    client.force_login(other)
    pages = [reverse(f"admin:cases_papertemplate_{name}", args=args) for name, args in (
        ("change", [template.pk]), ("act", [template.pk, "withdraw"]))]  # fmt: skip
    assert {client.get(page).status_code for page in pages} <= {302, 404}
    assert client.post(pages[1], {"reason": "x"}).status_code == 404


def test_who_supervises_looks_and_changes_nothing_and_others_see_nothing(client, house):
    client.force_login(make_person("watch", Role.SUPERVISOR, house.town))
    page = client.get(url(LIST, house.town))
    assert (page.status_code, 'name="_use"' in page.content.decode()) == (200, False)
    assert client.post(url(ADD, house.town), {"document": sent(), "_use": "1"}).status_code == 403
    client.force_login(house.mediator)
    assert [client.get(url(name)).status_code for name in (LIST, DOCUMENT)] == [403, 403]
