from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from grids.models import GridMember, RosterImport
from tests.grids.conftest import member_cells, workbook


@pytest.fixture
def run(tmp_path, manager, grids):
    def command(*rows, **options):
        file, told = tmp_path / "roster.xlsx", StringIO()
        file.write_bytes(workbook(*rows))
        try:
            call_command("import_roster", str(file), username="manager", stdout=told, **options)
        except CommandError as error:
            return told.getvalue() + str(error)
        return told.getvalue()

    return command


def test_a_dry_run_tells_what_the_page_tells_and_writes_nothing(run):
    told = run(member_cells(1), member_cells(2, 手机号码="1"), dry_run=True)
    assert "第 3 行 · 手机号码：手机号码应为 11 位" in told
    assert "共 2 行：正常 1，有提示 0，有错误 1，空行 0" in told
    assert (GridMember.objects.count(), RosterImport.objects.get().state) == (0, "discarded")


def test_a_file_with_errors_is_written_only_without_them(run):
    rows = [member_cells(1), member_cells(2, 手机号码="1")]
    assert "没有写入任何内容" in run(*rows)
    assert not GridMember.objects.exists()
    assert "已写入" in run(*rows, only_good_rows=True)
    assert GridMember.objects.count() == 1


def test_what_cannot_be_done_is_told_in_one_line(tmp_path, run, manager):
    with pytest.raises(CommandError, match="没有账号"):
        call_command("import_roster", str(tmp_path / "none.xlsx"), username="nobody")
    with pytest.raises(CommandError, match="文件无法读取"):
        call_command("import_roster", str(tmp_path / "none.xlsx"), username="manager")
