"""The rules of the house that a reader of the code can rely on. Each is a function from a tree to findings ("path:line: why")."""

import re
import subprocess
from pathlib import Path

PRODUCT = ("common/", "sync/", "edge/", "hub/", "provisioning/")
LAYERS = ("base", "crypto", "http", "db", "journal", "records", "render", "mail", "clinic")

# What a folder may include beside itself. `crypto` and `http` sit beside the column clinic -> records -> journal -> db -> base.
ARROWS = {
    "common/base": set(),
    "common/crypto": {"common/base"},
    "common/http": {"common/base", "common/crypto"},
    "common/db": {"common/base"},
    "common/journal": {"common/base", "common/crypto", "common/db"},
    "common/records": {"common/base", "common/crypto", "common/db", "common/journal", "common/http"},
    "common/render": {"common/base"},
    "common/mail": {"common/base", "common/crypto"},
    "common/clinic": {"common/" + layer for layer in LAYERS},
    "sync": {"common/" + layer for layer in LAYERS},
    "hub": {"common/" + layer for layer in LAYERS} | {"sync"},
    "edge": {"common/" + layer for layer in LAYERS} | {"sync"},
    "provisioning": {"common/" + layer for layer in LAYERS} | {"sync", "hub", "edge"},
}

# Folders whose sub-folders are slices: none knows another. What all of them may see of authentication is who may do what.
SLICED = ("common/clinic",)
SEEN_BY_ALL_SLICES = {"common/clinic/authentication/policy.hpp"}

MAX_LINES = 400
# Longer than a file should be, and why it is still one thing.
LONG_FILES = {}

SUFFIXES = {".cpp", ".hpp", ".py", ".ts", ".tsx", ".mjs", ".js", ".sh", ".css", ".txt", ".md", ".json", ".html", ".toml", ""}

TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|R"(?P<mark>[^()\\\s]*)\((?P<raw>.*?)\)(?P=mark)"'
    r'|"(?P<text>(?:\\.|[^"\\\n])*)"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'",
    re.S)


class Source:
    """One file: its text, and for C++ its code without comments and strings, line for line."""

    def __init__(self, root, path):
        self.path = path
        self.text = (root / path).read_text(encoding="utf-8", errors="replace")

    def code(self):
        """The text with comments and the insides of literals blanked. Include lines keep their path."""
        def blank(match):
            line = self.text.rfind("\n", 0, match.start()) + 1
            if self.text[line:match.start()].lstrip().startswith("#include"):
                return match.group()
            return re.sub(r"[^\n]", " ", match.group())
        return TOKEN.sub(blank, self.text)

    def strings(self):
        """(line, text) of each string literal; neighbours that the compiler joins are joined."""
        out, end = [], None
        for match in TOKEN.finditer(self.text):
            value = match.group("raw") if match.group("raw") is not None else match.group("text")
            if value is None:
                continue
            if end is not None and not self.text[end:match.start()].strip():
                out[-1] = (out[-1][0], out[-1][1] + value)
            else:
                out.append((self.line(match.start()), value))
            end = match.end()
        return out

    def line(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def find(self, pattern, text=None):
        for match in re.finditer(pattern, self.code() if text is None else text):
            yield f"{self.path}:{self.line(match.start())}: ", match

    def includes(self):
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', self.text, re.M):
            yield self.line(match.start()), match.group(2), match.group(1) == '"'


class Tree:
    def __init__(self, root, paths=None):
        self.root = Path(root)
        if paths is None:
            listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root, check=True,
                                     capture_output=True, text=True).stdout.split("\n")
            paths = [path for path in listing if path and (self.root / path).is_file()]
        self.paths = sorted(set(paths))
        self._sources = {}

    def source(self, path):
        if path not in self._sources:
            self._sources[path] = Source(self.root, path)
        return self._sources[path]

    def files(self, *suffixes, under=None):
        for path in self.paths:
            if Path(path).suffix in suffixes and (under is None or path.startswith(tuple(under))):
                yield self.source(path)


