"""The pages of files: what comes in says what became of it, and what goes out can do nothing in a browser."""

import logging
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import Attachment, Case
from cases.services.attach import NewFile, attach_files
from cases.services.hand_out import Tampered
from centers.models import CenterGrant
from core.audit import AuditEntry
from tests.corpus.attached import CANARY, PAGE, pdf, upright
from tests.factories import at, triaged

NOW = at("2026-11-18")
NAME = "金丝雀的照片.jpg"


@pytest.fixture
def case(house, client):
    client.force_login(house.mediator)
    return triaged(house, now=NOW)


@pytest.fixture
def photo(house, case):
    file = NewFile(NAME, upright(), len(upright()))
    return attach_files(case.pk, files=[file], actor=house.mediator, now=NOW)[0].attachment


def url(name, *keys):
    return reverse(f"admin:cases_case_{name}", args=keys)


def send(client, case, **files):
    chosen = [SimpleUploadedFile(f"{name}.{content[0]}", content[1]) for name, content in files.items()]
    return client.post(url("files", case.pk), {"chosen": chosen})


def test_each_file_is_told_what_became_of_it(client, case):
    answer = send(client, case, 合同=("pdf", pdf()), 网页=("txt", PAGE))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [result.refusal is None for result in answer.context["results"]] == [True, False]
    assert "这是网页" in page
    assert "合同.pdf" in client.get(url("change", case.pk)).content.decode()
    assert client.get(url("files", case.pk)).status_code == 200


def test_a_form_without_files_says_what_to_do(client, case):
    answer = client.post(url("files", case.pk), {})
    assert answer.status_code == 422
    assert "请选择一个或多个文件" in answer.content.decode()


def test_so_many_at_once_and_no_more(client, case):
    files = {f"a{number}": ("txt", b"x") for number in range(21)}
    assert "一次最多选择20个文件" in send(client, case, **files).content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("room", [5, 12])
def test_a_request_brings_so_much_and_no_more(client, case, settings, room):
    settings.UPLOAD_MAX_BYTES = room
    results = send(client, case, a=("txt", b"12345"), b=("txt", b"1234567")).context["results"]
    assert [result.refusal and result.refusal.code for result in results] == [None, "left_out" if room == 5 else None]


def test_a_closed_matter_shows_its_files_and_no_form(client, case, photo):
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    client.force_login(case.registered_by)
    page = client.get(url("change", case.pk))
    assert NAME in page.content.decode()
    assert page.context["files_form"] is None
    assert "请先重新启动办理" in send(client, case, a=("txt", b"x")).content.decode()


def test_a_file_leaves_as_a_download_that_can_do_nothing(client, case, photo):
    answer = client.get(url("file", case.pk, photo.pk))
    assert answer.content == upright()
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"file-{photo.pk}.jpg\"; filename*=UTF-8''{quote(NAME)}"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_a_picture_is_shown_as_drawn_anew(client, case, photo):
    answer = client.get(url("picture", case.pk, photo.pk))
    assert CANARY not in answer.content
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == f'inline; filename="picture-{photo.pk}.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_is_no_picture_is_never_shown(client, case):
    send(client, case, 合同=("pdf", pdf()))
    assert client.get(url("picture", case.pk, Attachment.objects.get().pk)).status_code == 404


def test_withdrawing_asks_for_a_reason_and_leaves_a_line(client, case, photo):
    page = url("withdraw_file", case.pk, photo.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "传错了"}).headers["Location"] == url("change", case.pk)
    shown = client.get(url("change", case.pk)).content.decode()
    assert ("传错了" in shown, NAME in shown) == (True, False)
    doors = [url(name, case.pk, photo.pk) for name in ("file", "picture", "withdraw_file")]
    assert {client.get(door).status_code for door in doors} == {404}


def test_a_file_is_found_under_its_own_case_alone(house, client, case, photo):
    other = triaged(house, now=NOW)
    doors = [url(name, other.pk, photo.pk) for name in ("file", "picture", "withdraw_file")]
    assert {client.get(door).status_code for door in doors} == {404}


STRANGERS = ["neighbour_clerk", "other_county_supervisor", "town_mediator", "sysadmin", "auditadmin", "nobody", None]


@pytest.mark.parametrize("name", STRANGERS)
def test_whoever_does_not_see_the_matter_finds_none_of_its_files(house, case, photo, name):
    stranger = Client()
    if name:
        stranger.force_login(getattr(house, name))
    doors = [url("files", case.pk), *(url(door, case.pk, photo.pk) for door in ("file", "picture", "withdraw_file"))]
    answers = [stranger.get(door) for door in doors] + [stranger.post(door, {"reason": "x"}) for door in doors]
    never = stranger.get(url("file", 999_999_999, photo.pk))
    assert {answer.status_code for answer in answers} == {never.status_code} <= {302, 403, 404}
    assert not Attachment.objects.exclude(withdrawn_at=None).exists()


def test_whoever_may_see_and_not_add_reads_without_a_form(house, client, case, photo):
    CenterGrant.objects.filter(user=house.town_supervisor, permission__codename="attach_file").delete()
    client.force_login(house.town_supervisor)
    page = client.get(url("change", case.pk))
    assert (NAME in page.content.decode(), page.context["files_form"]) == (True, None)
    assert client.get(url("file", case.pk, photo.pk)).status_code == 200
    assert send(client, case, a=("txt", b"x")).status_code == 404
    assert client.get(url("withdraw_file", case.pk, photo.pk)).status_code == 404


def test_the_name_of_a_file_stands_in_no_log_and_no_entry(client, case, caplog):
    caplog.set_level(logging.DEBUG)
    send(client, case, 金丝雀甲=("txt", PAGE), 金丝雀乙=("txt", b"x"))
    assert "web_page" in caplog.text
    assert "金丝雀" not in caplog.text
    assert not AuditEntry.objects.filter(data__icontains="金丝雀").exists()
    assert not case.events.filter(data__icontains="金丝雀").exists()


@pytest.mark.parametrize("door", ["file", "picture"])
def test_what_was_changed_in_the_database_is_refused_with_words(client, case, photo, door, monkeypatch):
    def refuse(*_args, **_more):
        raise Tampered("示例：不一致")

    monkeypatch.setattr("cases.admin.attachments.hand_out", refuse)
    monkeypatch.setattr("cases.admin.attachments.show_picture", refuse)
    answer = client.get(url(door, case.pk, photo.pk))
    assert (answer.status_code, "示例：不一致" in answer.content.decode()) == (409, True)


def test_files_come_in_with_the_token_of_the_page_alone(house, case):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(house.mediator)
    assert send(strict, case, a=("txt", b"x")).status_code == 403
    assert not Attachment.objects.exists()
