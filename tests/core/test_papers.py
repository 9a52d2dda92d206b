"""Papers of offices: forms that are refused or filled, and many of them as one file."""

import io
import os
import select
import socket
import subprocess
import sys
import zipfile
from contextlib import suppress

import pytest
from docx import Document
from docx.shared import Mm
from pypdf import PdfReader, PdfWriter

from core.papers import office, printing
from core.papers.examining import TEMPLATE_BYTES, template_faults
from core.papers.fields import Field, sample_values
from core.papers.filling import PaperIncomplete, TemplateUnfit, fill_paper
from core.papers.layout import Grid, Layout, Rows, Text, compose
from core.papers.printing import NotPrinted, Part, can_print, packed, picture_page, to_pdf
from core.papers.reading import read_template
from tests.corpus.attached import picture

PARTIES = Field(
    "parties", "当事人", "", columns=(Field("name", "姓名", "张三（示例）"), Field("unit", "单位", "某村（示例）"))
)
FIELDS = (
    Field("number", "编号", "(2026)枫桥人调字第0001号"),
    Field("facts", "主要事实", "楼上漏水（示例）"),
    Field("note", "备注", "无", is_required=False),
    PARTIES,
)
BLOCKS = [
    Rows("parties", [("姓名", "name"), ("单位", "unit")]),
    Grid([("主要事实", "{{ facts }}"), ("备注", "{{ note }}", "编号", "{{ number }}")]),
]
HOSTILE = "欧阳" * 30 + " <w:p>&amp; {{ facts }} 「楼上」 😀 \x07\x00"
SEEN = "欧阳" * 30 + " <w:p>&amp; {{ facts }} 「楼上」 😀 "


def _form(*texts, blocks=BLOCKS):
    return compose(Layout("调解协议书", [*blocks, *map(Text, texts)], number="{{ number }}"))


def _faults(template):
    return template_faults(template, name="form.docx", fields=FIELDS)


def _texts(document):
    read = Document(io.BytesIO(document))
    cells = {cell._tc: cell.text for table in read.tables for row in table.rows for cell in row.cells}
    return [*(paragraph.text for paragraph in read.paragraphs), *cells.values()]


