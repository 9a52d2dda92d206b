from datetime import timedelta

import pytest

from centers.models import Post
from core.errors import DomainError, IllegalTransition, NotPermitted
from grids.enums import ImportState
from grids.models import RosterImport, StagedMember
from grids.services.decide_import import ask_undo, confirm_import, discard_import
from tests.grids.staging import NOW, compared, person, stage, written

WRONG = {"outcome": "error", "problems": [["姓名", "name_length", "…"]]}


def confirm(roster_import, actor, *, only_good_rows=False):
    return confirm_import(roster_import.pk, only_good_rows=only_good_rows, actor=actor, now=NOW)


def code_of(act, *args, **options):
    with pytest.raises(DomainError) as caught:
        act(*args, **options)
    return caught.value.code


def test_a_file_in_order_is_confirmed_once(manager, grids):
    file = compared(manager, person(1, grids[0]))
    done = confirm(file, manager)
    assert (done.state, done.confirmed_at, done.only_good_rows) == (ImportState.CONFIRMED, NOW, False)
    with pytest.raises(IllegalTransition):
        confirm(file, manager)


def test_a_file_that_is_not_read_yet_is_not_confirmed(manager, grids):
    with pytest.raises(IllegalTransition):
        confirm(stage(manager, person(1, grids[0])), manager)


def test_a_file_with_an_error_is_confirmed_only_without_that_row(manager, grids):
    file = compared(manager, person(1, grids[0]) | WRONG, person(2, grids[0]))
    assert code_of(confirm, file, manager) == "has_errors"
    assert confirm(file, manager, only_good_rows=True).only_good_rows


def test_a_file_that_changes_nothing_is_not_confirmed(manager, grids):
    written(manager, person(1, grids[0]))
    assert code_of(confirm, compared(manager, person(1, grids[0])), manager) == "same"


def test_a_file_whose_staged_rows_are_gone_is_not_confirmed(manager, grids):
    file = compared(manager, person(1, grids[0]))
    StagedMember.objects.all().delete()
    assert code_of(confirm, file, manager) == "rows_lost"


def test_nobody_decides_on_another_s_file(manager, outsider, grids):
    file, done = compared(manager, person(1, grids[0])), written(manager, person(2, grids[0]))
    with pytest.raises(RosterImport.DoesNotExist):
        confirm(file, outsider)
    with pytest.raises(RosterImport.DoesNotExist):
        discard_import(file.pk, actor=outsider)
    with pytest.raises(RosterImport.DoesNotExist):
        ask_undo(done.pk, actor=outsider, now=NOW)


def test_whoever_lost_the_right_decides_nothing(manager, grids):
    file = compared(manager, person(1, grids[0]))
    Post.objects.filter(user=manager).update(ends_on="2020-02-01")
    with pytest.raises(NotPermitted):
        confirm(file, manager)


def test_a_file_is_discarded_before_it_is_written_and_not_after(manager, grids):
    assert discard_import(compared(manager, person(1, grids[0])).pk, actor=manager).state == ImportState.DISCARDED
    with pytest.raises(IllegalTransition):
        discard_import(written(manager, person(1, grids[0])).pk, actor=manager)


@pytest.mark.parametrize(("days", "is_open"), [(0, True), (30, True), (31, False)])
def test_a_file_can_be_undone_for_thirty_days(manager, grids, days, is_open):
    file, later = written(manager, person(1, grids[0])), NOW + timedelta(days=days)
    if is_open:
        assert ask_undo(file.pk, actor=manager, now=later).state == ImportState.UNDOING
    else:
        assert code_of(ask_undo, file.pk, actor=manager, now=later) == "too_late"


def test_a_file_that_was_not_written_cannot_be_undone(manager, grids):
    with pytest.raises(IllegalTransition):
        ask_undo(compared(manager, person(1, grids[0])).pk, actor=manager, now=NOW)
