"""Hundreds of hostile and odd files: each ends in its verdict, within its limits, and none takes the reader along."""

import resource
import time

import pytest

from core.confined.limits import SECONDS
from core.errors import InvalidFile
from core.tables import read_table
from tests.corpus import content, others, structure, texts, xls
from tests.corpus.case import WANTED, Reads, trimmed

MADE = [case for family in (structure, content, texts, others, xls) for case in family.cases()]
CASES = {case.name: case for case in MADE}
PARENT_KB = 96 * 1024  # what reading one file may add to the parent's peak


def verdict_on(data):
    """Return what was read, or the code of the refusal."""
    try:
        table = read_table(data, wanted=WANTED, max_bytes=64 * 1024**2, max_rows=100_000)
    except InvalidFile as error:
        return error.code
    rows = tuple((number, trimmed(cells)) for number, cells in table.rows())
    alike = tuple(sheet.name for sheet in table.other_sheets if sheet.is_alike)
    return Reads(rows, table.blank_rows, table.hidden_rows, alike, table.header_row)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("name", CASES)
def test_every_file_ends_in_its_verdict(name):
    case = CASES[name]
    data = case.make()
    started, before = time.monotonic(), peak()
    verdict = verdict_on(data)
    assert time.monotonic() - started < SECONDS
    assert peak() - before < PARENT_KB
    assert verdict == case.verdict if case.is_read else verdict in case.verdict


def test_the_corpus_is_large_and_holds_files_of_both_kinds():
    read = sum(case.is_read for case in CASES.values())
    assert read > 100
    assert len(CASES) - read > 100
    assert len(CASES) == len(MADE)
