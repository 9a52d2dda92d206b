from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from centers.models import Center
from centers.services.load_divisions import load_divisions
from core.errors import InvalidFile
from tests.centers.conftest import TREE, as_file

SHAOXING = Path(__file__).parents[2] / "centers" / "data" / "divisions_shaoxing.csv"


def rows():
    return list(
        Center.objects.order_by("code").values_list("code", "name", "level", "parent__code", "path", "is_current")
    )


def refusal(*lines):
    before = rows()
    with translation.override("en"), pytest.raises(InvalidFile) as caught:
        load_divisions(as_file(*lines))
    assert rows() == before
    return caught.value.problems


def test_divisions_become_a_tree_whose_paths_name_every_ancestor(tree):
    village = tree["330681109200"]
    assert village.path == "3306/330681/330681109/330681109200/"
    assert (village.parent, village.level, village.name) == (tree["330681109"], "village", "枫源村")


def test_the_order_of_the_lines_does_not_matter(load):
    load(*reversed(TREE))
    assert Center.objects.get(code="330681109200").path == "3306/330681/330681109/330681109200/"


def test_everything_new_is_reported_with_its_name(load):
    loaded = load(*TREE)
    assert (loaded.lines, loaded.created.count, loaded.unchanged) == (6, 6, 0)
    assert loaded.created.names[0] == "绍兴市 3306"


def test_the_names_of_many_divisions_are_not_listed(load):
    towns = [f"330681{number},第{number}镇,town,330681" for number in range(120, 141)]
    created = load(*TREE, *towns).created
    assert (created.count, created.names) == (27, ())


def test_a_second_load_of_the_same_file_finds_everything_unchanged(load, tree):
    loaded = load(*TREE)
    assert (loaded.unchanged, loaded.created.count, loaded.missing.count) == (6, 0, 0)


def test_a_second_load_of_the_same_file_writes_nothing(load, tree):
    before = written()
    load(*TREE)
    assert written() == before


def written():
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, xmin::text, xmax::text, ctid::text FROM centers_center ORDER BY code")
        return cursor.fetchall()


def test_a_new_name_is_taken_over_and_told_beside_the_old_one(load, tree):
    loaded = load(*TREE[:3], "330681109,枫桥街道,town,330681", *TREE[4:])
    assert loaded.renamed.names == ("枫桥镇 → 枫桥街道 330681109",)
    assert Center.objects.get(code="330681109").name == "枫桥街道"
    assert loaded.unchanged == 5


def test_a_moved_town_takes_its_villages_along(load, tree):
    loaded = load(*TREE[:3], "330681109,枫桥镇,town,330602", *TREE[4:])
    assert loaded.moved.names == ("枫桥镇 330681109 330681 → 330602",)
    assert Center.objects.get(code="330681109200").path == "3306/330602/330681109/330681109200/"
    assert Center.objects.get(code="330681109").parent == tree["330602"]


def test_villages_that_the_file_leaves_out_move_with_their_town(load, tree):
    load("330681109,枫桥镇,town,330602")
    village = Center.objects.get(code="330681109200")
    assert (village.path, village.is_current) == ("3306/330602/330681109/330681109200/", False)


def test_a_new_village_of_a_moved_town_gets_the_new_path(load, tree):
    load("330681109,枫桥镇,town,330602", TREE[4], "330681109201,新村,village,330681109")
    assert Center.objects.get(code="330681109201").path == "3306/330602/330681109/330681109201/"


def test_a_division_that_left_the_file_is_kept_listed_and_no_longer_current(load, tree):
    loaded = load(*TREE[:5])
    assert loaded.missing.names == ("赵家镇 330681110",)
    assert not Center.objects.get(code="330681110").is_current


def test_a_missing_division_is_listed_again_without_being_written_again(load, tree):
    load(*TREE[:5])
    before = written()
    assert load(*TREE[:5]).missing.count == 1
    assert written() == before


def test_a_division_that_is_back_in_the_file_is_current_again(load, tree):
    load(*TREE[:5])
    loaded = load(*TREE)
    assert (loaded.returned.names, loaded.missing.count) == (("赵家镇 330681110",), 0)
    assert Center.objects.get(code="330681110").is_current


def test_a_file_about_one_county_leaves_the_rest_alone(load, tree):
    loaded = load(TREE[2], TREE[3], TREE[4])
    assert loaded.missing.names == ("赵家镇 330681110",)
    assert Center.objects.get(code="330602").is_current


def test_a_top_line_without_a_parent_stays_under_the_parent_it_has(load, tree):
    loaded = load("330681,诸暨市,county,", *TREE[3:])
    assert (loaded.unchanged, loaded.moved.count) == (4, 0)
    assert Center.objects.get(code="330681").path == "3306/330681/"


def test_a_root_finds_its_place_when_the_level_above_arrives_later(load, tree):
    load("33,浙江省,province,", "3306,绍兴市,city,33", *TREE[1:])
    assert Center.objects.get(code="330681109200").path == "33/3306/330681/330681109/330681109200/"


def test_a_code_need_not_begin_with_its_parents_code(load, tree):
    load(*TREE, "330999001,飞地镇,town,330602")
    assert Center.objects.get(code="330999001").path == "3306/330602/330999001/"


def test_a_byte_order_mark_quotes_spaces_and_empty_lines_do_no_harm(db):
    file = [b"\xef\xbb\xbf" + b'"code",name,level,parent_code\n', '"3306"," 绍兴市 ",city,\n'.encode(), b"\n", b",,,\n"]
    assert load_divisions(file).lines == 1
    assert Center.objects.get().name == "绍兴市"


