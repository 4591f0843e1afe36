"""Searching files for text, in whatever form a database, a log or a URL would hold it."""

import json
import sqlite3
import unicodedata
import urllib.parse
from concurrent.futures import ProcessPoolExecutor

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def needles(text):
    """Every form to look for, in lower case."""
    forms = set()
    for written in {unicodedata.normalize(form, one) for form in ("NFC", "NFD") for one in (text, text.lower())}:
        forms.update(written.encode(encoding) for encoding in ENCODINGS)
        forms.add(json.dumps(written)[1:-1].encode())               # \u00f1
        forms.add(urllib.parse.quote(written).encode())             # %C3%B1
        forms.add(written.encode().hex().encode())                  # what the log makes of text that is no UTF-8
        forms.add(unicodedata.normalize("NFC", written).encode("latin-1"))
    if len(text) == 64 and all(letter in "0123456789abcdef" for letter in text):
        forms.add(bytes.fromhex(text))                              # a token or key as it is, not as it reads
    return {form.lower() for form in forms}


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def held_by(path, forms):
    content = path.read_bytes().lower()
    return sorted({what for what, form in forms if form in content})


def find_planted(paths, texts):
    """(what, path) for each text and each file that holds it in any form; letters without regard to case."""
    forms = [(what, form) for what, text in texts.items() for form in needles(text)]
    with ProcessPoolExecutor() as pool:     # a gigabyte is looked through some six hundred times
        held = pool.map(held_by, paths, [forms] * len(paths))
        return [(what, path) for path, all_of_it in zip(paths, held) for what in all_of_it]


def plain_copies(folder, texts):
    """(description, path) of files that hold all texts in clear, for the search to prove itself on: databases without a codec, and a log."""
    for encoding in ("UTF-8", "UTF-16le", "UTF-16be"):
        path = folder / f"{encoding}.db"
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("CREATE TABLE note (what TEXT, text TEXT)")
        connection.executemany("INSERT INTO note VALUES (?, ?)", texts.items())
        connection.commit()
        connection.close()
        yield f"a plain database in {encoding}", path
    path = folder / "wal.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE note (what TEXT, text TEXT)")
    connection.executemany("INSERT INTO note VALUES (?, ?)", texts.items())
    connection.commit()
    yield "the WAL of a plain database", folder / "wal.db-wal"
    connection.close()
    path = folder / "decomposed.log"
    path.write_text("".join(json.dumps({"text": unicodedata.normalize("NFD", text)}, ensure_ascii=False) + "\n" for text in texts.values()), encoding="utf-8")
    yield "a log with decomposed letters", path
    path = folder / "escaped.log"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts.values()), encoding="ascii")
    yield "a log that escapes", path
