from datetime import date

import pytest

from centers.enums import Role
from centers.models import Center
from centers.services.load_divisions import load_divisions
from core.door.passwords import mark_as_own
from core.models import User
from tests.factories import appoint

PASSWORD = "Sample-pass-1"
HEADER = "code,name,level,parent_code"
TREE = (
    "3306,绍兴市,city,",
    "330602,越城区,county,3306",
    "330681,诸暨市,county,3306",
    "330681109,枫桥镇,town,330681",
    "330681109200,枫源村,village,330681109",
    "330681110,赵家镇,town,330681",
)


def as_file(*lines, header=HEADER):
    return [f"{line}\r\n".encode() for line in (header, *lines)]


@pytest.fixture
def load(db):
    def load_lines(*lines):
        return load_divisions(as_file(*lines))

    return load_lines


@pytest.fixture
def tree(load):
    load(*TREE)
    return {center.code: center for center in Center.objects.all()}


@pytest.fixture
def person(db):
    """Return a maker of accounts, each with the posts it is given."""

    def make(username, *posts):
        user = User.objects.create_user(username, PASSWORD, full_name=f"{username}（示例）")
        mark_as_own(user)
        for role, center in posts:
            appoint(user, role=role, center=center, starts_on=date(2026, 1, 1))
        return user

    return make


@pytest.fixture
def secadmin(tree, person):
    return person("secadmin", (Role.SECADMIN, tree["330681"]))


@pytest.fixture
def sysadmin(tree, person):
    return person("sysadmin", (Role.SYSADMIN, tree["330681"]))


@pytest.fixture
def sign_in(client):
    def as_user(user):
        client.force_login(user)
        client.get("/admin/jsi18n/")  # a stay begins with its first request, which costs more than others
        return client

    return as_user
