from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from io import StringIO
from threading import Event

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cases.models import Party
from core.fingerprints import KeyFingerprint
from core.history import RowChange
from core.keys import Key
from core.rotation import count_by_key, places_of, rewrite
from grids.models import GridMember, RosterFile
from tests.factories import at, make_house, registered
from tests.grids.files import uploaded

NOW = at("2026-11-18")
NEW = Key(bytes(range(32)))


@contextmanager
def owner():
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        yield
        cursor.execute(f"SET ROLE {django_settings.DATABASE_APP_ROLE}")


def rotate(**options):
    said = StringIO()
    with owner():
        call_command("rotate_keys", stdout=said, **options)
    return said.getvalue()


def key_ids():
    """Return the ids under which anything of the personal ring is stored."""
    return {key_id for place in places_of("personal") for key_id in count_by_key(place)}


@pytest.fixture
def old(house, settings):
    """Return a party of a case, with a member, a history and a file beside it, all under the key before the newest."""
    party = registered(house, now=NOW).parties.order_by("pk").first()
    uploaded(house.people["roster_manager"], "名册.xlsx", now=NOW)
    GridMember.objects.create(name="样本", id_number="1", id_hash="1", mobile="13800000001")
    rotate()
    GridMember.objects.update(mobile="13900000009")
    settings.PERSONAL_DATA_KEYS = {"k2": NEW, **settings.PERSONAL_DATA_KEYS}
    return party


def test_everything_is_rewritten_and_reads_as_before(old, settings):
    content = bytes(RosterFile.objects.get().content)
    said = rotate(batch=1)
    assert key_ids() == {"k2"}
    assert "personal: history of grids_gridmember.mobile: 1 rewritten" in said
    assert "personal: k1 is needed by nothing; take it out of PERSONAL_DATA_KEYS" in said
    settings.PERSONAL_DATA_KEYS = {"k2": NEW}
    assert Party.objects.get(pk=old.pk).mobile == "13800000001"
    assert GridMember.objects.get().mobile == "13900000009"
    assert bytes(RosterFile.objects.get().content) == content
    rotate()


def test_the_history_says_nothing_of_it_and_keeps_what_it_said(old):
    changes = RowChange.objects.count()
    rotate()
    assert RowChange.objects.count() == changes
    said = RowChange.objects.get(table_name="grids_gridmember", kind="update").before
    assert GridMember._meta.get_field("mobile").from_db_value(said["mobile"]) == "13800000001"


def test_a_check_counts_and_changes_nothing(old):
    said = rotate(check=True, ring="personal")
    assert "personal: cases_party.mobile: 2 under k1" in said
    assert "personal: k1 is still needed" in said
    assert "files" not in said
    assert key_ids() == {"k1"}


def test_a_ring_that_was_not_asked_for_stays(old):
    rotate(ring="identity")
    assert key_ids() == {"k1"}


def test_what_was_stopped_goes_on_where_it_was(old):
    places = places_of("personal")
    with owner():
        rewrite(next(place for place in places if place.label == "cases_party.mobile"), batch=1)
    assert key_ids() == {"k1", "k2"}
    rotate()
    assert key_ids() == {"k2"}


def test_a_key_is_given_up_only_when_nothing_needs_it_and_taken_back_with_its_return(old, settings):
    def given_up():
        known = KeyFingerprint.objects.filter(keyring="personal", given_up_at__isnull=False)
        return [*known.values_list("key_id", flat=True)]

    rotate(check=True)
    assert given_up() == []
    rotate()
    assert given_up() == ["k1"]
    settings.PERSONAL_DATA_KEYS = dict(reversed(settings.PERSONAL_DATA_KEYS.items()))
    rotate()
    assert given_up() == ["k2"]


def test_a_value_that_no_key_opens_is_named_left_alone_and_keeps_its_key(old):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_party SET mobile = 'k1:AAAA' WHERE id = %s", [old.pk])
    with pytest.raises(CommandError, match=f"cases_party.mobile, row {old.pk}"), owner():
        call_command("rotate_keys", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {django_settings.DATABASE_APP_ROLE}")
    assert key_ids() == {"k1", "k2"}
    assert not KeyFingerprint.objects.filter(given_up_at__isnull=False).exists()


def test_a_batch_of_nothing_is_refused(db):
    with pytest.raises(CommandError, match="at least 1"):
        call_command("rotate_keys", batch=0)


def held(pk, is_held, may_end):
    """Change a party in a transaction of one's own, and end it when one may."""
    with closing(connection), transaction.atomic():
        Party.objects.filter(pk=pk).update(mobile="13700000007")
        is_held.set()
        may_end.wait(10)


def test_a_row_that_somebody_holds_is_passed_over_and_what_they_write_is_kept(transactional_db, settings):
    first, other = registered(make_house(), now=NOW).parties.order_by("pk")
    is_held, may_end = Event(), Event()
    place = next(place for place in places_of("personal") if place.label == "cases_party.mobile")
    with ThreadPoolExecutor(1) as somebody:
        writing = somebody.submit(held, first.pk, is_held, may_end)
        is_held.wait(10)
        settings.PERSONAL_DATA_KEYS = {"k2": NEW, **settings.PERSONAL_DATA_KEYS}
        with owner():
            assert rewrite(place, batch=10).count == 1
        may_end.set()
        writing.result(10)
    with owner():
        assert rewrite(place, batch=10).count == 1
    assert {*Party.objects.values_list("mobile", flat=True)} == {"13700000007", other.mobile}
