"""A county with two towns, one village each, and a roster manager in either town."""

import io
from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from centers.enums import Level, Role
from centers.models import Center
from centers.services.appoint import appoint
from core.models import User
from grids.enums import GridKind
from grids.rules import columns
from grids.rules.identity import check_digit
from grids.services.create_grid import create_grid

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


@pytest.fixture
def page(client):
    """Return a function that opens the import pages of ``model`` as a user, in English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    class Page:
        def __init__(self, user, model="gridmember"):
            self.user, self.model = user, model
            client.force_login(user)

        def url(self, name):
            return reverse(f"admin:grids_{self.model}_{name}")

        def get(self, name):
            return client.get(self.url(name))

        def upload(self, data, name="roster.xlsx"):
            file = SimpleUploadedFile(name, data)
            return client.post(self.url("import"), {"import_file": file, "format": "0", "resource": "0"})

        def confirm(self, preview, **extra):
            form = preview.context["confirm_form"].initial
            return client.post(self.url("process_import"), {**form, **extra})

        def bring_in(self, data):
            return self.confirm(self.upload(data))

    return Page


def problems(response):
    """Return (row, column, code) of every problem on a result page."""
    wrong = response.context["result"].plan.wrong
    return [(reading.number, problem.column, problem.code) for reading in wrong for problem in reading.problems]


def form_error(response):
    return response.context["form"].errors["import_file"][0]
