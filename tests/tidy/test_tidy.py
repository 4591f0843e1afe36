"""The tree keeps the rules of rules.py, and each rule bites."""

import tempfile
import unittest
from pathlib import Path

import rules

ROOT = Path(__file__).resolve().parents[2]


class TheTree(unittest.TestCase):
    """One test for each rule, made below."""


def keeps(rule):
    def test(self):
        findings = list(rule(rules.Tree(ROOT)))
        self.assertFalse(findings, "\n" + "\n".join(findings))
    test.__doc__ = rule.__name__.replace("_", " ")
    return test


for _rule in rules.RULES:
    setattr(TheTree, "test_" + _rule.__name__, keeps(_rule))


# rule: (files that must be found, files that must not). A file is (path, text).
EXAMPLES = {
    rules.includes_follow_the_arrows: (
        [("common/base/a.cpp", '#include "common/db/database.hpp"\n'),
         ("common/db/a.cpp", '#include "common/journal/journal.hpp"\n'),
         ("common/journal/a.hpp", '#include "common/http/router.hpp"\n'),
         ("common/http/a.hpp", '#include "common/records/route.hpp"\n'),
         ("common/records/a.hpp", '#include "common/clinic/patients/entities.hpp"\n'),
         ("sync/session/a.cpp", '#include "hub/sites/registry.hpp"\n'),
         ("edge/agent/a.cpp", '#include "hub/sites/registry.hpp"\n'),
         ("hub/sites/a.cpp", '#include "registry.hpp"\n'),
         ("edge/a.cpp", '#include "tests/common/fake.hpp"\n')],
        [("common/journal/a.cpp", '#include "common/crypto/hash.hpp"\n#include "common/db/database.hpp"\n#include <vector>\n'),
         ("common/records/a.hpp", '#include "common/http/router.hpp"\n// #include "common/clinic/x.hpp" is not for us\n'),
         ("hub/main.cpp", '#include "sync/node/core.hpp"\n#include "hub/sites/registry.hpp"\n')]),
    rules.slices_do_not_know_each_other: (
        [("common/clinic/patients/a.cpp", '#include "common/clinic/authentication/store.hpp"\n')],
        [("common/clinic/patients/a.cpp", '#include "common/clinic/authentication/policy.hpp"\n#include "common/clinic/patients/b.hpp"\n'),
         ("hub/reports/a.cpp", '#include "common/clinic/patients/entities.hpp"\n'),
         ("hub/main.cpp", '#include "hub/sites/registry.hpp"\n')]),
    rules.the_engine_of_sync_knows_no_http: (
        [("sync/session/a.hpp", '#include "common/http/message.hpp"\n'), ("sync/bundle/a.cpp", "#include <curl/curl.h>\n")],
        [("sync/routes/a.cpp", '#include "common/http/message.hpp"\n')]),
    rules.libraries_stay_behind_their_doors: (
        [("common/http/server.hpp", "#include <boost/beast/http.hpp>\n"),
         ("edge/agent/a.cpp", "#include <boost/beast/http.hpp>\n"),
         ("common/journal/a.cpp", "#include <sqlcipher/sqlite3.h>\n"),
         ("common/db/a.hpp", "#include <sqlcipher/sqlite3.h>\n"),
         ("common/db/a.cpp", "#include <sqlite3.h>\n")],
        [("common/http/server.cpp", "#include <boost/beast/http.hpp>\n"), ("common/db/a.cpp", "#include <sqlcipher/sqlite3.h>\n")]),
    rules.time_and_chance_come_through_their_doors: (
        [("common/journal/a.cpp", "auto t = std::chrono::system_clock::now();\n"),
         ("sync/a.cpp", "std::this_thread::sleep_for(1s);\n"),
         ("sync/b.cpp", "std::random_device seed;\n"),
         ("hub/a.cpp", "auto t = time(nullptr);\n"),
         ("hub/b.cpp", "::usleep(3);\n"),
         ("tests/simulation/a.cpp", "std::mt19937 numbers{1};\n"),
         ("common/base/clock.cpp", "std::this_thread::sleep_for(1s);\n")],
        [("common/base/clock.cpp", "auto t = std::chrono::system_clock::now();\n"),
         ("common/base/random.cpp", "getrandom(&value, 8, 0);\n"),
         ("common/journal/a.cpp", "// system_clock::now() is not for us\nauto s = \"random_device\"; auto t = visit.time(0); int x = 1'000'000; char q = '\\'';\n"),
         ("tests/faults/a.cpp", "std::this_thread::sleep_for(1s);\n")]),
    rules.no_temporary_in_a_co_await: (
        [("common/http/a.cpp", "co_await send(Response{200, body});\n"),
         ("common/http/b.cpp", "co_await run([state] { return state; });\n"),
         ("common/http/c.cpp", "auto x = co_await f(\n    {.a = 1});\n")],
        [("common/http/a.cpp", "auto read = [&] { return 1; };\nco_return Response{200, co_await pool.call(read)};\nco_await f(g(), \"{\");\n")]),
    rules.files_are_short: (
        [("common/base/a.cpp", "\n" * 401), ("tests/e2e/a.py", "\n" * 401)],
        [("common/base/a.cpp", "\n" * 400), ("docs/a.md", "\n" * 2000)]),
    rules.every_source_is_built: (
        [("common/base/lost.cpp", ""), ("common/db/CMakeLists.txt", "# lost.cpp\nadd_library(x a.cpp)\n"), ("common/db/lost.cpp", "")],
        [("common/base/CMakeLists.txt", "himsog_library(base SOURCES a.cpp deep/b.cpp)\n"), ("common/base/a.cpp", ""), ("common/base/deep/b.cpp", ""),
         ("CMakeLists.txt", "add_executable(x ${CMAKE_SOURCE_DIR}/hub/main.cpp)\n"), ("hub/main.cpp", "")]),
    rules.sql_is_plain: (
        [("common/journal/a.cpp", 'prepare("INSERT OR IGNORE INTO txn VALUES (?)");\n'),
         ("common/journal/b.cpp", 'prepare("SELECT rowid FROM txn");\n'),
         ("hub/a.cpp", 'prepare("SELECT strftime(1) "\n        "FROM txn");\n'),
         ("hub/b.cpp", 'execute("PRAGMA user_version = 1");\n'),
         ("hub/c.cpp", 'prepare(R"(SELECT json_extract(a, 1) FROM txn)");\n')],
        [("common/db/a.cpp", 'execute("PRAGMA user_version = 1");\n'),
         ("common/journal/a.cpp", 'prepare("INSERT INTO txn VALUES (?) ON CONFLICT DO NOTHING"); // not INSERT OR IGNORE\nlog("rowid");\n')]),
    rules.headers_are_included_once: (
        [("common/base/a.hpp", "struct A {};\n")],
        [("common/base/a.hpp", "/// What A is.\n#pragma once\n")]),
    rules.nothing_is_left_for_later: (
        [("common/base/a.cpp", "// TO" + "DO: think\n"), ("docs/a.md", "FIX" + "ME\n"), ("dev", "# HA" + "CK\n")],
        [("common/base/a.cpp", "// Nothing is left to do.\n")]),
    rules.the_repository_names_no_machine: (
        [("docs/a.md", "see /" + "root/himsog\n"), ("dev", "curl https:/" + "/deb.example/\n"),
         ("provisioning/node/package-lock.json", '"resolved": "http' + 's://r.example/x.tgz"\n')],
        [("docs/a.md", "https://localhost:8440 and /api/patients/ and $HOME/.cache\n")]),
}


class TheRulesBite(unittest.TestCase):
    def findings(self, rule, files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files:
                target = Path(folder) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            return list(rule(rules.Tree(folder, [path for path, _ in files])))

    def test_each_rule_has_examples(self):
        self.assertEqual(set(EXAMPLES), set(rules.RULES))

    def test_each_bad_file_is_found(self):
        for rule, (bad, _) in EXAMPLES.items():
            for path, text in bad:
                if Path(path).name == "CMakeLists.txt":
                    continue
                with self.subTest(rule=rule.__name__, path=path, text=text[:60]):
                    found = self.findings(rule, bad)
                    self.assertTrue(any(finding.startswith(path + ":") for finding in found), f"not found in {found}")

    def test_each_good_file_passes(self):
        for rule, (_, good) in EXAMPLES.items():
            with self.subTest(rule=rule.__name__):
                self.assertEqual(self.findings(rule, good), [])


if __name__ == "__main__":
    unittest.main()