def folder_of(path):
    """The unit of the arrows that a path lies in: common/journal, sync, ... or None."""
    for unit in sorted(ARROWS, key=len, reverse=True):
        if path.startswith(unit + "/"):
            return unit
    return None


def includes_follow_the_arrows(tree):
    for file in tree.files(".cpp", ".hpp", under=PRODUCT):
        here = folder_of(file.path)
        for line, name, quoted in file.includes():
            there = folder_of(name) if quoted else None
            if quoted and there is None:
                yield f"{file.path}:{line}: \"{name}\" is not spelled from the root of the repository, or lies outside the product"
            elif quoted and there != here and there not in ARROWS.get(here, ()):
                yield f"{file.path}:{line}: {here or 'this folder'} must not know {there}"


def slice_of(path):
    for folder in SLICED:
        rest = path[len(folder) + 1:] if path.startswith(folder + "/") else ""
        if "/" in rest:
            return folder + "/" + rest.split("/")[0]
    return None


def slices_do_not_know_each_other(tree):
    for file in tree.files(".cpp", ".hpp", under=PRODUCT):
        here = slice_of(file.path)
        for line, name, quoted in file.includes():
            there = slice_of(name) if quoted else None
            same_layer = here and there and here.rsplit("/", 1)[0] == there.rsplit("/", 1)[0]
            if same_layer and here != there and name not in SEEN_BY_ALL_SLICES:
                yield f"{file.path}:{line}: the slice {here} must not know {there}; a rule that spans two belongs to a third"


def the_engine_of_sync_knows_no_http(tree):
    for file in tree.files(".cpp", ".hpp", under=("sync/",)):
        if file.path.startswith(("sync/routes/", "sync/transport/", "sync/node/")):
            continue
        for line, name, _ in file.includes():
            if name.startswith("common/http/") or name.startswith("curl/"):
                yield f"{file.path}:{line}: the engine takes and returns messages; HTTP is seen in routes, transport and node alone"


def libraries_stay_behind_their_doors(tree):
    for file in tree.files(".cpp", ".hpp"):
        for line, name, _ in file.includes():
            if name.startswith("boost/beast") and not re.fullmatch(r"common/http/[^/]+\.cpp", file.path):
                yield f"{file.path}:{line}: Beast is seen in the .cpp files of common/http alone"
            if name.endswith("sqlite3.h"):
                if not re.fullmatch(r"(common/db|tests/(common/db|faults|bench))/.+\.cpp", file.path):
                    yield f"{file.path}:{line}: sqlite3.h is seen in the .cpp files of common/db alone"
                elif name != "sqlcipher/sqlite3.h":
                    yield f"{file.path}:{line}: <sqlcipher/sqlite3.h>, spelled in full: the other may be stock SQLite, which ignores the key"


def time_and_chance_come_through_their_doors(tree):
    doors = {
        "common/base/clock.cpp": r"(system_clock|steady_clock)::now",
        "common/base/random.cpp": r"getrandom",
        "provisioning/demo_seed.cpp": r"sleep_for",   # a command of the operator, not a node: it waits for one
    }
    banned = (r"\b(system_clock|steady_clock|high_resolution_clock)::now\b|\brandom_device\b|\bmt19937(_64)?\b|\buniform_int_distribution\b"
              r"|\b(sleep_for|sleep_until)\b|(?<![\w:.>])(::|std::)?(sleep|usleep|nanosleep|rand|srand|gettimeofday|clock_gettime|getrandom)\s*\("
              r"|(?<![\w.>])(std::|::)?time\s*\(\s*(nullptr|NULL|0|&)")
    for file in tree.files(".cpp", ".hpp", under=PRODUCT + ("tests/simulation/",)):
        for where, match in file.find(banned):
            if not re.search(doors.get(file.path, r"(?!)"), match.group()):
                yield f"{where}{match.group().strip()}: time and chance are asked of a Clock and a Random that the constructor was given"


