"""The placeholders of a template, as the one who fills it will see them. It knows no Django and runs in a child, too.

Allowed are ``{{ field }}``, and rows or paragraphs repeated for each row of a table:
``{%tr for row in table %}``, ``{{ row.column }}``, ``{%tr endfor %}``.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

LANGUAGE: Final = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
LANGUAGE.globals.clear()
_STRICT: Final = etree.XMLParser(resolve_entities=False, no_network=True)
_FOOTNOTES: Final = "footnotes+xml"
_ENDS: Final = {
    "variable_begin": "variable_end",
    "block_begin": "block_end",
    "comment_begin": "comment_end",
    "raw_begin": "raw_end",
}
_TAG: Final = re.compile(r"<[^>]*>")
_IN_A_TAG: Final = re.compile(r"<[^<>]*\{[{%#]")
# What docxtpl would put in the place of a whole run, cell or paragraph, or carry out besides the language itself.
_SHORTHAND: Final = re.compile(r"\{\{(?:tr|tc|p|r)\s[^}]*\}\}|\{%-?\s*(?:r|tc|vm|hm|cellbg|colspan)\b[^%]*%\}")
_MARK: Final = re.compile(r"\{[{%#].{0,40}", re.DOTALL)
_SHOWN: Final = 60  # characters of what is wrong


@dataclass(slots=True)
class Reading:
    """What a template asks for: fields, ``table.column`` for the cells of its rows, and faults by code and place."""

    fields: set[str] = field(default_factory=set)
    cells: set[str] = field(default_factory=set)
    faults: list[tuple[str, str]] = field(default_factory=list)


class Filling(DocxTemplate):
    """A template that is filled as text: no part of it may come out as anything but whole XML."""

    def patch_xml(self, src_xml: str) -> str:
        """Return a part made ready for the language; a shorthand of docxtpl's comes out as what is not allowed."""
        shorthand = _SHORTHAND.search(_TAG.sub("", src_xml))
        ready: str = super().patch_xml(src_xml)
        return f"{{{{ '{shorthand[0].strip('{}%')}' }}}}{ready}" if shorthand else ready

    def render_xml_part(self, src_xml: str, part: Any, context: Mapping[str, Any], jinja_env: Any = None) -> str:
        """Return a part with its blanks filled. Raises ValueError for one whose placeholders are not allowed."""
        if read_part(src_xml).faults:
            raise ValueError(src_xml)
        filled: str = super().render_xml_part(src_xml, part, context, jinja_env)
        etree.fromstring(filled.encode(), _STRICT)
        return filled

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """Leave the properties of the document as they are."""


def read_template(data: bytes) -> Reading:
    """Return what a document asks for. One that cannot be read or filled has the fault ``broken``."""
    reading = Reading()
    try:
        template = Filling(io.BytesIO(data))
        for xml in _parts(template):
            _add(reading, read_part(xml))
        reading.faults += [("place", mark) for mark in _elsewhere(template)]
        if not reading.faults:
            fill(data, _something(reading))
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, TemplateError, etree.XMLSyntaxError):
        reading.faults.append(("broken", ""))
    return reading


def fill(data: bytes, values: Mapping[str, Any]) -> bytes:
    """Return the document with its blanks filled. Raises ValueError and its kin for one that was never examined."""
    template = Filling(io.BytesIO(data))
    template.render(values, LANGUAGE)
    output = io.BytesIO()
    template.save(output)
    return output.getvalue()


def read_part(xml: str) -> Reading:
    """Return what one part asks for, made ready for the language by ``docxtpl``."""
    reading = Reading()
    reading.faults += [("place", _TAG.sub("", found[0])[:_SHOWN]) for found in _IN_A_TAG.finditer(xml)]
    loops: list[tuple[str, str]] = []
    try:
        for words in _tags(xml):
            _read_tag(words, loops, reading)
    except TemplateSyntaxError as error:
        reading.faults.append(("broken", _mark(xml, error.lineno)))
    if loops:
        reading.faults.append(("open", f"for {loops[-1][0]} in {loops[-1][1]}"))
    return reading


def _read_tag(words: list[str], loops: list[tuple[str, str]], reading: Reading) -> None:
    match words:
        case ["for", row, "in", table] if not loops and row.isidentifier() and table.isidentifier():
            loops.append((row, table))
            reading.fields.add(table)
        case ["endfor"] if loops:
            loops.pop()
        case ["{{", row, ".", column] if loops and row == loops[-1][0] and column.isidentifier():
            reading.cells.add(f"{loops[-1][1]}.{column}")
        case ["{{", name] if name.isidentifier():
            reading.fields.add(name)
        case _:
            reading.faults.append(("code", " ".join(word for word in words if word != "{{")[:_SHOWN]))


def _tags(xml: str) -> Iterator[list[str]]:
    """Yield the words of each tag as the language reads them, a placeholder with its opening first."""
    words: list[str] = []
    until = ""
    for _line, kind, text in LANGUAGE.lex(xml):
        if kind == until:
            yield words
            until = ""
        elif kind in _ENDS:
            until, words = _ENDS[kind], {"variable_begin": ["{{"], "block_begin": []}.get(kind, [text])
        elif until and kind != "whitespace":
            words.append(text)
    if until:
        yield words  # a beginning without an end


def _parts(template: Filling) -> Iterator[str]:
    """Yield the parts that are filled, each made ready for the language."""
    template.render_init()
    yield template.patch_xml(template.get_xml())
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part))
    for part in template.docx.part.package.iter_parts():
        if part.content_type.endswith(_FOOTNOTES):
            yield template.patch_xml(part.blob.decode())


def _elsewhere(template: Filling) -> Iterator[str]:
    """Yield the placeholders in parts that are never filled: comments, endnotes, drawings."""
    for part in template.docx.part.package.iter_parts():
        name, kind = str(part.partname), part.content_type
        is_filled = name == "/word/document.xml" or kind.endswith(("header+xml", "footer+xml", _FOOTNOTES))
        if name.startswith("/word/") and kind.endswith("xml") and not is_filled:
            found = _MARK.search(_TAG.sub("", part.blob.decode(errors="replace")))
            if found:
                yield found[0]


def _something(reading: Reading) -> dict[str, Any]:
    """Return values with which a template must come out whole."""
    rows: dict[str, dict[str, str]] = {}
    for cell in reading.cells:
        table, _dot, column = cell.partition(".")
        rows.setdefault(table, {})[column] = "例"
    return {name: [rows[name]] * 2 if name in rows else "例" for name in reading.fields}


def _add(reading: Reading, part: Reading) -> None:
    reading.fields |= part.fields
    reading.cells |= part.cells
    reading.faults += part.faults


def _mark(xml: str, line: int) -> str:
    marks: Iterable[re.Match[str]] = _MARK.finditer(_TAG.sub("", "\n".join(xml.splitlines()[line - 1 :])))
    return next((found[0] for found in marks), "")[:_SHOWN]
