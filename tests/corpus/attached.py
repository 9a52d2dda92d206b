"""What people might attach to a matter, in good faith or bad: each file with its name and its verdict."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import partial

from PIL import Image, PngImagePlugin

from tests.corpus import xls

CANARY = b"CANARY"
PAGE = b"<html><script>alert('CANARY')</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@dataclass(frozen=True)
class Sent:
    """One file as it is sent: ``verdict`` is its kind, or the codes of which one is its refusal."""

    what: str
    name: str
    data: bytes
    verdict: str | frozenset


def pdf(*objects, header=b"%PDF-1.7\n", tail=b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"):
    return header + b"1 0 obj<</Type/Catalog>>endobj\n" + b"\n".join(objects) + b"\n" + tail


def packed(content, says=b"/Type/ObjStm/Filter/FlateDecode"):
    body = zlib.compress(content)
    return b"7 0 obj<<%s/Length %d>>stream\n%s\nendstream endobj" % (says, len(body), body)


def pdfs():
    action = b"2 0 obj<</S/JavaScript/JS(app.alert\\(1\\))>>endobj"
    yield "a page", pdf(packed(b"BT (text) Tj ET", b"/Filter/FlateDecode")), "pdf"
    yield "a script", pdf(action), "scripts"
    yield "a script spelled in numbers", pdf(b"2 0 obj<</S/#4aava#53cript>>endobj"), "scripts"
    yield "a script in packed objects", pdf(packed(action)), "scripts"
    yield "a script packed as something else", pdf(packed(action, b"/Subtype/Image")), "scripts"
    yield "a script across the pieces", pdf(packed(b" " * (1024**2 - 5) + b"/JavaScript ")), "scripts"
    yield "packed objects in disguise", pdf(packed(action, b"/Type/ObjStm/DecodeParms<</Predictor 12")), "odd scripts"
    yield "a program to start", pdf(b"2 0 obj<</S/Launch/F(cmd.exe)>>endobj"), "scripts"
    yield "a form with programs", pdf(b"<</AcroForm<</XFA 3 0 R>>>>"), "scripts"
    yield "an embedded file", pdf(b"<</Names<</EmbeddedFiles 3 0 R>>>>"), "embedded"
    yield "a password", pdf(tail=b"trailer<</Encrypt 5 0 R>>\nstartxref\n9\n%%EOF"), "encrypted"
    yield "cut off", pdf()[:-20], "broken"
    yield "with an archive behind it", pdf() + archive({"a.txt": b"x"}), "pdf"
    yield "something before it", b"GIF89a" + pdf(), "picture"
    yield "words that only sound alike", pdf(b"<</Title(/JavaScripting)/Launcher 1>>"), "pdf"


def archive(parts, *, locked=False, link=False, method=zipfile.ZIP_DEFLATED):
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", method) as made:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name)
            part.external_attr = (0o120777 << 16) if link else 0
            made.writestr(part, content, compress_type=method)
    data = told.getvalue()
    return data.replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01") if locked else data


def office(main="word/document.xml", *, types=b"<Types/>", **options):
    more = options.pop("more", {})
    return archive({"[Content_Types].xml": types, main: b"<document/>"} | more, **options)


def related(kind, *, mode="External", name="word/_rels/settings.xml.rels"):
    told = (
        f'<Relationships><Relationship Type="http://x/{kind}" TargetMode="{mode}" Target="//evil/a"/></Relationships>'
    )
    return {name: told.encode()}


def documents():
    in_word = lambda **parts: office(more={f"word/{name}": content for name, content in parts.items()})  # noqa: E731 - short
    yield "a document", office(), "docx"
    yield "a link to follow", office(more=related("hyperlink")), "docx"
    yield "a drawing inside", office(more={"word/media/a.svg": SVG}), "docx"
    yield "macros", in_word(**{"vbaProject.bin": b"x"}), "macros"
    yield (
        "macros under another name",
        office(types=b'<T><O ContentType="application/vnd.ms-office.vbaProject"/></T>'),
        ("macros"),
    )
    yield "an external template", office(more=related("attachedTemplate")), "external"
    yield "an external frame, oddly spelled", office(more=related("frame", mode="exTernal")), "external"
    yield (
        "an external template in numbers",
        office(more=related("&#97;ttachedTemplate", mode="Ex&#116;ernal")),
        "external",
    )
    yield "relations in UTF-16", office(more={"word/_rels/a.rels": "<R/>".encode("utf-16")}), "odd"
    yield "a declaration", office(more={"word/_rels/a.rels": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "odd"
    yield "a page taken over", office(more=related("aFChunk", mode="Internal")), "embedded"
    yield "a hidden program", in_word(**{"embeddings/a.exe": b"MZ"}), "embedded"
    yield "a package", in_word(**{"embeddings/o.bin": b"  " + "Ole10Native".encode("utf-16-le")}), "embedded"
    yield "an ActiveX part", in_word(**{"activeX/a.bin": b"x"}), "macros"
    yield "a way out of the folder", office(more={"../../etc/passwd": b"x"}), "odd"
    yield "a link in the folder", office(link=True), "odd"
    yield "a password", office(locked=True), "encrypted"
    yield "two kinds at once", office(more={"xl/workbook.xml": b"x"}), "odd"
    yield "a bomb", office(more={"word/a.xml": b"\0" * 2**24}), "bomb"
    yield "100,000 parts", archive(dict.fromkeys(map(str, range(5000)), b""), method=0), "bomb"
    yield "cut off", office()[:-30], "broken"
    yield "a document that is not there", archive({"[Content_Types].xml": b"<T/>"}), "archive"
    yield "an archive", archive({"a.txt": b"x"}), "archive"
    yield "nested archives", archive({"a.zip": archive({"b.zip": archive({"c.exe": b"MZ"})})}), "archive"
    yield "slides", office("ppt/presentation.xml"), "document"


def by_name():
    yield "a workbook", "表.xlsx", office("xl/workbook.xml"), "xlsx"
    yield (
        "a workbook with sheets of macros",
        "表.xlsx",
        office("xl/workbook.xml", more={"xl/macrosheets/1.xml": b"x"}),
        ("macros"),
    )
    yield "a workbook with programs by name", "表.xlsm", office("xl/workbook.xml"), "mismatch"
    yield "an OFD", "文.ofd", archive({"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<D/>"}), "ofd"
    yield "an OFD with a file in it", "文.ofd", archive({"OFD.xml": b"", "Doc_0/Attachs/a.exe": b"MZ"}), "embedded"
    yield "an old workbook", "表.xls", xls.book(), "xls"
    yield "an old workbook by WPS", "表.et", xls.book(), "xls"
    yield "an old workbook, macros", "表.xls", xls.compound(xls.stream(), beside=["_VBA_PROJECT_CUR"]), "macros"
    sheet = xls.record(0x85, struct.pack("<IBBBB", 9, 0, 1, 1, 0) + b"m")
    yield "an old workbook, old macros", "表.xls", xls.compound(xls.stream(before=sheet)), "macros"
    yield "an old workbook, locked", "表.xls", xls.book(before=xls.record(0x2F, bytes(54))), "encrypted"
    yield "a new workbook, locked", "表.xlsx", xls.compound(bytes(9), "EncryptedPackage"), "encrypted"
    word = struct.pack("<H8xH", 0xA5EC, 0)
    yield "an old document", "文.doc", xls.compound(word, "WordDocument"), "doc"
    yield "an old document, macros", "文.doc", xls.compound(word, "WordDocument", beside=["Macros"]), "macros"
    yield (
        "an old document, a package",
        "文.doc",
        xls.compound(word, "WordDocument", beside=["\x01Ole10Native"]),
        "embedded",
    )
    locked = struct.pack("<H8xH", 0xA5EC, 0x0100)
    yield "an old document, locked", "文.doc", xls.compound(locked, "WordDocument"), "encrypted"
    yield "an installer", "a.msi", xls.compound(b"x", "Installer"), "document"
    yield "a broken compound", "文.doc", xls.compound(word, "WordDocument")[:520], "broken"
    yield from plain()


def plain():
    yield "a text", "说明.txt", "样本，示例\r\n".encode(), "text"
    yield "a text in GB18030", "说明.txt", "样本，示例".encode("gb18030"), "text"
    yield "a text of 5 MB", "说明.txt", "样".encode() * 1_700_000, "text"
    yield "no ending", "说明", "样本".encode(), "text"
    yield "a text in UTF-16", "说明.txt", "样本".encode("utf-16"), "unknown"
    yield "nothing", "空.txt", b"", "empty"
    yield "noise", "a.txt", bytes(range(256)) * 9, "unknown"
    yield "a page", "a.txt", PAGE, "web_page"
    yield "a page behind a text", "a.txt", "您好 ".encode() + PAGE, "web_page"
    yield "a drawing", "a.svg", SVG, "web_page"
    yield "a drawing called a picture", "a.png", b'<?xml version="1.0"?>' + SVG, "web_page"
    yield "a saved page", "a.mht", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n", "web_page"
    yield "commands", "a.bat", b"@echo off\r\ndel *.*", "mismatch"
    yield "a script of a shell", "a.txt", b"#!/bin/sh\nrm -r /", "program"
    yield "a program", "a.pdf", b"MZ\x90\0" + bytes(99), "program"
    yield "a program of Linux", "a.jpg", b"\x7fELF\x02" + bytes(99), "program"
    yield "a shortcut", "a.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(99), "program"
    yield "a RAR", "a.rar", b"Rar!\x1a\x07\0", "archive"
    yield "a 7z called a document", "a.docx", b"7z\xbc\xaf\x27\x1c", "archive"
    yield "a gz", "a.txt", b"\x1f\x8b\x08\0" + bytes(9), "archive"
    yield "an empty archive", "a.zip", b"PK\x05\x06" + bytes(18), "archive"
    yield "rich text", "a.rtf", b"{\\rtf1 {\\object\\objdata}}", "document"
    yield "a hidden ending", "合同\u202efdp.exe", pdf(), "mismatch"
    yield "two endings", "合同.pdf.exe", pdf(), "mismatch"
    box = lambda kind, content=b"": struct.pack(">I4s", 8 + len(content), kind) + content  # noqa: E731 - short
    film = box(b"ftyp", b"isom\0\0\0\0") + box(b"moov") + box(b"mdat", b"x" * 99)
    yield "a film", "a.mp4", film, "mp4"
    yield "a film cut off", "a.mp4", film[:-9], "broken"
    yield "a film called a picture", "a.jpg", film, "mismatch"
    yield "a recording", "a.m4a", film.replace(b"isom", b"M4A "), "m4a"
    yield "a film of another kind", "a.mov", film.replace(b"isom", b"qt  "), "media"
    yield "a picture of a telephone", "a.heic", film.replace(b"isom", b"heic"), "heic"
    song = (b"\xff\xfb\x90\0" + bytes(413)) * 4
    yield "a song", "a.mp3", song, "mp3"
    yield "a song with a label", "a.mp3", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + song, "mp3"
    yield "a song that is none", "a.mp3", b"ID3" + PAGE, "broken"
    yield "another sound", "a.wav", b"RIFF\0\0\0\0WAVEfmt ", "media"


def picture(kind="JPEG", size=(64, 32), mode="RGB", **options):
    told = io.BytesIO()
    Image.new(mode, size, options.pop("colour", 0)).save(told, kind, **options)
    return told.getvalue()


def upright():
    """Return a red and blue picture taken with the telephone turned, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (29.0, 42.0, 7.0)
    told, drawn = io.BytesIO(), Image.new("RGB", (200, 100), "red")
    drawn.paste("blue", (0, 0, 100, 100))
    drawn.save(told, "JPEG", exif=exif, comment=CANARY, quality=95)
    return told.getvalue()


