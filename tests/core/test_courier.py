from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.channels import Channel, DeliveryState, Failure, MessageKind
from core.courier import LEASE, MAX_ATTEMPTS, REST, RETRY_AFTER, STALE, Door, Outcome, claim, open_doors, settle
from core.models import ExternalDelivery, User
from core.outbox import EVERYBODY, NOBODY, nothing_is_kept
from tests.factories import at, make_person, race

NOW = at("2026-11-18")
MAIL = Door(Channel.EMAIL)
REFUSED = Outcome(Failure.REFUSED, 550)
UNREACHABLE = Outcome(Failure.UNREACHABLE)


def _claim(door=MAIL, *, later=timedelta(), at_work=EVERYBODY):
    return claim(door, at_work=at_work, kept_from=nothing_is_kept, now=NOW + later)


def test_what_its_recipient_may_not_be_told_of_any_more_stays_in_the_house(with_mail, tell):
    tell(with_mail, now=NOW, matter_id=7)
    asked = []
    found = claim(MAIL, at_work=EVERYBODY, kept_from=lambda pairs: asked.extend(pairs) or pairs, now=NOW)
    assert (found, asked) == (None, [(7, with_mail.pk)])
    assert ExternalDelivery.objects.get().state == DeliveryState.WITHHELD
    assert _claim(later=timedelta(days=1)) is None


def test_what_concerns_no_matter_is_kept_from_nobody(with_mail, tell):
    tell(with_mail, now=NOW)
    assert claim(MAIL, at_work=EVERYBODY, kept_from=lambda pairs: pairs, now=NOW)


def _doors():
    return set(ExternalDelivery.objects.values_list("channel", "endpoint__name"))


def test_a_message_leaves_by_mail_and_by_each_gateway_that_takes_it(with_mail, add_gateway, tell):
    add_gateway(name="短信")
    add_gateway(name="紧急", only_urgent=True)
    add_gateway(name="停用", is_active=False)
    add_gateway(name="时限", kinds=[MessageKind.LIMIT])
    add_gateway(name="代收", kinds=[MessageKind.STAND_IN])
    tell(with_mail, now=NOW)
    assert _doors() == {("email", None), ("webhook", "短信"), ("webhook", "时限")}


def test_an_urgent_message_also_leaves_by_the_door_for_urgent_ones(person, add_gateway, tell):
    add_gateway(name="紧急", only_urgent=True)
    tell(person, now=NOW, urgent=True)
    assert _doors() == {("webhook", "紧急")}


def test_no_mail_is_written_down_without_a_server_or_an_address(with_mail, settings, tell):
    tell(make_person("unreachable"), now=NOW)
    settings.EMAIL_HOST = ""
    tell(with_mail, now=NOW)
    assert not ExternalDelivery.objects.exists()
    assert open_doors(Channel.EMAIL) == []


def test_nothing_leaves_the_house_for_an_account_that_is_switched_off(with_mail, add_gateway, tell):
    add_gateway()
    User.objects.update(is_active=False)
    tell(with_mail, now=NOW)
    assert not ExternalDelivery.objects.exists()


def test_a_message_leaves_by_each_door_once(with_mail, tell):
    tell(with_mail, now=NOW)
    row = ExternalDelivery.objects.get()
    row.pk, row.key = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_the_key_names_the_telling_and_not_the_row(with_mail, tell):
    """A message that is told anew after a restored backup bears the key it had."""
    with transaction.atomic():
        tell(with_mail, now=NOW)
        before = ExternalDelivery.objects.get().key
        transaction.set_rollback(True)
    tell(with_mail, now=NOW + timedelta(hours=1))
    tell(with_mail, now=NOW + timedelta(hours=1), key="step:2")
    keys = list(ExternalDelivery.objects.order_by("pk").values_list("key", flat=True))
    assert (keys[0] == before, keys[1] == before) == (True, False)


def test_a_row_in_hand_is_nobody_elses_until_the_lease_ends(with_mail, tell):
    tell(with_mail, now=NOW)
    first = _claim()
    assert (first.attempts, first.fence, first.lease_until) == (1, 1, NOW + LEASE)
    assert _claim(later=LEASE - timedelta(seconds=1)) is None
    assert _claim(later=RETRY_AFTER[0]).fence == 2


def test_whoever_comes_back_after_the_lease_may_not_say_how_it_ended(with_mail, tell):
    tell(with_mail, now=NOW)
    paused = _claim()
    other = _claim(later=RETRY_AFTER[0])
    assert not settle(paused, Outcome(), now=NOW + timedelta(minutes=2))
    assert ExternalDelivery.objects.get().state == DeliveryState.WAITING
    assert settle(other, REFUSED, now=NOW + timedelta(minutes=2))
    assert not settle(paused, Outcome(), now=NOW + timedelta(minutes=3))
    assert (ExternalDelivery.objects.get().failure, other.key) == (Failure.REFUSED, paused.key)


