"""Rosters on their way in and out leave nothing on a disk in plain."""

import io
import os
import sys
import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from grids.models import RosterFile
from tests.grids.conftest import member_cells, workbook

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
watched: list[set] = []


def note(event, args):
    """Note a file that this process opens for writing, by its name; one in memory has none."""
    if watched and event == "open" and isinstance(args[0], str | bytes | os.PathLike) and args[2] & WRITING:
        watched[-1].add(os.fsdecode(args[0]))


sys.addaudithook(note)  # it stays for good, and is silent while nothing is watched


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Return the names of the files opened for writing since; temporary ones have a folder of their own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    watched.append(set())
    yield watched[-1]
    watched.pop()


def test_a_temporary_file_would_be_seen(files, tmp_path):
    book = Workbook(write_only=True)
    book.create_sheet().append(["样本"])
    book.save(io.BytesIO())
    assert any(name.startswith(f"{tmp_path}/openpyxl") for name in files)


def test_a_file_is_taken_in_read_marked_and_handed_out_in_memory(page, client, manager, grids, files, tmp_path):
    data = workbook(member_cells(1), member_cells(2, 手机号码="1"))
    files.clear()
    found = page(manager).upload(data)
    assert RosterFile.objects.get(pk=found.pk).annotated is not None
    page(manager).act(found, "confirm", only_good_rows="on")
    client.get(page(manager).url("marked", found.pk)).getvalue()
    assert client.post(reverse("admin:grids_gridmember_export")).status_code == 200
    assert (files - {os.devnull}, [*tmp_path.iterdir()]) == (set(), [])


@pytest.mark.parametrize("more", [-100, 100])
def test_not_even_a_file_that_is_too_large_is_put_aside(page, settings, manager, grids, files, more):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = settings.ROSTER_MAX_BYTES = 200_000
    data = SimpleUploadedFile("roster.csv", bytes(settings.ROSTER_MAX_BYTES + more))
    response = page(manager).client.post(page(manager).url("upload", "members"), {"file": data})
    assert (response.status_code, files) == (302 if more < 0 else 422, set())