def _sized(data, at, width, height, order="big", length=4):
    told = bytearray(data)
    for offset, side in ((0, width), (length, height)):
        told[at + offset : at + offset + length] = side.to_bytes(length, order)
    return bytes(told)


def pictures():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", CANARY.decode() * 9)
    texts.add_text("bomb", "A" * 2**20, zip=True)
    yield "turned, with its place", "a.jpg", upright(), "jpeg"
    yield "a page behind it", "a.jpeg", picture() + PAGE, "jpeg"
    yield "a page inside it", "a.jpg", picture(comment=PAGE), "jpeg"
    yield "CMYK", "a.jpg", picture(mode="CMYK"), "jpeg"
    yield "texts", "a.png", picture("PNG", pnginfo=texts), "png"
    yield "transparent", "a.png", picture("PNG", mode="RGBA"), "png"
    yield "one bit", "a.png", picture("PNG", mode="1"), "png"
    yield "sixteen bits", "a.png", picture("PNG", mode="I;16"), "png"
    yield "two frames", "a.webp", picture("WEBP", save_all=True, append_images=[Image.new("RGB", (64, 32), 9)]), "webp"
    yield "larger than a screen", "a.png", picture("PNG", (3000, 20)), "png"
    yield "called a PDF", "a.pdf", picture(), "mismatch"
    yield "cut off", "a.jpg", upright()[:-700], "broken"
    yield "nothing behind the header", "a.jpg", b"\xff\xd8\xff\xe0", "broken"
    yield "cut off, PNG", "a.png", picture("PNG", (500, 500), mode="L", compress_level=0)[:9999], "broken"
    yield "cut off, WebP", "a.webp", picture("WEBP", (500, 500))[:60], "broken"
    header = _sized(picture("PNG"), 16, 50_000, 50_000)
    yield "50,000 by 50,000 by its header", "a.png", _crc(header), "too_many_pixels"
    yield "just too many, JPEG", "a.jpg", _jpeg_sized(8000, 5001), "too_many_pixels"
    wide = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (16_000).to_bytes(3, "little") * 2 + bytes(40)
    yield "too many, WebP", "a.webp", wide, "too_many_pixels"
    yield (
        "a note that is nonsense",
        "a.jpg",
        upright().replace(b"Exif\0\0MM", b"Exif\0\0XX").replace(b"Exif\0\0II", b"Exif\0\0XX"),
        "jpeg",
    )
    yield "another kind", "a.gif", picture("GIF"), "picture"
    yield "another kind, TIFF", "a.tif", picture("TIFF"), "picture"
    yield "another kind, BMP", "a.bmp", picture("BMP"), "picture"


def _crc(png):
    return png[:29] + struct.pack(">I", zlib.crc32(png[12:29])) + png[33:]


def _jpeg_sized(width, height):
    data = picture()
    return _sized(data, data.index(b"\xff\xc0") + 5, height, width, length=2)


def _named(family, name):
    return ((what, name, data, verdict) for what, data, verdict in family())


def sent():
    """Yield all files."""
    families = {"PDF": partial(_named, pdfs, "文.pdf"), "document": partial(_named, documents, "文.docx")}
    families |= {"file": by_name, "picture": pictures}
    for family, files in families.items():
        for what, name, data, verdict in files():
            kinds = {"pdf", "docx", "xlsx", "ofd", "doc", "xls", "text", "mp4", "m4a", "mp3", "jpeg", "png", "webp"}
            yield Sent(f"{family}: {what}", name, data, verdict if verdict in kinds else frozenset(verdict.split()))