def _with_part(template, name, change):
    """Return a document one part of which was changed."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as old, zipfile.ZipFile(output, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return output.getvalue()


def test_a_form_with_all_that_its_paper_must_show_may_serve():
    assert _faults(_form()) == []


def test_a_paper_shows_every_value_to_the_letter_and_a_row_for_each_party():
    parties = [{"name": HOSTILE, "unit": "甲"}, {"name": "李四（示例）", "unit": "乙"}]
    paper = fill_paper(_form(), {"number": 7, "facts": HOSTILE, "parties": parties}, fields=FIELDS)
    texts = _texts(paper)
    assert (texts[:2], texts.count(SEEN)) == (["调解协议书", "7"], 2)
    assert [text for text in texts if text in {"李四（示例）", "甲", "乙"}] == ["甲", "李四（示例）", "乙"]


def test_a_line_break_stays_one():
    values = {**sample_values(FIELDS), "facts": "一\r\n二"}
    assert "一\n二" in _texts(fill_paper(_form(), values, fields=FIELDS))


@pytest.mark.parametrize(("key", "value"), [("facts", " \n"), ("parties", []), ("number", "")])
def test_a_paper_with_an_empty_field_that_it_must_show_is_refused_by_name(key, value):
    with pytest.raises(PaperIncomplete) as refused:
        fill_paper(_form(), {**sample_values(FIELDS), key: value}, fields=FIELDS)
    assert next(str(field.label) for field in FIELDS if field.key == key) in str(refused.value)


def test_every_empty_field_is_named_at_once_and_nought_is_none():
    with pytest.raises(PaperIncomplete) as refused:
        fill_paper(_form(), {"number": 0}, fields=FIELDS)
    assert refused.value.params["missing"] == "主要事实、当事人"


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ facts.__class__ }}",
    "{{ facts|upper }}",
    "{{ facts() }}",
    "{{ facts[0] }}",
    "{{ 7*7 }}",
    "{%- import 'os' as os %}",
    "{% include 'a' %}",
    "{% set a = facts %}",
    "{% if facts %}a{% endif %}",
    "{% for a in facts.__class__.__mro__ %}a{% endfor %}",
    "{% for a, b in parties %}a{% endfor %}",
    "{% for a in parties if a %}a{% endfor %}",
    "{% for a in parties %}{% for b in parties %}b{% endfor %}{% endfor %}",
    "{% for a in parties %}{{ loop.index }}{% endfor %}",
    "{% raw %}a{% endraw %}",
    "{# a #}",
    "{{r facts }}",
    "{{p facts }}",
    "{% cellbg facts %}",
    "{% colspan facts %}",
    "{% vm %}",
    "{{ facts",
    "{% for a in parties %}a",
    "{% endfor %}",
]


@pytest.mark.parametrize("code", ESCAPES)
def test_code_in_a_form_is_refused_when_it_is_read_and_when_it_is_filled(code):
    template = _form(code)
    assert read_template(template).faults != []
    with pytest.raises(TemplateUnfit):
        fill_paper(template, sample_values(FIELDS), fields=FIELDS)


@pytest.mark.parametrize(
    "blank", ["{{ telephone }}", "{{ lipsum }}", "{% for a in parties %}{{ a.phone }}{% endfor %}"]
)
def test_a_form_that_asks_for_what_its_paper_does_not_have_is_never_filled(blank):
    assert len(_faults(_form(blank))) == 1
    with pytest.raises(TemplateUnfit):
        fill_paper(_form(blank), sample_values(FIELDS), fields=FIELDS)


def test_all_faults_of_a_form_are_told_at_once():
    faults = _faults(_form("{{ 7*7 }}", "{{ telephone }}", "{% if facts %}", "{{ facts.upper }}"))
    assert len(faults) == 4
    assert ["7 * 7" in faults[0], "if facts" in faults[1], "facts . upper" in faults[2]] == [True] * 3
    assert "telephone" in faults[3]


def test_a_form_without_a_blank_that_its_paper_must_show_is_refused():
    faults = _faults(_form(blocks=BLOCKS[1:]))
    assert len(faults) == 1
    assert "当事人" in faults[0]
    assert "for row in parties" in faults[0]


def test_a_column_that_a_table_does_not_have_is_refused():
    faults = _faults(_form(blocks=[Rows("parties", [("电话", "phone")]), BLOCKS[1]]))
    assert ["parties.phone" in fault for fault in faults] == [True]


def test_rows_that_begin_in_a_table_and_end_outside_are_refused_and_never_filled():
    torn = _form("{% endfor %}", blocks=[*BLOCKS, Grid([("当事人", "{% for row in parties %}")])])
    assert [code for code, _what in read_template(torn).faults] == ["broken"]
    with pytest.raises(TemplateUnfit):
        fill_paper(torn, sample_values(FIELDS), fields=FIELDS)


def test_a_placeholder_where_none_is_filled_is_refused():
    template = _with_part(
        _form(), "word/styles.xml", lambda xml: xml.replace(b"<w:docDefaults>", b"<w:docDefaults>{{ facts }}")
    )
    assert [code for code, _what in read_template(template).faults] == ["place"]


def test_a_placeholder_inside_the_markup_is_refused():
    template = _with_part(
        _form(), "word/document.xml", lambda xml: xml.replace(b'w:ascii="', b'w:ascii="{{ facts }}', 1)
    )
    assert "place" in [code for code, _what in read_template(template).faults]


@pytest.mark.parametrize(
    ("template", "name"),
    [(b"", "form.docx"), (b"text", "form.txt"), (b"PK\x03\x04", "form.docx"), (b"0" * (TEMPLATE_BYTES + 1), "a")],
)
def test_what_is_no_document_has_that_one_fault(template, name):
    assert len(template_faults(template, name=name, fields=FIELDS)) == 1


def test_a_document_with_macros_has_that_one_fault():
    template = _form()
    output = io.BytesIO(template)
    with zipfile.ZipFile(output, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"program")
    assert len(_faults(output.getvalue())) == 1


def test_the_form_has_the_margins_and_fonts_of_official_papers():
    document = Document(io.BytesIO(_form("正文")))
    page = document.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert (round(page.page_width / Mm(1)), round(page.page_height / Mm(1))) == (210, 297)
    assert document.paragraphs[0].runs[0].font.name == "方正小标宋简体"
    assert document.paragraphs[-1].runs[0].font.name == "仿宋_GB2312"


def test_seal_and_day_stay_on_one_page_with_the_last_words_of_the_text():
    body = [Text("一"), Text("二"), Text("（盖章）", align="right"), Text("日期", align="right")]
    paragraphs = Document(io.BytesIO(compose(Layout("意见书", body)))).paragraphs
    kept = {paragraph.text: bool(paragraph.paragraph_format.keep_with_next) for paragraph in paragraphs}
    assert kept == {"意见书": False, "一": False, "二": True, "（盖章）": True, "日期": False}


def test_a_folder_holds_the_documents_in_their_order():
    with zipfile.ZipFile(io.BytesIO(packed([("封面.docx", b"1"), ("证据.pdf", b"2")]))) as folder:
        assert [(name, folder.read(name)) for name in folder.namelist()] == [
            ("01 封面.docx", b"1"),
            ("02 证据.pdf", b"2"),
        ]


def _scan():
    """Return a PDF of one empty page, as a scanner writes it."""
    output = io.BytesIO()
    with PdfWriter() as writer:
        writer.add_blank_page(width=595, height=842)
        writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("sent", [b"%PDF-1.7 nothing", b"", _scan()[:-200]])
def test_a_pdf_that_cannot_be_joined_is_told(sent):
    with pytest.raises(NotPrinted):
        to_pdf([Part(sent, is_pdf=True)])


@pytest.mark.skipif(not can_print(), reason="LibreOffice is not installed")
def test_documents_become_one_pdf_in_their_order():
    parts = [Part(compose(Layout("AAA", []))), Part(_scan(), is_pdf=True), Part(picture_page(picture()))]
    pdf = PdfReader(io.BytesIO(to_pdf(parts)))
    assert ["".join(page.extract_text().split())[:3] for page in pdf.pages] == ["AAA", "", ""]
    assert [len(page.images) for page in pdf.pages] == [0, 0, 1]


def _stand_in(monkeypatch, folder, script):
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize("script", ["exit 0", "exit 1", "tail -f /dev/null", 'echo no > "$PWD/0000.pdf"'])
def test_an_office_program_that_dies_hangs_or_writes_nonsense_is_told(monkeypatch, tmp_path, script):
    _stand_in(monkeypatch, tmp_path, script)
    with pytest.raises(NotPrinted):
        to_pdf([Part(b"")], seconds=1)


def test_what_an_office_program_started_ends_with_it(monkeypatch, tmp_path):
    _stand_in(monkeypatch, tmp_path, f"tail -f /dev/null & echo $! > {tmp_path}/started; exit 0")
    with pytest.raises(NotPrinted):
        to_pdf([Part(b"")], seconds=1)
    with suppress(ProcessLookupError):
        started = os.pidfd_open(int((tmp_path / "started").read_text()))
        assert select.select([started], [], [], 5)[0] == [started]
        os.close(started)


def test_without_an_office_program_there_is_no_pdf(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not can_print()
    with pytest.raises(NotPrinted):
        to_pdf([Part(b"")])


def test_nothing_stays_of_what_was_printed(monkeypatch, tmp_path):
    monkeypatch.setattr(printing, "_NEVER_ON_A_DISK", tmp_path / "memory")
    (tmp_path / "memory").mkdir()
    _stand_in(monkeypatch, tmp_path, "exit 0")
    with pytest.raises(NotPrinted):
        to_pdf([Part(b"secret")], seconds=1)
    assert list((tmp_path / "memory").iterdir()) == []


def test_what_makes_the_pdf_reaches_nobody():
    with socket.create_server(("127.0.0.1", 0)) as server:
        reach = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)"
        assert subprocess.run([sys.executable, "-c", reach], check=False).returncode == 0
        call = [sys.executable, office.__file__, "5", sys.executable, "-c", reach]
        assert subprocess.run(call, check=False, capture_output=True).returncode != 0