def test_the_divisions_of_shaoxing_load_as_they_are(db):
    with SHAOXING.open("rb") as file:
        loaded = load_divisions(file)
    assert (loaded.lines, loaded.created.count) == (2278, 2278)
    assert list(Center.objects.filter(level="county").values_list("name", flat=True))[:2] == ["越城区", "柯桥区"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("330681111,东和乡,town,330699", "The parent 330699 is neither in the file nor in the system."),
        ("330681110,赵家镇,town,330681", "The code 330681110 stands in line 7 already."),
        ("33068111x,东和乡,town,330681", 'The code "33068111x" is not made of digits alone.'),
        ("３３０６８１１１１,东和乡,town,330681", "is not made of digits alone."),
        ("33068111,东和乡,town,330681", "The code 33068111 has 8 digits; at the level Town it must have 9."),
        ("330681111,东和乡,township,330681", 'The level "township" is unknown.'),
        ("330681111,东和乡,town,3306", "The parent 3306 has the level City; right above Town stands County."),
        ("34,安徽省,province,3306", "A province belongs to nothing."),
        ("330681111,,town,330681", "The name is missing."),
        (f"330681111,{'长' * 61},town,330681", "The name has 61 characters; at most 60 fit."),
        ("330681111,东和乡,town", "This line has 3 columns and must have 4."),
        ("330681111,东和乡,town,330681,", "This line has 5 columns and must have 4."),
        ('330681111,"东和乡,town,330681', "The quotation marks do not match."),
        ("330681111,东\0和乡,town,330681", "This line holds a character that is not text."),
        ("330681111,东和乡,town,", "330681111 names no parent and is not at the file's top level."),
    ],
)
def test_a_bad_line_is_refused_in_words_and_nothing_is_written(tree, line, text):
    ((number, told),) = refusal(*TREE[:5], "330681110,新名镇,town,330681", line)
    assert number == 8
    assert text in told


def test_a_line_in_another_encoding_is_refused(tree):
    with translation.override("en"), pytest.raises(InvalidFile) as caught:
        load_divisions([*as_file(*TREE), "330681111,东和乡,town,330681\n".encode("gb18030")])
    assert caught.value.problems == [(8, "This line is not UTF-8. Save the file as CSV UTF-8 and load it again.")]
    assert Center.objects.count() == 6


def test_a_file_without_header_is_told_so_together_with_its_other_problems(db):
    with translation.override("en"), pytest.raises(InvalidFile) as caught:
        load_divisions(as_file("330602,,county,3306", header=TREE[0]))
    assert [line for line, _ in caught.value.problems] == [1, 2]
    assert "The first line must read" in caught.value.problems[0][1]


def test_a_file_with_another_header_is_told_only_that(db):
    with pytest.raises(InvalidFile) as caught:
        load_divisions(as_file(*TREE, header="name,code"))
    assert [line for line, _ in caught.value.problems] == [1]


@pytest.mark.parametrize("file", [[], as_file()])
def test_a_file_without_divisions_is_no_success(db, file):
    with pytest.raises(InvalidFile):
        load_divisions(file)


def test_all_bad_lines_are_told_at_once_in_the_order_of_the_file(tree):
    problems = refusal("330681109,,town,330681", "", "33068,甲,town,330681", "330681110,赵家镇,hamlet,330681")
    assert [line for line, _ in problems] == [2, 4, 5]


def test_one_broken_line_does_not_condemn_the_lines_below_it(db):
    problems = refusal(*TREE[:3], "330681109,枫桥镇,town", TREE[4])
    assert [line for line, _ in problems] == [5]


def test_a_thousand_problems_are_told_and_the_rest_counted(db):
    with pytest.raises(InvalidFile) as caught:
        load_divisions(as_file(*[f"x{number},甲,town," for number in range(1200)]))
    assert (len(caught.value.problems), caught.value.params["more"]) == (1000, 200)


def test_the_number_of_statements_does_not_grow_with_the_file(db):
    counts = []
    for lines in (TREE[:1], TREE):
        with CaptureQueriesContext(connection) as captured:
            load_divisions(as_file(*lines))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_command_tells_what_the_file_did(db):
    out = StringIO()
    call_command("load_divisions", str(SHAOXING), stdout=out)
    assert "divisions_shaoxing.csv" in out.getvalue()
    assert "2278" in out.getvalue()


def test_the_command_names_few_divisions_one_a_line(tree, tmp_path):
    path, out = tmp_path / "new.csv", StringIO()
    path.write_bytes(b"".join(as_file(*TREE, "330681111,东和乡,town,330681", "330681112,岭北镇,town,330681")))
    call_command("load_divisions", str(path), stdout=out)
    assert out.getvalue().splitlines()[-2:] == ["    东和乡 330681111", "    岭北镇 330681112"]


def test_the_command_prints_every_bad_line_and_fails(db, tmp_path):
    path, err = tmp_path / "bad.csv", StringIO()
    path.write_bytes(b"".join(as_file("3306,,city,", "33x,,city,")))
    with pytest.raises(CommandError):
        call_command("load_divisions", str(path), stderr=err)
    assert len(err.getvalue().splitlines()) == 3


def test_the_command_says_when_there_are_too_many_problems_to_print(db, tmp_path):
    path, err = tmp_path / "bad.csv", StringIO()
    path.write_bytes(b"".join(as_file(*[f"x{number},甲,town," for number in range(1001)])))
    with pytest.raises(CommandError):
        call_command("load_divisions", str(path), stderr=err)
    *lines, last = err.getvalue().splitlines()
    assert (len(lines), "1" in last) == (1000, True)


def test_the_command_says_that_it_cannot_read_a_file(db, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        call_command("load_divisions", str(tmp_path / "nowhere.csv"))