def test_what_was_sent_is_settled_and_never_claimed_again(with_mail, tell):
    tell(with_mail, now=NOW)
    assert settle(_claim(), Outcome(answer=250), now=NOW + timedelta(seconds=2))
    row = ExternalDelivery.objects.get()
    assert (row.state, row.settled_at, row.error) == ("sent", NOW + timedelta(seconds=2), "")
    assert _claim(later=timedelta(days=9)) is None


def test_attempts_are_put_off_longer_and_longer_and_end_with_the_eighth(with_mail, tell):
    tell(with_mail, now=NOW)
    moment = timedelta()
    for pause in RETRY_AFTER:
        settle(_claim(later=moment), REFUSED, now=NOW + moment)
        assert _claim(later=moment + pause - timedelta(seconds=1)) is None
        moment += pause
    settle(_claim(later=moment), REFUSED, now=NOW + moment)
    row = ExternalDelivery.objects.get()
    assert (row.state, row.attempts, row.settled_at) == ("dead", MAX_ATTEMPTS, NOW + moment)
    assert (row.error, [pause.seconds // 60 for pause in RETRY_AFTER]) == ("拒收 550", [1, 5, 15, 60, 240, 480, 720])


def test_a_row_that_kills_its_courier_each_time_is_given_up_as_well(with_mail, tell):
    tell(with_mail, now=NOW)
    for day in range(MAX_ATTEMPTS):
        assert _claim(later=timedelta(days=day)).attempts == day + 1
    assert _claim(later=timedelta(days=9)) is None
    row = ExternalDelivery.objects.get()
    assert (row.state, row.failure, row.lease_until) == ("dead", Failure.ABANDONED, None)


def test_what_has_waited_for_more_than_two_weeks_is_given_up_and_may_be_sent_again(with_mail, tell):
    tell(with_mail, now=NOW)
    tell(with_mail, "step:2", now=NOW + timedelta(days=1))
    assert _claim(later=STALE + timedelta(seconds=1)).message.outbox.key.startswith("step:2")
    row = ExternalDelivery.objects.order_by("pk")[0]
    assert (row.state, row.failure, row.attempts) == ("dead", Failure.STALE, 0)


def test_a_row_without_an_address_is_given_up_at_once(with_mail, tell):
    tell(with_mail, now=NOW)
    settle(_claim(), Outcome(Failure.NO_ADDRESS), now=NOW)
    assert ExternalDelivery.objects.get().state == DeliveryState.DEAD


def test_one_person_is_told_in_order_even_while_the_first_is_put_off(with_mail, tell):
    tell(with_mail, "step:1", now=NOW)
    tell(with_mail, "step:2", now=NOW)
    settle(first := _claim(), REFUSED, now=NOW)
    assert _claim(later=timedelta(seconds=30)) is None
    settle(again := _claim(later=RETRY_AFTER[0]), Outcome(), now=NOW)
    assert (again.pk, _claim(later=RETRY_AFTER[0]).pk) == (first.pk, first.pk + 1)


def test_a_message_that_is_put_off_holds_up_nobody_else(with_mail, tell):
    other = make_person("other")
    User.objects.filter(pk=other.pk).update(email="other@maple.example")
    for reader in (with_mail, other):
        tell(reader, f"step:{reader.pk}", now=NOW)
    settle(_claim(), REFUSED, now=NOW)
    assert _claim(later=timedelta(seconds=1)).recipient == other


def test_an_urgent_message_goes_first_and_alone_outside_duty_hours(with_mail, tell):
    tell(with_mail, "step:1", now=NOW)
    assert _claim(at_work=NOBODY) is None
    tell(with_mail, "step:2", now=NOW, urgent=True)
    assert _claim(at_work=NOBODY).message.outbox.is_urgent


def test_a_door_where_nobody_answers_rests_for_a_minute(with_mail, tell):
    other = make_person("other")
    User.objects.filter(pk=other.pk).update(email="other@maple.example")
    for reader in (with_mail, other):
        tell(reader, f"step:{reader.pk}", now=NOW)
    settle(_claim(), UNREACHABLE, now=NOW)
    assert _claim(later=REST - timedelta(seconds=1)) is None
    assert _claim(later=REST) is not None


def test_a_door_that_is_shut_does_not_close_the_others(with_mail, add_gateway, tell):
    gateway = Door(Channel.WEBHOOK, add_gateway())
    tell(with_mail, now=NOW)
    settle(_claim(gateway), UNREACHABLE, now=NOW)
    assert _claim(gateway) is None
    assert _claim(MAIL) is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_couriers_at_one_door_one_gets_the_row(settings, tell):
    settings.EMAIL_HOST = "127.0.0.1"
    for name in ("reader", "other"):
        person = make_person(name)
        User.objects.filter(pk=person.pk).update(email=f"{name}@maple.example")
        tell(person, name, now=NOW)
    claims = race(*[_claim] * 4)
    assert [claim is not None for claim in claims].count(True) == 1


@pytest.mark.parametrize("change", [{"state": "sent"}, {"settled_at": NOW}, {"channel": "webhook"}])
def test_the_database_refuses_a_row_that_contradicts_itself(with_mail, tell, change):
    tell(with_mail, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalDelivery.objects.update(**change)
