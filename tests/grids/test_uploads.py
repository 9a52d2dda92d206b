from django.core.cache import caches

from grids.models import GridMember
from grids.resources.uploads import CACHE, KEPT_SECONDS, WaitingUpload
from tests.grids.conftest import member_cells, workbook

cache = caches[CACHE]


def waiting(preview, user):
    return WaitingUpload(user.pk, "gridmember", preview.context["confirm_form"].initial["import_file_name"])


def test_an_upload_waits_encrypted_and_not_for_long(page, manager, grids):
    data = workbook(member_cells(1))
    upload = waiting(page(manager).upload(data), manager)
    assert upload.read() == ("roster.xlsx", data)
    assert "roster" not in cache.get(upload.key)
    assert 0 < cache._cache.get_client().ttl(cache.make_key(upload.key)) <= KEPT_SECONDS


def test_a_confirmed_upload_is_gone_and_cannot_be_confirmed_twice(page, manager, grids):
    pages = page(manager)
    preview = pages.upload(workbook(member_cells(1)))
    pages.confirm(preview)
    assert cache.get(waiting(preview, manager).key) is None
    assert pages.confirm(preview).url == pages.url("import")


def test_a_discarded_upload_is_gone(page, manager, grids):
    pages = page(manager)
    preview = pages.upload(workbook(member_cells(1)))
    assert pages.confirm(preview, _discard="1").url == pages.url("changelist")
    assert cache.get(waiting(preview, manager).key) is None
    assert not GridMember.objects.exists()


def test_a_confirmation_without_an_upload_leads_back(page, client, manager, grids):
    pages = page(manager)
    assert client.post(pages.url("process_import")).url == pages.url("import")
    assert client.post(pages.url("process_import"), {"import_file_name": "../../etc/passwd"}).url == pages.url("import")