def no_temporary_in_a_co_await(tree):
    temporary = re.compile(r"[\w>\]]\s*\{|\(\s*\{|,\s*\{|\[(?!&?\]|&[\w, &]*\]|this\])[^\]]*\]\s*(\(|mutable|\{)")
    for file in tree.files(".cpp", ".hpp"):
        for where, match in file.find(r"co_await\b([^;]*);"):
            if temporary.search(match.group(1)):
                yield f"{where}a temporary built in a co_await expression (g++ 12 destroys it twice): name it on the line above"


def files_are_short(tree):
    for path in tree.paths:
        if Path(path).suffix not in {".cpp", ".hpp", ".py", ".ts", ".tsx", ".sh"} and path != "dev":
            continue
        lines = tree.source(path).text.count("\n")
        if path in LONG_FILES and lines <= MAX_LINES:
            yield f"{path}: not long any more: take it off the list"
        if path not in LONG_FILES and lines > MAX_LINES:
            yield f"{path}: {lines} lines, over {MAX_LINES}: is it still one thing?"


def every_source_is_built(tree):
    built = set()
    for path in tree.paths:
        if Path(path).name != "CMakeLists.txt":
            continue
        folder = Path(path).parent
        for name in re.findall(r"[\w./${}-]+\.cpp", re.sub(r"#[^\n]*", "", tree.source(path).text)):
            name = re.sub(r"^\$\{(CMAKE_SOURCE_DIR|PROJECT_SOURCE_DIR)\}/", "/", name)
            built.add(name[1:] if name.startswith("/") else str(folder / name))
    for file in tree.files(".cpp"):
        if file.path not in built:
            yield f"{file.path}: no CMakeLists.txt builds it"


def sql_is_plain(tree):
    statement = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|PRAGMA|REPLACE|WHERE|FROM)\b")
    banned = re.compile(r"\bPRAGMA\b|\browid\b|\bsqlite_\w+|\bjson_\w+\s*\(|\b(strftime|julianday|unixepoch|datetime|ifnull|printf|last_insert_rowid)\s*\("
                        r"|\bINSERT\s+OR\b|\bREPLACE\s+INTO\b|\bAUTOINCREMENT\b|\bGLOB\b|\bMATCH\b", re.I)
    for file in tree.files(".cpp", ".hpp", under=PRODUCT):
        if file.path.startswith("common/db/"):
            continue
        for line, text in file.strings():
            match = banned.search(text) if statement.search(text) else None
            if match:
                yield f"{file.path}:{line}: {match.group().strip()} is known to SQLite only: put it behind a function of common/db"


def headers_are_included_once(tree):
    for file in tree.files(".hpp"):
        if not re.search(r"^#pragma once$", file.text, re.M):
            yield f"{file.path}:1: no #pragma once"


def nothing_is_left_for_later(tree):
    word = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    for file in tree.files(*SUFFIXES):
        for where, match in file.find(word, file.text):
            yield f"{where}{match.group()}: do it, or file it as an issue"


def the_repository_names_no_machine(tree):
    place = re.compile(r"(^|[\s\"'`=(:])/(work|root|Users)/\w|https?://(deb|registry|files|proxy|archive|security|mirror|repo1)\.|\"resolved\":\s*\"https?:", re.M)
    for file in tree.files(*SUFFIXES):
        for where, match in file.find(place, file.text):
            yield f"{where}{match.group().strip()}: a path or host of one machine; another has others"


RULES = [
    includes_follow_the_arrows, slices_do_not_know_each_other, the_engine_of_sync_knows_no_http, libraries_stay_behind_their_doors,
    time_and_chance_come_through_their_doors, no_temporary_in_a_co_await, files_are_short, every_source_is_built, sql_is_plain,
    headers_are_included_once, nothing_is_left_for_later, the_repository_names_no_machine,
]
