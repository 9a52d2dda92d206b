"""Who comes by the provider: let in when it proves who they are and an administrator has bound their account."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.test import Client

from config.environment import refuse_half_a_provider
from core import clock
from core.audit import AuditAct, AuditEntry
from core.door import attempts, identities
from core.door.models import DoorDecision, ExternalIdentity
from core.door.provider import Visit
from core.errors import DomainError
from core.models import User
from tests.core.door.app import code_of
from tests.outside.provider import SECRET, key

AWAY, BACK, HOME = "/admin/single-sign-on/", "/admin/single-sign-on/back/", "/admin/"
REASON = "Showed their card"


@pytest.fixture
def clerk(house, provider):
    """Return the clerk, whose account is bound to the first subject of the provider."""
    user, now = User.objects.get_queryset().get(username="clerk"), clock.now()
    provider.now = int(now.timestamp())
    identities.bind(user, subject="subject-1", actor=_secadmin(), reason=REASON, now=now)
    return user


@pytest.fixture
def come(client, clerk, provider):
    """Return somebody who goes to the provider and comes back; ``change`` may change the address of return."""

    def come(*, by=client, change=str, **given):
        page = by.post(AWAY, given)
        if page.status_code != 200:
            return page
        parts = urlsplit(change(provider.send(page.context["address"])))
        return by.get(f"{parts.path}?{parts.query}")

    return come


def _secadmin():
    return User.objects.get_queryset().get(username="secadmin")


def is_in(client):
    return client.get(HOME).status_code == 200


def newest_entry():
    return AuditEntry.objects.order_by("-pk").values_list("act", "actor_id", "subject_id", "data").first()


def refusal(answer, client):
    """Return why nobody came in, as the trail has it; the page is plain and leads back to the sign-in."""
    assert answer.status_code == 403
    assert 'href="/admin/login/"' in answer.content.decode()
    assert not is_in(client)
    act, actor, _subject, data = newest_entry()
    assert (act, actor, data["what"]) == (AuditAct.SIGN_IN_FAILED, None, "single_sign_on")
    return data["why"]


def test_whoever_is_bound_comes_in_under_a_new_key_and_the_trail_says_by_which_way(client, come, clerk):
    client.post(AWAY)
    before = client.session.session_key
    answer = come(next="/admin/core/user/contact/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/core/user/contact/")
    assert is_in(client)
    assert client.session.session_key != before
    told = {"way": "single_sign_on", "second_factor": False}
    assert newest_entry() == (AuditAct.SIGNED_IN, clerk.pk, clerk.pk, told)


def test_coming_in_ends_the_stay_elsewhere(client, come, knock):
    other = Client()
    knock("clerk", by=other)
    come()
    assert (is_in(client), is_in(other)) == (True, False)


def test_the_second_factor_is_asked_of_whoever_has_one(client, come, clerk, equip):
    secret, _codes = equip(clerk, now=clock.now() - timedelta(minutes=5))
    assert come().headers["Location"] == "/admin/second-factor/"
    assert not is_in(client)
    client.post("/admin/second-factor/", {"code": code_of(secret, clock.now())})
    assert is_in(client)
    assert newest_entry()[3] == {"way": "single_sign_on", "second_factor": True}


def test_whoever_has_no_second_factor_sets_one_up_first(client, come, strict):
    come()
    assert client.get(HOME).headers["Location"] == "/admin/second-factor/set-up/"


@pytest.mark.parametrize("forged", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_forged_next_leads_home(come, forged):
    assert come(next=forged).headers["Location"] == HOME


LIES = [
    {"nonce": "of another visit"},
    {"aud": "somebody-else"},
    {"aud": ["maplebridge", "somebody-else"]},
    {"azp": "somebody-else"},
    {"iss": "https://elsewhere.example"},
    {"exp": 1},
    {"sub": ""},
    {"sub": 7},
    {"sub": "x" * 256},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_token_with_a_lie_in_it_proves_nothing(client, come, provider, lie):
    provider.lies = lie
    assert refusal(come(), client) == "token"


@pytest.mark.parametrize("known", [SECRET.encode(), key().as_pem(private=False)], ids=["secret", "public key"])
def test_a_token_signed_by_what_others_know_proves_nothing(client, come, provider, known):
    provider.sign_with_what_others_know(known)
    assert refusal(come(), client) == "token"


def test_a_token_of_no_or_another_key_proves_nothing(client, come, provider):
    provider.header = {"alg": "none", "kid": "first"}
    assert refusal(come(), client) == "token"
    provider.header, provider.signs_with = {"alg": "RS256", "kid": "first"}, key("second")
    assert refusal(come(), client) == "token"


def test_a_token_a_minute_over_its_time_is_refused(client, come, provider):
    provider.lies = {"exp": provider.now - 60}
    assert refusal(come(), client) == "token"
    provider.lies = {"exp": provider.now - 30}
    assert come().headers["Location"] == HOME


def test_the_way_back_is_taken_once_in_the_browser_that_went(client, come, clerk, provider):
    back = provider.send(client.post(AWAY).context["address"])
    assert refusal(Client().get(back), client) == "state"
    assert refusal(come(change=lambda url: url.replace("state=", "state=x")), client) == "state"
    assert refusal(client.get(back), client) == "state"


def test_the_way_back_is_open_for_ten_minutes(client, come, provider, set_clock):
    begun = set_clock(clock.now())
    back = provider.send(client.post(AWAY).context["address"])
    set_clock(begun + timedelta(minutes=10))
    assert refusal(client.get(back), client) == "state"


def test_a_code_that_was_used_proves_nothing(client, come, provider):
    used = {}
    come(change=lambda url: used.setdefault("url", url))
    client.post("/admin/logout/")
    answer = come(
        change=lambda url: f"{url}&code={dict(p.split('=') for p in used['url'].split('?')[1].split('&'))['code']}"
    )
    assert refusal(answer, client) == "unreachable"


def test_an_answer_in_the_name_of_another_issuer_is_refused(client, come):
    assert refusal(come(change=lambda url: f"{url}&iss=https://elsewhere.example"), client) == "answer"


def test_somebody_whom_the_provider_does_not_let_through_is_told_so(client, come):
    assert refusal(come(change=lambda url: url.replace("code=", "error=access_denied&was=")), client) == "declined"


def test_a_provider_of_another_name_or_of_plain_words_is_not_believed(client, come, provider):
    for wrong in ({"issuer": "https://elsewhere.example"}, {"authorization_endpoint": "javascript:alert(1)"}):
        provider.metadata = wrong
        assert refusal(come(), client) == "answer"
    provider.metadata = {}
    for wrong in (b"<html>", b"[]", b"{}" + b" " * 300_000):
        provider.broken = {"/.well-known/openid-configuration": wrong}
        assert refusal(come(), client) == "answer"


def test_while_the_provider_is_down_the_password_still_opens(client, come, settings, knock):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = come()
    assert "请改用密码登录" in answer.content.decode()
    assert refusal(answer, client) == "unreachable"
    knock("clerk")
    assert is_in(client)


def test_an_unknown_subject_is_told_whom_to_ask_and_gets_no_account(client, come, provider):
    provider.subject, accounts = "subject-2", User.objects.get_queryset().count()
    answer = come()
    assert all(told in answer.content.decode() for told in ("安全管理员", "subject-2"))
    assert refusal(answer, client) == "unbound"
    assert User.objects.get_queryset().count() == accounts


def test_a_name_that_fits_is_no_binding(client, come, provider):
    provider.subject = "mediator"
    assert refusal(come(), client) == "unbound"


def test_an_account_out_of_use_is_refused_as_with_a_password(client, come, clerk, settings):
    User.objects.get_queryset().filter(pk=clerk.pk).update(is_active=False)
    assert refusal(come(), client) == "account"
    User.objects.get_queryset().filter(pk=clerk.pk).update(is_active=True, last_login=clock.now() - timedelta(days=99))
    settings.ACCOUNT_UNUSED_DAYS = 0
    assert refusal(come(), client) == "account"


def test_a_locked_account_is_refused_as_with_a_password(client, come):
    for _attempt in range(attempts.FAILURES_OF_ONE_ADDRESS):
        attempts.count_attempt("password", name="clerk", address="127.0.0.1", now=clock.now())
    assert come().status_code == 429
    assert newest_entry()[3] == {"what": "single_sign_on", "why": "locked"}
    assert not is_in(client)


def test_unbound_it_opens_nothing_from_the_next_sign_in_on_and_the_row_stays(client, come, clerk):
    come()
    identities.unbind(clerk, actor=_secadmin(), reason=REASON, now=clock.now())
    assert is_in(client)
    assert refusal(come(by=Client()), Client()) == "unbound"
    row = ExternalIdentity.objects.get()
    assert (row.unbound_by, DoorDecision.objects.count()) == (_secadmin(), 2)


def test_one_subject_has_one_account_and_one_account_one_subject(clerk):
    asked = {"actor": _secadmin(), "reason": REASON, "now": clock.now()}
    for user, subject in ((User.objects.get_queryset().get(username="mediator"), "subject-1"), (clerk, "subject-2")):
        with pytest.raises(DomainError):
            identities.bind(user, subject=subject, **asked)
    with pytest.raises(DomainError):
        identities.bind(_secadmin(), subject="subject-3", **asked)
    assert (ExternalIdentity.objects.count(), DoorDecision.objects.count()) == (1, 1)


def test_the_database_keeps_what_was_bound(clerk):
    rows = ExternalIdentity.objects.all()
    for act in (rows.delete, lambda: rows.update(bound_by=clerk), lambda: rows.update(unbound_at=clock.now())):
        with (
            pytest.raises((IntegrityError, Exception), match=r"permission denied|externalidentity"),
            transaction.atomic(),
        ):
            act()
    assert "subject-1" not in str(rows.values().get())


def test_the_security_administrator_binds_and_unbinds_on_the_page_of_the_account(client, house, provider, knock):
    knock("secadmin")
    page = f"/admin/core/user/{User.objects.get_queryset().get(username='clerk').pk}/"
    assert "绑定单点登录" in client.get(f"{page}change/").content.decode()
    client.post(f"{page}act/bind_sso/", {"subject": "subject-1", "reason": REASON})
    assert newest_entry()[0] == AuditAct.SSO_BOUND
    assert "解除单点登录绑定" in client.get(f"{page}change/").content.decode()
    client.post(f"{page}act/unbind_sso/", {"reason": REASON})
    assert newest_entry()[0] == AuditAct.SSO_UNBOUND


def test_without_a_provider_there_is_no_button_and_no_address(client, house, provider, settings):
    assert "使用浙政钉登录" in client.get("/admin/login/").content.decode()
    settings.OIDC_ISSUER = ""
    assert AWAY not in client.get("/admin/login/").content.decode()
    assert [client.post(AWAY).status_code, client.get(BACK).status_code] == [404, 404]


def test_the_way_there_is_a_post_with_a_token(client, house, provider):
    assert client.get(AWAY).status_code == 405
    assert Client(enforce_csrf_checks=True).post(AWAY).status_code == 403


def test_nothing_of_the_token_is_logged_or_on_record(client, come, provider, caplog):
    caplog.set_level(logging.DEBUG)
    provider.lies = {"aud": "planted-canary"}
    come()
    provider.lies, provider.subject = {}, "planted-canary"
    come()
    trail = str(list(AuditEntry.objects.values_list("data", flat=True)))
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith("urllib3"))
    assert "refused: token" in ours
    assert "planted-canary" not in ours + trail


WHOLE = {"issuer": "https://sso.example", "client": "c", "secret": "s", "is_demo": False}


@pytest.mark.parametrize(
    "change", [{"issuer": ""}, {"client": ""}, {"secret": ""}, {"issuer": "http://sso.example"}, {"issuer": "sso"}]
)
def test_half_a_provider_stops_the_start(change):
    refuse_half_a_provider(**WHOLE)
    refuse_half_a_provider(issuer="", client="", secret="", is_demo=False)
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER"):
        refuse_half_a_provider(**{**WHOLE, **change})


def test_no_two_visits_are_alike():
    one, other = Visit.to_begin(back=BACK), Visit.to_begin(back=BACK)
    assert len({one.state, other.state, one.nonce, other.nonce, one.verifier, other.verifier}) == 6
