"""The second factor: codes of an app, recovery codes, and who may take it away."""

import base64
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.door import second_factor
from core.door.models import DoorDecision, RecoveryCode, SecondFactor
from core.door.second_factor import WrongCode
from core.errors import DomainError
from tests.core.door.app import code_of
from tests.factories import at, make_person

NOW = at("2026-11-18")
STEP = timedelta(seconds=30)
ENTER, SET_UP = "/admin/second-factor/", "/admin/second-factor/set-up/"


@pytest.fixture
def person(db):
    return make_person("reader")


@pytest.mark.parametrize(
    ("moment", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(person, moment, code):
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_of(secret, datetime.fromtimestamp(moment, UTC)) == code
    assert len(second_factor.set_up(person, secret=secret, code=code, now=datetime.fromtimestamp(moment, UTC))) == 10


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_taken_half_a_minute_off_and_no_more(person, equip, steps, is_right):
    secret, _codes = equip(person, now=NOW - 100 * STEP)
    assert second_factor.check(person, code=code_of(secret, NOW + steps * STEP), now=NOW) == is_right


def test_a_code_is_taken_once_and_no_older_one_after_it(person, equip):
    secret, _codes = equip(person, now=NOW - 100 * STEP)
    code = code_of(secret, NOW)
    assert second_factor.check(person, code=code, now=NOW)
    assert not second_factor.check(person, code=code, now=NOW)
    assert not second_factor.check(person, code=code_of(secret, NOW - STEP), now=NOW)
    assert second_factor.check(person, code=code_of(secret, NOW + STEP), now=NOW + STEP)


def test_the_code_of_the_set_up_lets_nobody_in_again(person, equip):
    secret, _codes = equip(person, now=NOW)
    assert not second_factor.check(person, code=code_of(secret, NOW), now=NOW)


def test_a_code_of_somebody_else_is_none(person, equip):
    equip(person, now=NOW)
    secret, codes = equip(make_person("other"), now=NOW)
    assert not second_factor.check(person, code=code_of(secret, NOW + STEP), now=NOW + STEP)
    assert not second_factor.check(person, code=codes[0], now=NOW)


@pytest.mark.parametrize("said", ["", "12345", "1234567", "１２３４５６", "abcdef", "' or 1=1"])
def test_what_is_no_code_is_refused(person, equip, said):
    equip(person, now=NOW)
    assert not second_factor.check(person, code=said, now=NOW)


def test_a_recovery_code_lets_in_once_however_it_is_typed(person, equip):
    _secret, codes = equip(person, now=NOW)
    assert len(set(codes)) == 10
    assert second_factor.check(person, code=f" {codes[0].lower().replace('-', ' ')}", now=NOW)
    assert not second_factor.check(person, code=codes[0], now=NOW)
    assert second_factor.check(person, code=codes[1], now=NOW)


def test_new_recovery_codes_end_the_old_ones(person, equip):
    _secret, codes = equip(person, now=NOW)
    fresh = second_factor.renew_recovery_codes(person)
    assert not second_factor.check(person, code=codes[0], now=NOW)
    assert second_factor.check(person, code=fresh[0], now=NOW)


def test_neither_secret_nor_recovery_codes_lie_in_the_database_in_plain(person, equip):
    secret, codes = equip(person, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM core_secondfactor UNION ALL SELECT code_hash FROM core_recoverycode")
        kept = str(cursor.fetchall())
    assert not any(plain in kept for plain in (secret, codes[0], codes[0].replace("-", "")))


def _check_apart(given):
    with closing(connection):
        return second_factor.check(given[0], code=given[1], now=NOW)


def test_of_two_who_send_the_same_code_one_gets_in(transactional_db, equip):
    person = make_person("reader")
    secret, codes = equip(person, now=NOW - 100 * STEP)
    for code in (code_of(secret, NOW), codes[0]):
        with ThreadPoolExecutor(6) as people:
            assert sum(people.map(_check_apart, [(person, code)] * 12)) == 1


def test_a_wrong_code_sets_up_nothing(person):
    with pytest.raises(WrongCode):
        second_factor.set_up(person, secret=second_factor.new_secret(), code="000000", now=NOW)
    assert not second_factor.is_set_up(person)


def test_the_picture_needs_no_other_host_and_tells_house_and_account(person):
    picture = second_factor.qr_code(second_factor.new_secret(), user=person)
    assert picture.startswith("data:image/svg+xml")
    assert "http://" not in picture.replace("http://www.w3.org/2000/svg", "")


def test_the_security_administrator_takes_a_lost_one_away_with_a_reason(house, equip, client, settings):
    equip(house.clerk)
    settings.SECOND_FACTOR = False
    client.force_login(house.secadmin)
    act = reverse("admin:core_user_act", args=[house.clerk.pk, "reset_factor"])
    assert client.post(act, {"reason": ""}).status_code == 422
    assert second_factor.is_set_up(house.clerk)
    assert client.post(act, {"reason": "手机遗失，当面核实（示例）"}).status_code == 302
    assert not second_factor.is_set_up(house.clerk)
    assert not RecoveryCode.objects.exists()
    assert DoorDecision.objects.get().reason == "手机遗失，当面核实（示例）"


def test_nobody_takes_away_their_own(house, equip, client, settings):
    equip(house.secadmin)
    settings.SECOND_FACTOR = False
    client.force_login(house.secadmin)
    act = reverse("admin:core_user_act", args=[house.secadmin.pk, "reset_factor"])
    assert client.post(act, {"reason": "x"}).status_code == 404
    with pytest.raises(DomainError):
        second_factor.reset(house.secadmin, actor=house.secadmin, reason="x", now=NOW)
    with pytest.raises(IntegrityError, match="doordecision_on_somebody_else"), transaction.atomic():
        DoorDecision.objects.create(user=house.clerk, actor=house.clerk, kind="factor_reset", reason="x", at=NOW)
    assert SecondFactor.objects.filter(user=house.secadmin).exists()


@pytest.mark.parametrize("user", ["sysadmin", "clerk", "town_supervisor", "nobody"])
def test_nobody_else_may_take_one_away(house, equip, client, settings, user):
    equip(house.mediator)
    settings.SECOND_FACTOR = False
    client.force_login(getattr(house, user))
    act = reverse("admin:core_user_act", args=[house.mediator.pk, "reset_factor"])
    assert client.post(act, {"reason": "x"}).status_code == 404
    assert second_factor.is_set_up(house.mediator)


def test_whoever_has_none_sets_one_up_before_anything_else(house, strict, client, knock, set_clock):
    set_clock(NOW)
    assert knock("clerk").headers["Location"] == reverse("admin:index")
    for url in (reverse("admin:index"), reverse("admin:cases_case_changelist"), reverse("admin:password_change")):
        assert client.get(url).headers["Location"] == client.post(url).headers["Location"] == SET_UP
    page = client.get(SET_UP)
    answer = client.post(SET_UP, {"code": code_of(page.context["secret"], NOW)})
    codes = answer.context["codes"]
    assert all(code in answer.content.decode() for code in codes)
    assert client.get(reverse("admin:index")).status_code == 200
    assert client.get(SET_UP).status_code == 404
    assert second_factor.check(house.clerk, code=codes[0], now=NOW)


def test_the_secret_on_offer_lies_encrypted_in_the_session_and_stays_the_same(house, strict, client, knock):
    knock("clerk")
    secret = client.get(SET_UP).context["secret"]
    assert client.post(SET_UP, {"code": "000000"}).context["secret"] == secret
    assert secret not in str(dict(client.session))


def test_a_right_password_alone_opens_nothing_to_whoever_has_one(house, equip, client, knock):
    equip(house.clerk)
    assert knock("clerk").headers["Location"] == ENTER
    assert "_auth_user_id" not in client.session
    login = f"{reverse('admin:login')}?next="
    for name in ("index", "cases_case_changelist", "password_change", "core_user_contact", "second_factor_set_up"):
        assert client.get(reverse(f"admin:{name}")).headers["Location"].startswith(login)


def test_password_and_code_open_under_a_fresh_session_key(house, equip, client, knock, set_clock):
    set_clock(NOW)
    secret, _codes = equip(house.clerk, now=NOW - 100 * STEP)
    knock("clerk", query="?next=/admin/cases/case/")
    halfway = client.session.session_key
    answer = client.post(ENTER, {"code": code_of(secret, NOW)})
    assert answer.headers["Location"] == "/admin/cases/case/"
    assert client.session.session_key != halfway
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_opens_as_well(house, equip, client, knock):
    _secret, codes = equip(house.clerk)
    knock("clerk")
    assert client.post(ENTER, {"code": codes[3]}).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_the_sixth_wrong_code_waits_for_half_an_hour(house, equip, client, knock, set_clock):
    set_clock(NOW)
    secret, _codes = equip(house.clerk, now=NOW - 100 * STEP)
    knock("clerk")
    assert [client.post(ENTER, {"code": "000000"}).status_code for _ in range(6)] == [422] * 5 + [429]
    assert client.post(ENTER, {"code": code_of(secret, NOW)}).status_code == 429
    set_clock(NOW + timedelta(minutes=30))
    knock("clerk")
    assert client.post(ENTER, {"code": code_of(secret, NOW + timedelta(minutes=30))}).status_code == 302


@pytest.mark.parametrize(("passed", "leads_to"), [(299, "/admin/"), (300, "/admin/login/")])
def test_the_code_is_asked_for_within_five_minutes(house, equip, client, knock, set_clock, passed, leads_to):
    set_clock(NOW)
    secret, _codes = equip(house.clerk, now=NOW - 100 * STEP)
    knock("clerk")
    later = set_clock(NOW + timedelta(seconds=passed))
    assert client.post(ENTER, {"code": code_of(secret, later)}).headers["Location"] == leads_to


@pytest.mark.parametrize("change", ["password", "closed"])
def test_what_changes_between_password_and_code_ends_the_sign_in(house, equip, client, knock, change):
    _secret, codes = equip(house.clerk)
    knock("clerk")
    house.clerk.set_password("Maple-bridge-1")
    house.clerk.is_active = change != "closed"
    house.clerk.save(update_fields=["password" if change == "password" else "is_active"])
    assert client.post(ENTER, {"code": codes[0]}).headers["Location"] == reverse("admin:login")


def test_a_stay_without_the_second_factor_ends_for_whoever_has_one(house, equip, client):
    client.force_login(house.clerk)
    equip(house.clerk)
    assert "ended=factor" in client.get("/admin/").headers["Location"]


def test_a_stay_ends_when_the_second_factor_is_taken_away(house, equip, client, knock):
    _secret, codes = equip(house.clerk)
    knock("clerk")
    client.post(ENTER, {"code": codes[0]})
    second_factor.reset(house.clerk, actor=house.secadmin, reason="示例", now=NOW)
    assert "ended=elsewhere" in client.get("/admin/").headers["Location"]


def test_new_recovery_codes_are_shown_for_a_code_of_the_app(house, equip, client, knock):
    _secret, codes = equip(house.clerk)
    knock("clerk")
    client.post(ENTER, {"code": codes[0]})
    page = reverse("admin:recovery_codes")
    assert client.post(page, {"code": "000000"}).status_code == 422
    fresh = client.post(page, {"code": codes[1]}).context["codes"]
    assert set(fresh).isdisjoint(codes)
    assert all(code not in client.get(page).content.decode() for code in fresh)
