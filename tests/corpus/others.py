"""What is no workbook at all, whatever its name said."""

import base64

from tests.corpus.case import HEADERS, PEOPLE, Case, reads, refused
from tests.corpus.xlsx import MAIN, book, packed, parts, people

CELLS = "".join(f"<td>{header}</td>" for header in HEADERS)
WEB_TABLE = f"<table><tr>{CELLS}</tr></table>"
XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)
MAIL = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n"


def _texts():
    yield "a web page", f"<html><body>{WEB_TABLE}</body></html>".encode(), "web_page"
    yield "a web page in GBK", f'<html><meta charset="gbk">{WEB_TABLE}</html>'.encode("gbk"), "web_page"
    yield "a web page with its type", f"<!DOCTYPE html>\n<html>{WEB_TABLE}</html>".encode(), "web_page"
    yield "a table of a web page", WEB_TABLE.encode(), "web_page"
    yield "a web page behind a mark", b"\xef\xbb\xbf" + WEB_TABLE.encode(), "web_page"
    yield "a web page behind blank lines", b"\r\n\r\n" + WEB_TABLE.upper().encode(), "web_page"
    yield (
        "a web page as Excel saves it",
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel">{WEB_TABLE}'.encode(),
        "web_page",
    )
    yield "XHTML", f'<?xml version="1.0"?><html>{WEB_TABLE}</html>'.encode(), "web_page"
    yield "a web page in utf-16", WEB_TABLE.encode("utf-16"), "web_page"
    yield "a web archive", (MAIL + WEB_TABLE).encode(), "web_page"
    yield "XML of 2003", XML_2003.encode(), "xml_workbook"
    yield "any XML", b'<?xml version="1.0"?><a/>', "no_table"
    yield "an .xml with a declaration", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>', "no_table"
    yield "JSON", '[{"姓名": "张三"}]'.encode(), "missing_columns"
    yield "RTF", b"{\\rtf1\\ansi }", "document"
    yield "a shell script", b"#!/bin/sh\nexit 0\n", "missing_columns"


def _files():
    yield "PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "document"
    yield "PNG", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"
    yield "JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100), "picture"
    yield "GIF", b"GIF89a" + bytes(100), "picture"
    yield "BMP", b"BM" + bytes(100), "picture"
    yield "TIFF", b"II*\x00" + bytes(100), "picture"
    yield "WEBP", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture"
    yield "RAR", b"Rar!\x1a\x07\x01\x00" + bytes(100), "archive"
    yield "7z", b"7z\xbc\xaf\x27\x1c" + bytes(100), "archive"
    yield "gzip", b"\x1f\x8b\x08" + bytes(100), "archive"
    yield "a program", b"\x7fELF\x02\x01\x01" + bytes(100), "no_table"
    yield "a program of Windows", b"MZ\x90\x00" + bytes(100), "no_table"
    yield "a database", b"SQLite format 3\x00" + bytes(100), "no_table"
    yield "one byte", b"P", "missing_columns"
    yield "a text in base64", base64.b64encode(book()), "missing_columns"


def _archives():
    open_document = "application/vnd.oasis.opendocument.spreadsheet"
    yield "ods", packed({"mimetype": open_document, "content.xml": "<a/>"}), "open_document"
    yield "ods with a workbook in it", packed(parts() | {"mimetype": open_document}), "open_document"
    yield "Word", packed({"[Content_Types].xml": "", "word/document.xml": "<a/>"}), "document"
    yield "PowerPoint", packed({"[Content_Types].xml": "", "ppt/presentation.xml": "<a/>"}), "document"
    yield "xlsb", packed({"[Content_Types].xml": "", "xl/workbook.bin": b"\x00"}), "binary_workbook"
    yield "macros", packed(parts() | {"xl/vbaProject.bin": b"\x00"}), "macros"
    yield "a folder with a workbook", packed({"花名册.xlsx": book()}), "archive"
    yield "a folder in a folder", packed({"a.zip": packed({"b.zip": packed({"c.xlsx": book()})})}), "archive"
    yield "a path out of the folder", packed({"../../etc/passwd": "x"}), "archive"
    yield "an Office file of another kind", packed({"[Content_Types].xml": "", "visio/document.xml": "<a/>"}), "broken"
    yield "an encrypted package unpacked", packed({"EncryptionInfo": "", "EncryptedPackage": ""}), "encrypted"


def _readable():
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    files = {name: xml.replace(MAIN, strict) for name, xml in parts().items()}
    yield "the strict kind of .xlsx", packed(files)
    yield "a picture beside the table", packed(parts() | {"xl/media/image1.png": b"\x89PNG" + bytes(1000)})
    yield "comments and drawings", packed(parts() | {"xl/comments1.xml": f'<comments xmlns="{MAIN}"/>'})
    yield "a sheet of WPS", packed(parts() | {"xl/cellimages.xml": "<a/>", "docProps/custom.xml": "<a/>"})
    yield "a line end behind the XML", packed(parts(people() + "\n"))
    yield "a mark before the XML", packed(parts("\ufeff" + people()))


def cases():
    for family in (_texts, _files, _archives):
        yield from (
            Case(f"no workbook: {name}", lambda data=data: data, refused(code)) for name, data, code in family()
        )
    yield from (Case(f"a workbook: {name}", lambda data=data: data, reads(*PEOPLE)) for name, data in _readable())
