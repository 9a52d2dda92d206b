import pytest

from centers.models import Center
from centers.services.load_divisions import load_divisions

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
