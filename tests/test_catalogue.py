"""The Chinese catalogue: every text of the house is in it, whole, and it is compiled."""

import ast
import re
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import template, trans_real

CATALOGUE = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES"
ROOMS = ("cases", "centers", "config", "core", "demo", "disputes", "grids", "petitions", "supervision", "templates")
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
MARKS_IN_CONTEXT = {"pgettext", "pgettext_lazy"}
MARKED = re.compile(r"\b(?:_|gettext|ngettext)\(\s*u?(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")


def texts_of_code(path: Path) -> set[str]:
    """Return the texts that a module marks to be translated, each as the catalogue keys it."""
    return {key for node in ast.walk(ast.parse(path.read_text())) if (key := _key(node))}


def _key(node: ast.AST) -> str:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return ""
    parts = 1 if node.func.id in MARKS else 2 if node.func.id in MARKS_IN_CONTEXT else 0
    return "\x04".join(ast.literal_eval(part) for part in node.args[:parts] if isinstance(part, ast.Constant))


def texts_of_template(path: Path) -> set[str]:
    """Return the texts that a template marks to be translated."""
    return {ast.literal_eval(found) for found in MARKED.findall(template.templatize(path.read_text()))}


def test_every_text_of_the_house_has_chinese():
    known = {
        text if isinstance(text, str) else text[0]
        for text, chinese in trans_real.translation("zh_Hans")._catalog.items()
        if chinese
    }
    files = [path for room in ROOMS for path in sorted((settings.BASE_DIR / room).rglob("*"))]
    texts = {
        (path.name, text)
        for path in files
        for read in [{".py": texts_of_code, ".html": texts_of_template}.get(path.suffix)]
        if read
        for text in read(path)
    }
    assert len(texts) > 2000
    assert {(name, text) for name, text in texts if text not in known} == set()


def test_every_text_is_translated():
    catalogue = polib.pofile(CATALOGUE / "django.po")
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete or not entry.translated()] == []


def test_the_compiled_catalogue_is_that_of_the_texts():
    texts = {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.pofile(CATALOGUE / "django.po")}
    compiled = {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.mofile(CATALOGUE / "django.mo")}
    assert compiled == texts


def test_a_translation_keeps_the_placeholders_of_its_text():
    placeholders = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\}")
    catalogue = polib.pofile(CATALOGUE / "django.po")
    assert [
        entry.msgid
        for entry in catalogue
        for text in entry.msgstr_plural.values() or [entry.msgstr]
        if set(placeholders.findall(text)) != set(placeholders.findall(entry.msgid))
    ] == []
