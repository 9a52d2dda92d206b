import pytest
from django.db import connection
from django.urls import reverse

from cases.models import Party
from core.errors import UnreadableValue
from core.unreadable import row_of
from tests.factories import at, registered

MOBILE = "13800000001"


@pytest.fixture
def spoilt(house):
    """Return a case whose first party's mobile somebody changed who has the database in hand."""
    case = registered(house, now=at("2026-11-18"))
    party = case.parties.order_by("pk").first().pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_party SET mobile = 'k1:' || reverse(substr(mobile, 4)) WHERE id = %s", [party])
    return case, party


def test_a_page_with_a_spoilt_value_says_so_in_plain_words_and_shows_nothing(spoilt, house, client, caplog):
    case, party = spoilt
    client.force_login(house.clerk)
    answer = client.get(reverse("admin:cases_case_change", args=[case.pk]))
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "有一项加密信息无法读取" in text
    assert case.code not in text
    assert f"cases_party.mobile of row {party} cannot be read" in caplog.text
    assert "Traceback" not in caplog.text
    assert MOBILE not in caplog.text


def test_the_row_of_a_spoilt_value_is_found_by_its_ciphertext(spoilt):
    with pytest.raises(UnreadableValue) as refusal:
        Party.objects.get(pk=spoilt[1])
    assert row_of(refusal.value) == spoilt[1]
    assert "无法读取" in str(refusal.value)


@pytest.mark.parametrize("place", ["query_code", "no_table.column"])
def test_the_row_of_a_value_that_stands_in_no_table_is_not_looked_for(db, place):
    assert row_of(UnreadableValue("", place=place, stored="k1:x")) is None


def test_other_errors_are_none_of_this(house, client, monkeypatch):
    def fail(*_args, **_given):
        raise ValueError

    monkeypatch.setattr("cases.admin.cases.CaseAdmin.get_queryset", fail)
    client.force_login(house.clerk)
    client.raise_request_exception = False
    answer = client.get(reverse("admin:cases_case_changelist"))
    assert (answer.status_code, "加密" in answer.content.decode()) == (500, False)
