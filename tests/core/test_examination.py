"""What is said of files that people attach: a hundred hostile and odd ones, each with its verdict."""

import io
import re
import resource
from pathlib import Path

import pytest
from PIL import Image

from core import examination
from core.confined import process
from core.confined.process import Limits
from core.confined.refusal import Refused
from core.errors import InvalidFile
from core.examination import MESSAGES, FileKind, check_size, clean_name, content_type, examine
from core.examiner import kinds, office, pdf
from tests.corpus.attached import CANARY, PAGE, Sent, picture, sent, upright

FILES = {file.what: file for file in sent()}
PARENT_KB = 64 * 1024  # what examining one file may add to the parent's peak


def _examined(file: Sent):
    return examine(file.data, name=file.name)


def _verdict(file: Sent):
    """Return what the child would say, asked here where nothing is decoded: a child of its own takes a while."""
    try:
        if kinds.is_picture(file.data):
            return _examined(file).kind
        kind = FileKind(kinds.kind_of(file.data))
        examination.check_ending(file.name, kind)
    except (InvalidFile, Refused) as refused:
        return refused.code
    return kind


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("what", FILES)
def test_every_file_ends_in_its_verdict(what):
    file, before = FILES[what], _peak()
    verdict = _verdict(file)
    assert verdict == file.verdict if isinstance(file.verdict, str) else verdict in file.verdict
    assert _peak() - before < PARENT_KB


def test_the_corpus_is_large_and_holds_files_of_both_kinds():
    refused = sum(not isinstance(file.verdict, str) for file in FILES.values())
    assert (len(FILES) > 100, refused > 60, len(FILES) - refused > 25) == (True, True, True)
    assert {file.verdict for file in FILES.values() if isinstance(file.verdict, str)} == set(FileKind.values)


ALIKE = ["PDF: a page", "PDF: a script", "document: macros", "file: an old workbook", "file: a text in GB18030"]


@pytest.mark.parametrize("what", [*ALIKE, "file: two endings", "file: nothing"])
def test_the_child_says_the_same(what):
    file = FILES[what]
    try:
        verdict = _examined(file).kind
    except InvalidFile as refused:
        verdict = refused.code
    assert verdict == _verdict(file)


def test_the_picture_that_is_shown_is_upright_and_says_nothing_of_where_it_was_taken():
    assert CANARY in upright()
    shown = examine(upright(), name="a.jpg").preview
    drawn = Image.open(io.BytesIO(shown))
    assert drawn.size == (100, 200)
    assert [max(range(3), key=drawn.getpixel((50, y)).__getitem__) for y in (20, 180)] == [2, 0]  # blue above red
    assert not drawn.getexif()
    assert CANARY not in shown


@pytest.mark.parametrize("what", ["a page behind it", "a page inside it", "texts"])
def test_the_picture_that_is_shown_holds_nothing_that_was_hidden(what):
    shown = _examined(FILES[f"picture: {what}"]).preview
    assert shown.startswith(b"\xff\xd8\xff")
    assert CANARY not in shown
    assert PAGE[:6] not in shown


def test_a_picture_is_shown_on_white_no_larger_than_a_screen():
    wide = Image.open(io.BytesIO(_examined(FILES["picture: larger than a screen"]).preview))
    clear = Image.open(io.BytesIO(_examined(FILES["picture: transparent"]).preview))
    assert (wide.width, clear.getpixel((9, 9))) == (1600, (255, 255, 255))


@pytest.mark.parametrize(("name", "program"), [("too_slow", "while True: pass"), ("broken", "print('{}')")])
def test_a_child_that_hangs_or_answers_nonsense_is_one_refused_file(monkeypatch, name, program):
    monkeypatch.setattr("core.confined.process._START", program)
    with pytest.raises(InvalidFile) as refused:
        examine(picture(), name="a.jpg", within=Limits(seconds=1))
    assert refused.value.code == name


@pytest.mark.parametrize(
    "said", ['{"refused": "made_up"}', '{"refused": "too_many_pixels", "params": {}}', '{"kind": 1}']
)
def test_a_child_that_makes_up_its_answer_is_told_in_words_all_the_same(monkeypatch, said):
    monkeypatch.setattr("core.confined.process._START", f"print('{said}')")
    with pytest.raises(InvalidFile) as refused:
        examine(picture(), name="a.jpg")
    assert str(refused.value)


def test_a_child_that_draws_no_picture_shows_none(monkeypatch):
    wrong = (
        "import json, os, sys; os.write(json.loads(sys.argv[3])['output'], b'<html>'); print('{\"kind\": \"jpeg\"}')"
    )
    monkeypatch.setattr("core.confined.process._START", wrong)
    with pytest.raises(InvalidFile):
        examine(picture(), name="a.jpg")


@pytest.mark.parametrize(("size", "is_refused"), [(20 * 1024**2, False), (20 * 1024**2 + 1, True)])
def test_a_file_is_refused_by_its_size_alone(size, is_refused):
    if not is_refused:
        check_size(size, max_bytes=20 * 1024**2)
        return
    with pytest.raises(InvalidFile, match="20 MB"):
        check_size(size, max_bytes=20 * 1024**2)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/合同.pdf", "合同.pdf"),
        ("C:\\照片\\a.jpg", "a.jpg"),
        ("合\r\n同\u202e\u200b.pdf", "合同.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("a." + "x" * 300, "x" * 120),
        ("张 三.jpg ", "张 三.jpg"),
    ],
)
def test_a_name_is_shown_without_its_path_and_without_what_is_not_seen(name, shown):
    assert clean_name(name) == shown


def test_every_refusal_has_words_in_chinese_and_no_words_are_spare():
    files = [*Path(kinds.__file__).parent.glob("*.py"), *Path(process.__file__).parent.glob("*.py")]
    said = {*re.findall(r"Refused\(\s*\"(\w+)\"", "".join(path.read_text() for path in files))}
    tables = (kinds._REFUSED, pdf._CODES, office._OTHERS)
    assert said.union(*(table.values() for table in tables)) == set(MESSAGES)
    told = [str(words) for words in MESSAGES.values()]
    assert [text for text in told if not re.search("[\u4e00-\u9fff]", text)] == []


def test_no_kind_is_told_to_a_browser_as_a_page():
    types = {content_type(kind).partition(";")[0] for kind in FileKind}
    assert not types & {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}
