import pytest

from core.models import NumberSeries
from core.paginator import COUNT_CAP, CappedPaginator


def _series(count):
    NumberSeries.objects.bulk_create(NumberSeries(scope=str(index), year=2026, last_number=1) for index in range(count))
    return NumberSeries.objects.order_by("pk")


@pytest.mark.parametrize(("rows", "counted"), [(0, 0), (3, 3), (COUNT_CAP, COUNT_CAP), (COUNT_CAP + 50, COUNT_CAP + 1)])
def test_the_count_is_exact_up_to_the_cap_and_says_one_more_beyond(db, rows, counted):
    assert CappedPaginator(_series(rows), 50).count == counted


def test_counting_reads_no_more_rows_than_the_cap(db, django_assert_num_queries):
    paginator = CappedPaginator(_series(3), 50)
    with django_assert_num_queries(1) as captured:
        assert (paginator.count, paginator.count) == (3, 3)
    assert f"LIMIT {COUNT_CAP + 1}" in captured[0]["sql"]
