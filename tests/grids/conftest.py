"""A county with two towns, one village each, and a roster manager in either town."""

import io
from datetime import date
from functools import partial

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from centers.enums import Level, Role
from centers.models import Center
from core import clock
from core.models import User
from grids.enums import GridKind
from grids.models import RosterImport
from grids.rules import columns
from grids.rules.identity import check_digit
from grids.services.carry_out import carry_out
from grids.services.create_grid import create_grid
from grids.services.staging import STAGED
from grids.services.take_up import take_up
from tests.factories import appoint

BRIDGE, PASS = "330681109", "330681110"  # 枫桥镇 and a neighbour
TODAY = date(2026, 6, 30)
ROSTER_HEADERS = columns.MEMBERS.columns
GRID_HEADERS = columns.GRIDS.columns


def center(code, name, level, parent=None):
    path = f"{parent.path if parent else ''}{code}/"
    return Center.objects.create(code=code, name=name, level=level, parent=parent, path=path)


@pytest.fixture
def county(db):
    province = center("33", "浙江省", Level.PROVINCE)
    city = center("3306", "绍兴市", Level.CITY, province)
    return center("330681", "诸暨市", Level.COUNTY, city)


@pytest.fixture
def bridge(county):
    town = center(BRIDGE, "枫桥镇", Level.TOWN, county)
    return center(f"{BRIDGE}201", "枫源村", Level.VILLAGE, town)


@pytest.fixture
def neighbour(county):
    town = center(PASS, "邻镇（示例）", Level.TOWN, county)
    return center(f"{PASS}201", "邻村（示例）", Level.VILLAGE, town)


def manager_of(village, username):
    user = User.objects.create_user(username, full_name="甲（示例）")
    appoint(user, role=Role.ROSTER_MANAGER, center=village.parent, starts_on=date(2020, 1, 1))
    return user


@pytest.fixture
def manager(bridge):
    return manager_of(bridge, "manager")


@pytest.fixture
def outsider(neighbour):
    return manager_of(neighbour, "outsider")


def grid_of(village, number, actor, name=None):
    return create_grid(
        village.pk,
        code=f"{village.code}{number:03}",
        name=name or f"第{number}网格",
        kind=GridKind.COMPREHENSIVE,
        households=300,
        actor=actor,
    )


@pytest.fixture
def grids(bridge, manager):
    return [grid_of(bridge, number, manager) for number in (1, 2)]


@pytest.fixture
def far_grid(neighbour, outsider):
    return grid_of(neighbour, 1, outsider, "远网格")


def id_number(number=1):
    digits = f"33068119900101{number:03}"
    return digits + check_digit(digits)


def member_cells(number=1, **changes):
    """Return a row of the roster as cells; ``changes`` name columns in Chinese."""
    row = {
        columns.GRID_CODE: f"{BRIDGE}201001",
        columns.NAME: f"样本·甲{number}",
        columns.ID_NUMBER: id_number(number),
        columns.MOBILE: f"138{number:08}",
        columns.POST: "兼职网格员",
        columns.STARTS_ON: "2025-01-01",
    }
    return row | changes


def grid_cells(number=1, village=f"{BRIDGE}201", **changes):
    row = {columns.GRID_CODE: f"{village}{number:03}", columns.GRID_NAME: f"第{number}网格", columns.HOUSEHOLDS: 300}
    return row | changes


def workbook(*rows, headers=ROSTER_HEADERS, above=()):
    """Return the bytes of a workbook with ``headers`` and a row of cells for each of ``rows``; None is a blank row."""
    book = Workbook()
    for line in (*above, headers):
        book.active.append(list(line))
    for row in rows:
        book.active.append([(row or {}).get(header) for header in headers])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def grid_workbook(*rows, **options):
    return workbook(*rows, headers=GRID_HEADERS, **options)


def work():
    """Do what a worker would do with the files that wait."""
    while taken := take_up(now=clock.now()):
        for _rows in carry_out(taken):
            pass


class Pages:
    """The pages of roster files as one user sees them, in English."""

    def __init__(self, client, user, kind="members"):
        self.client, self.kind = client, kind
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(user)

    def url(self, name, *args):
        return reverse(f"admin:grids_rosterimport_{name}", args=args)

    def send(self, data, name="roster.xlsx"):
        return self.client.post(self.url("upload", self.kind), {"file": SimpleUploadedFile(name, data)})

    def upload(self, data, name="roster.xlsx"):
        """Upload a file and let it be read; return its row."""
        assert self.send(data, name).status_code == 302
        work()
        return RosterImport.objects.latest("pk")

    def show(self, roster_import, query=""):
        return self.client.get(self.url("change", roster_import.pk) + query)

    def act(self, roster_import, name, **data):
        response = self.client.post(self.url("act", roster_import.pk, name), data)
        work()
        roster_import.refresh_from_db()
        return response

    def bring_in(self, data):
        """Upload a file and have it written."""
        roster_import = self.upload(data)
        if roster_import.new_rows + roster_import.changed_rows:
            self.act(roster_import, "confirm")
            assert (roster_import.state, roster_import.failure) == ("written", None)
        return roster_import


@pytest.fixture
def page(client):
    """Return a function that opens the pages of roster files as a user."""
    return partial(Pages, client)


def counts(roster_import):
    return roster_import.new_rows, roster_import.changed_rows, roster_import.same_rows


def problems(roster_import):
    """Return (row, column, code) of everything that is said of the rows of a file."""
    rows = STAGED[roster_import.kind].objects.filter(roster_import=roster_import).order_by("number")
    return [(row.number, column, code) for row in rows for column, code, _text in row.problems]


def texts(roster_import):
    rows = STAGED[roster_import.kind].objects.filter(roster_import=roster_import).order_by("number")
    return [text for row in rows for _column, _code, text in row.problems]
