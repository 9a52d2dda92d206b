import logging
import sys

import pytest
from django.db import IntegrityError, transaction

from core.reporting import LineFormatter, kind_of
from grids.models import GridMember


def written(*, message="no %s", args=("way",), error=None):
    """Return what the log says of an error that somebody else has put into words already."""
    try:
        raise error or ValueError
    except type(error or ValueError()):
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, args, sys.exc_info())
    logging.Formatter().format(record)
    return LineFormatter("%(message)s").format(record)


def test_an_error_is_told_by_its_place_and_its_kind_and_not_by_its_words():
    told = written(error=ValueError("13800000001"))
    assert told.startswith("no way\nTraceback (most recent call last):\n")
    assert "in written" in told
    assert told.endswith("\nValueError")
    assert "13800000001" not in told


def test_what_an_error_arose_from_is_told_first():
    error = KeyError("13800000001")
    error.__cause__ = OSError("示例路1号")
    lines = written(error=error).splitlines()
    assert [line for line in lines if not line.startswith(" ")][1:] == [
        "OSError",
        "which led to:",
        "Traceback (most recent call last):",
        "KeyError",
    ]


def test_celerys_word_on_a_failed_task_is_its_kind():
    context = {"name": "centers.send_mail", "exc": "ValueError('13800000001')", "traceback": "13800000001"}
    told = written(message="Task %(name)s failed: %(exc)s %(traceback)s", args=(context,), error=ValueError("1380"))
    assert told.startswith("Task centers.send_mail failed: ValueError \n")


def test_a_line_without_an_error_is_left_as_it_is():
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "%s rows", (3,), None)
    assert LineFormatter("%(message)s").format(record) == "3 rows"


def test_an_error_of_the_database_names_its_rule_and_no_row(db):
    fields = {"id_number": "1", "id_hash": "same", "mobile": "1", "mobile_hash": "1"}
    GridMember.objects.create(name="钱塘雀", **fields)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        GridMember.objects.create(name="钱塘雀", **fields)
    assert kind_of(refusal.value).startswith("django.db.utils.IntegrityError [23505 ")
    assert "same" in str(refusal.value)
    assert "same" not in written(error=refusal.value)
