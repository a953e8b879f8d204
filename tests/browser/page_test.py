"""The triage page in a browser, as the program wrote it.

    page_test.py MISPSIFT DATA PAGE [--shots DIR]

MISPSIFT is the program, DATA the folder data/, PAGE the page without data as
page/assemble.py leaves it. --shots also saves pictures of the page."""

import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from browser import ENTER, ESCAPE, RIGHT, Browser

MISPSIFT, DATA, PAGE = (str(pathlib.Path(a).absolute()) for a in sys.argv[1:4])
SHOTS = pathlib.Path(sys.argv[5]) if len(sys.argv) > 5 else None

# What would run, fetch, break out or mislead if it were more than text.
HOSTILE = [
    "</script><script>window.__hit=1</script>",
    "<img src=x onerror=window.__hit=2>",
    "\"'><svg/onload=window.__hit=3><iframe src=//192.0.2.1>",
    "javascript:window.__hit=4//",
    "<!--<script>",
    "{{constructor.constructor('window.__hit=5')()}}${window.__hit=6}",
    "&lt;img src=x onerror=window.__hit=7&gt;&amp;lt;",
    "data:text/html,<script>window.__hit=8</script>",
    "\u202egpj.exe\u2066\u200b",
    "\x01\x1b[31m\x7f\u0085",
    "one\u2028two\u2029three",
    "<a href=javascript:window.__hit=9>" + "A" * 5000,
    "__proto__",
]


def program(*arguments, codes=(0,)):
    done = subprocess.run([MISPSIFT, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in codes:
        raise RuntimeError(f"exit {done.returncode}: {done.stderr}")


def uuid_of(text):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def attribute(kind, value, event, **more):
    return {"type": kind, "value": value, "to_ids": True, "uuid": uuid_of(kind + value),
            "timestamp": "1700000000", "Event": event, **more}


def event_of(i, info, **more):
    return {"uuid": uuid_of(f"event {i}"), "id": str(i + 1), "info": info, "date": "2024-01-02",
            "threat_level_id": str(i % 4 + 1), "analysis": "1", "published": True, **more}


def report(task, name, domains=(), mutexes=(), **more):
    return {
        "info": {"id": task, "version": "2.0.7", "started": 1700000000 + 86400 * (task % 50), "score": task % 11},
        "target": {"category": "file", "file": {"name": name, "sha256": f"{task:064x}"}},
        "network": {"domains": [{"domain": d, "ip": ""} for d in domains]},
        "behavior": {"summary": {"mutexes": list(mutexes), "mutex": list(mutexes)}},
        **more,
    }


def warninglist(name, entries, **more):
    return {"name": name, "description": "A list", "version": 1, "type": "hostname", "list": entries, "matching_attributes": [], **more}


def scan(folder, attributes, reports, codes=(0,), warninglists=(), flags=()):
    """Results of a scan; `reports` is a path, or reports for a file with one a line."""
    folder = pathlib.Path(folder)
    with open(folder / "attributes.jsonl", "w") as out:
        for row in attributes:
            out.write(json.dumps(row) + "\n")
    if isinstance(reports, list):
        path = folder / "reports.jsonl"
        with open(path, "w") as out:
            for row in reports:
                out.write(json.dumps(row) + "\n")
        reports = path
    (folder / "lists").mkdir()
    for i, content in enumerate(warninglists):
        (folder / "lists" / str(i)).mkdir()
        (folder / "lists" / str(i) / "list.json").write_text(json.dumps(content))
    lists = ["--warninglists", folder / "lists" if warninglists else "none"]
    program("fetch", "--quiet", "--out", folder / "s", "--attributes", folder / "attributes.jsonl", *lists, codes=(0, 3))
    program("scan", "--quiet", reports, "--snapshot", folder / "s", "--out", folder / "r", *flags, codes=codes)
    return folder / "r"


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.tmp = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.tmp.cleanup()

    def folder(self):
        return tempfile.mkdtemp(dir=self.tmp.name)

    def load(self, path, fragment=""):
        browser = self.browser
        browser.look(1280, 900, False)
        browser.open("/dev/null")
        browser.console(), browser.requests()
        browser.open(str(path) + fragment)
        browser.wait("document.documentElement.dataset.ready === 'yes'")

    def check_quiet(self, path):
        """Nothing on the console, nothing asked of anyone."""
        self.assertEqual([entry["message"] for entry in self.browser.console()], [])
        asked = [url.split("#")[0] for url in self.browser.requests() if not url.startswith("data:")]
        self.assertEqual(asked, ["file://" + str(path)])

    def text(self, selector):
        return self.browser.run("return document.querySelector(arguments[0]).textContent", selector)

    def count(self, selector):
        return self.browser.run("return document.querySelectorAll(arguments[0]).length", selector)

    def column(self, table, number):
        return self.browser.run(
            "return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)]"
            ".map(row => (row.cells[arguments[1]] || row).textContent)", table, number)

    def search(self, text):
        self.browser.run(
            "const q = document.getElementById('q'); q.value = arguments[0]; q.dispatchEvent(new Event('input'))", text)
        # It waits a little for more keys.
        self.browser.run("window.__asked = false; setTimeout(() => { window.__asked = true; }, 250)")
        self.browser.wait("window.__asked")

    def choose(self, id, value):
        self.browser.run(
            "const f = document.getElementById(arguments[0]); f.value = arguments[1]; f.dispatchEvent(new Event('change'))",
            id, value)

    def check_fits(self, width):
        """Charts take a moment to follow the window."""
        self.browser.wait(f"document.documentElement.scrollWidth <= {width}")

    def picture(self, name):
        if not SHOTS:
            return
        SHOTS.mkdir(parents=True, exist_ok=True)
        for width, height in ((1280, 900), (390, 844)):
            for dark in (False, True):
                self.browser.look(width, height, dark)
                self.browser.run("return new Promise(done => setTimeout(done, 300))")
                kind = f"{name}-{width}-{'dark' if dark else 'light'}"
                self.browser.screenshot(SHOTS / f"{kind}.png", whole="detail" not in name)
        self.browser.look(1280, 900, False)


class SampleTest(PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.results = pathlib.Path(cls.tmp.name) / "sample"
        snapshot = cls.tmp.name + "/sample.snapshot"
        program("fetch", "--quiet", "--out", snapshot, "--feed", DATA + "/sample/feed")
        program("scan", "--quiet", DATA + "/sample/archive", "--snapshot", snapshot, "--out", cls.results, codes=(3,))
        cls.page = cls.results / "index.html"
        cls.summary = json.loads((cls.results / "summary.json").read_text())
        cls.correlations = lines(cls.results / "correlations.jsonl")

    def setUp(self):
        self.load(self.page)

    def test_loads_without_a_word_and_without_a_request(self):
        for tab in ("events", "matches", "rejected", "suppressed", "reports"):
            self.browser.click(f"#tab-{tab}")
        self.browser.click("#reports tbody button.text")
        self.check_quiet(self.page)
        self.picture("sample-detail")
        self.browser.run("document.getElementById('detail').close()")
        self.picture("sample")
        for tab in ("events", "matches", "rejected", "suppressed"):
            self.browser.click(f"#tab-{tab}")
            self.picture(f"sample-{tab}")

    def test_counts_are_those_of_the_summary(self):
        summary = self.summary
        high = {c["report"]["source"] + str(c["report"]["member"]) for c in self.correlations if c["confidence"] >= 80}
        self.assertIn(f"{len(high)} of {summary['reports']['ok']} reports", self.text("#verdict"))
        self.assertIn(f"{summary['matches']} matches with {summary['events_matched']} events", self.text("#gist"))
        self.assertEqual(self.text("#count-matches"), str(summary["matches"]))
        self.assertEqual(self.text("#count-events"), str(summary["events_matched"]))
        self.assertEqual(self.text("#count-rejected"), str(sum(summary["reports"]["rejected"].values())))
        self.assertEqual(self.text("#count-suppressed"), str(sum(summary["suppressed"].values())))
        matched = [r for r in lines(self.results / "reports.jsonl") if r["matches"]]
        self.assertEqual(self.count("#reports tbody tr"), len(matched))
        self.browser.click("#tab-events")
        self.assertEqual(self.count("#events tbody tr"), summary["events_matched"])
        self.browser.click("#tab-rejected")
        for reason, n in summary["reports"]["rejected"].items():
            self.assertEqual(self.column("rejected", 1).count(reason), n)
        self.assertEqual(self.count("#kind-bars .n"), 6)
        self.browser.click("#kind-bars .more button")
        kinds = self.browser.run("return [...document.querySelectorAll('#kind-bars button')].map(b => [b.querySelector('.label').textContent, Number(b.querySelector('.n').textContent)])")
        self.assertEqual(dict(kinds), summary["matches_by_kind"])
        tile = self.text("#tiles .tile strong")
        self.assertEqual(tile, str(sum(c["confidence"] >= 80 for c in self.correlations)))

    def test_all_reports_can_be_shown(self):
        self.choose("f-scope", "all")
        self.assertEqual(self.count("#reports tbody tr"), self.summary["reports"]["ok"])
        self.choose("f-scope", "without")
        matched = sum(bool(r["matches"]) for r in lines(self.results / "reports.jsonl"))
        self.assertEqual(self.count("#reports tbody tr"), self.summary["reports"]["ok"] - matched)

    def test_search_narrows_to_what_holds_every_word(self):
        self.browser.click("#tab-matches")
        self.search("LANTERN lamp32")
        expected = [c for c in self.correlations
                    if all(word in json.dumps(c).lower() for word in ("lantern", "lamp32"))]
        self.assertTrue(0 < len(expected) < len(self.correlations))
        self.assertEqual(self.text("#count-matches"), f"{len(expected)}/{len(self.correlations)}")
        self.assertEqual(min(25, len(expected)), self.count("#matches tbody tr"))
        self.search("no such thing anywhere")
        self.assertIn("No match that fits", self.column("matches", 0)[0])
        self.search("")
        self.assertEqual(self.text("#count-matches"), str(len(self.correlations)))

    def test_what_is_suppressed_is_listed_with_its_reason(self):
        listed = lines(self.results / "suppressed.jsonl")
        self.assertTrue(1 < len(listed) <= 25)
        self.browser.click("#tab-suppressed")
        self.assertEqual(self.column("suppressed", 0), [s["attribute"]["value"] for s in listed])
        for shown, s in zip(self.column("suppressed", 1), listed):
            for text in s["reasons"] + s["warninglists"]:
                self.assertIn(text, shown)
        for shown, s in zip(self.column("suppressed", 3), listed):
            self.assertIn(s["event"]["info"], shown)
        counts = dict(zip(("warninglist", "blacklist", "not_ids", "special_use", "correlation_disabled", "sandbox"), self.column("reasons", 1)))
        for reason, n in self.summary["suppressed"].items():
            self.assertEqual(counts[reason].split()[0], str(n), reason)

    def test_filters_narrow_and_are_taken_back(self):
        self.browser.click("#tab-matches")
        for control, value, key in (
            ("f-kind", "host", lambda c: c["observable"]["kind"] == "host"),
            ("f-place", "network", lambda c: "network" in c["observable"]["where"]),
            ("f-rule", "exact", lambda c: c["match"] == "exact"),
            ("f-least", "80", lambda c: c["confidence"] >= 80),
            ("f-from", "2024-03-07", lambda c: (c["report"]["started"] or "") >= "2024-03-07"),
            ("f-to", "2024-03-07", lambda c: "" < (c["report"]["started"] or "")[:10] <= "2024-03-07"),
        ):
            expected = sum(map(key, self.correlations))
            self.choose(control, value)
            self.assertEqual(self.text("#count-matches"), f"{expected}/{len(self.correlations)}", control)
            self.assertEqual(self.count("#chips .chip"), 1)
            self.browser.click("#chips .chip")
            self.assertEqual(self.text("#count-matches"), str(len(self.correlations)), control)
        # An event's bar shows that event alone.
        self.browser.click("#event-bars button")
        chosen = self.text("#chips .chip bdi")
        expected = sum(c["event"]["info"] == chosen for c in self.correlations)
        self.assertEqual(self.text("#count-matches"), f"{expected}/{len(self.correlations)}")
        self.assertEqual(self.text("#event-bars .n"), str(expected))

    def test_sorts_by_a_column_both_ways(self):
        def order():
            return [int(n) for n in self.column("reports", 2)]
        header = "#reports thead th:nth-child(3)"
        self.browser.click(header)
        down = order()
        self.assertEqual(down, sorted(down, reverse=True))
        self.assertEqual(self.browser.run("return document.querySelector(arguments[0]).ariaSort", header), "descending")
        self.browser.click(header)
        self.assertEqual(order(), sorted(down))
        self.browser.click("#reports thead th:nth-child(1)")
        names = [name.lower() for name in self.browser.run(
            "return [...document.querySelectorAll('#reports tbody td:first-child button')].map(b => b.textContent)")]
        self.assertEqual(names, sorted(names))
        self.assertEqual(self.column("reports", 1) and int(self.browser.run(
            "document.querySelector('#tab-matches').click(); return document.querySelector('#matches tbody .confidence').textContent")),
            max(c["confidence"] for c in self.correlations))

    def test_a_detail_says_where_and_why(self):
        one = next(c for c in self.correlations if c["match"] == "subdomain")
        self.load(self.page, f"#report={one['report']['id']}")
        self.assertTrue(self.browser.run("return document.getElementById('detail').open"))
        detail = self.text("#detail")
        for text in (one["report"]["target"]["sha256"], one["report"]["source"], one["event"]["info"],
                     one["observable"]["value"], one["observable"]["paths"][0], one["attribute"]["value"],
                     "below the attribute’s domain"):
            self.assertIn(text, detail)
        # An event, and back to the lists, which then show it alone.
        self.browser.click("#detail h3 button.text")
        self.assertIn("#event=", self.browser.run("return location.hash"))
        self.browser.keys([ESCAPE])
        self.assertFalse(self.browser.run("return document.getElementById('detail').open"))
        self.assertEqual(self.browser.run("return location.hash"), "")

    def test_the_keyboard_is_enough(self):
        self.browser.keys(["/"])
        self.assertEqual(self.browser.run("return document.activeElement.id"), "q")
        self.browser.run("document.getElementById('tab-reports').focus()")
        self.browser.keys([RIGHT])
        self.assertEqual(self.browser.run("return document.activeElement.id"), "tab-events")
        self.assertFalse(self.browser.run("return document.getElementById('panel-events').hidden"))
        header = "#events thead th:nth-child(3)"
        self.browser.run("document.querySelector(arguments[0]).focus()", header)
        self.browser.keys([ENTER])
        self.assertEqual(self.browser.run("return document.querySelector(arguments[0]).ariaSort", header), "descending")
        self.browser.run("document.querySelector('#events tbody button').focus()")
        self.browser.keys([ENTER])
        self.assertTrue(self.browser.run("return document.getElementById('detail').open"))

    def test_nothing_is_wider_than_a_narrow_screen(self):
        self.browser.look(390, 844, False)
        for tab in ("reports", "events", "matches", "rejected", "suppressed"):
            self.browser.run("document.getElementById(`tab-${arguments[0]}`).click()", tab)
            self.check_fits(390)
            self.assertLessEqual(self.browser.run("return document.getElementById(`tab-${arguments[0]}`).getBoundingClientRect().right", tab), 390)


class HostileTest(PageTest):
    def test_hostile_text_in_every_field_stays_text(self):
        attributes, reports = [], []
        for i, text in enumerate(HOSTILE):
            event = event_of(i, text, Orgc={"name": text}, Tag=[{"name": text}, {"name": f"tag {i}"}])
            attributes.append(attribute("mutex", text, event, comment=text, category=text, Tag=[{"name": text}]))
            attributes.append(attribute("domain", f"bad{i}.example", event, comment=text))
            attributes.append(attribute("mutex", f"kept {text}", event, comment=text, category=text, to_ids=False))
            attributes.append(attribute("domain", f"listed{i}.example", event, category=text))
            reports.append(report(i, text, [f"bad{i}.example"], [text], info={
                "id": text if i % 2 else i, "version": "2.0.7", "started": text if i % 3 else 1700000000, "score": 3.2}))
            reports[-1]["target"]["category"] = text
            reports[-1]["target"]["file"]["md5"] = text
            reports[-1]["target"]["url"] = text
        folder = pathlib.Path(self.folder())
        archive = folder / "<img src=x onerror=window.__hit=10>&\u202e.tar"
        with tarfile.open(archive, "w") as tar:
            for i, content in enumerate(reports):
                path = folder / "report.json"
                path.write_text(json.dumps(content))
                tar.add(path, f"{i}<script>window.__hit=11<!--/reports/report.json")
            path.write_text("{")
            tar.add(path, "<svg onload=window.__hit=12>/report.json")
        lists = [warninglist(text, [f"listed{i}.example"]) for i, text in enumerate(HOSTILE)]
        results = scan(folder, attributes, archive, codes=(3,), warninglists=lists)
        found = lines(results / "correlations.jsonl")
        self.assertGreaterEqual(len(found), 2 * len(HOSTILE) - 4)
        page = results / "index.html"
        self.load(page)
        scripts = self.count("script")
        self.assertEqual(scripts, 5)
        self.browser.run("document.querySelectorAll('#chips .chip').forEach(c => c.click())")
        for tab in ("events", "matches", "rejected", "suppressed", "reports"):
            self.browser.click(f"#tab-{tab}")
        for text in ("img", "&lt;", "<script>", "{{"):
            self.search(text)
        self.search("")
        for n in range(len(reports)):
            self.browser.run("document.querySelectorAll('#reports tbody button.text')[arguments[0]].click()", 2 * n)
            self.browser.run("document.querySelectorAll('#detail details').forEach(d => { d.open = true; })")
            if n == 2:
                self.picture("hostile-detail")
        self.browser.click("#detail-close")
        self.browser.click("#tab-events")
        for n in range(len(HOSTILE)):
            self.browser.run("document.querySelectorAll('#events tbody button.text')[arguments[0]].click()", n)
        self.browser.click("#detail-close")
        self.browser.click("#event-bars button")
        self.assertEqual(self.count("#chips .chip"), 1)
        self.browser.click("#chips .chip")
        self.assertIsNone(self.browser.run("return window.__hit === undefined ? null : window.__hit"))
        self.assertEqual(self.count("script"), scripts)
        self.assertEqual(self.count("img, svg, iframe, object, embed, form:not(#filters), base, style ~ style"), 0)
        self.assertEqual(self.browser.run("return [...document.querySelectorAll('a[href]')].filter(a => !/^(file|https?):/.test(a.href)).length"), 0)
        self.assertEqual(self.browser.run("return document.title"), "Triage – mispsift")
        # Shown as it is, but for what cannot be seen.
        self.browser.click("#tab-matches")
        self.browser.run("const s = document.querySelector('#panel-matches select'); s.value = 100; s.dispatchEvent(new Event('change', {bubbles: true}))")
        values = self.column("matches", 0)
        self.assertIn(HOSTILE[0], values)
        self.assertIn(HOSTILE[1], values)
        self.assertIn(HOSTILE[6], values)
        self.assertTrue(any("\\u{202E}gpj.exe" in value for value in values), values)
        body = self.text("main")
        self.browser.click("#tab-suppressed")
        self.browser.run("const s = document.querySelector('#panel-suppressed .foot select'); s.value = 100; s.dispatchEvent(new Event('change', {bubbles: true}))")
        self.assertIn(f"kept {HOSTILE[0]}", self.column("suppressed", 0))
        for text in (HOSTILE[0], HOSTILE[1], "\\u{202E}gpj.exe"):
            self.assertTrue(any(f"warninglist{text}" in by for by in self.column("suppressed", 1)), text)
            self.assertTrue(any(text in event for event in self.column("suppressed", 3)), text)
        self.choose("f-reason", "not_ids")
        self.assertEqual(set(self.column("suppressed", 1)), {"not_ids"})
        self.assertIsNone(self.browser.run("return window.__hit === undefined ? null : window.__hit"))
        self.assertEqual(self.count("img, svg, iframe, object, embed, form:not(#filters), base, style ~ style"), 0)
        body = self.text("main")
        for hidden in "\u202e\u2066\u200b\x01\x1b\x7f\u2028":
            self.assertNotIn(hidden, body)
        self.browser.click("#tab-reports")
        self.browser.look(390, 844, False)
        self.check_fits(390)
        self.browser.look(1280, 900, False)
        self.check_quiet(page)
        self.picture("hostile")

    def test_links_lead_to_misp_and_nowhere_else(self):
        def event(i, url):
            return [uuid_of(f"event {i}"), f"event {i}", None, None, True, None, [], url, 1, 1, 1, 100]
        urls = ["https://misp.example/events/view/1", "http://192.0.2.1/events/view/1", "javascript:window.__hit=1",
                "data:text/html,x", "//evil.example", "file:///etc/passwd", "", None]
        data = {
            "run": {"version": "0", "snapshot_id": "0", "snapshot_created": None, "sources": [], "finished": None,
                    "seconds": 1, "threads": 1, "as_misp": None, "common_share": 10},
            "high": 80, "medium": 50,
            "totals": {"seen": 1, "ok": 1, "rejected": 0, "skipped": 0, "matched": 1, "matched_high": 1, "bytes": 1,
                       "observables": 1, "matches": len(urls), "high": len(urls), "medium": 0, "low": 0,
                       "events": len(urls)},
            "kinds": [["host", len(urls), len(urls)]], "confidences": [[100, len(urls)]],
            "days": [["", len(urls), 0, 0]], "suppressed": [], "common": [], "rejects": [],
            "events": [event(i, url) for i, url in enumerate(urls)],
            "attributes": [[uuid_of(f"a {i}"), "domain", "x", "bad.example", None, [], i, 0, False] for i in range(len(urls))],
            "reports": [["id", "file", None, "cuckoo2", None, None, None, None, None, None, None, None, None, 1,
                         len(urls), 100, []]],
            "matches": [[0, i, [], "host", "bad.example", ["network"], ["$.x"], 1, "exact", 100] for i in range(len(urls))],
            "rejected": [],
            "kept_out": [["bad.example", "domain", "x", ["not_ids"], ["host"], True, [], uuid_of(f"k {i}"), 10 ** (3 * i), url, None, None, url]
                         for i, url in enumerate(urls)],
        }
        path = pathlib.Path(self.folder()) / "index.html"
        page = pathlib.Path(PAGE).read_text()
        path.write_text(page.replace('id="data">{}<', f'id="data">{json.dumps(data)}<'))
        self.load(path)
        self.browser.click("#tab-events")
        links = self.browser.run("return [...document.querySelectorAll('#events a')].map(a => a.href)")
        self.assertEqual(sorted(links), sorted(urls[:2]))
        self.browser.click("#tab-suppressed")
        links = self.browser.run("return [...document.querySelectorAll('#suppressed a')].map(a => a.href)")
        self.assertEqual(sorted(links), sorted(urls[:2]))
        rels = self.browser.run("return [...document.querySelectorAll('#events a, #suppressed a')].map(a => a.rel)")
        self.assertEqual(set(rels), {"noopener noreferrer"})
        self.check_quiet(path)


class ManyTest(PageTest):
    def test_a_hundred_thousand_matches_stay_usable(self):
        size, each = 110_000, 800
        events = [event_of(i, f"Campaign {i}", Tag=[{"name": "tlp:amber"}]) for i in range(300)]
        attributes = [attribute("domain", f"c2-{i}.bad.example", events[i % 300], comment="seen by the honeypot") for i in range(size)]
        reports = [report(n, f"sample-{n}.exe", [f"c2-{i}.bad.example" for i in range(n * each, min(size, (n + 1) * each))])
                   for n in range(-(-size // each))]
        attributes += [attribute("domain", f"mere{i}.example", events[0], to_ids=False) for i in range(5_000)]
        results = scan(self.folder(), attributes, reports)
        summary = json.loads((results / "summary.json").read_text())
        total = summary["matches"]
        self.assertEqual(total, size)
        page = results / "index.html"
        self.load(page)
        # Counts are of all, the lists say that they are not, and where all is.
        self.assertIn("110,000 matches with 300 events", self.text("#gist"))
        self.assertEqual(self.text("#count-reports"), str(len(reports)))
        self.assertEqual(self.browser.run("return [...document.querySelectorAll('#tiles strong')].map(n => n.textContent)"),
                         ["110,000", str(len(reports)), "300", "0"])
        self.assertEqual(self.text("#kind-bars .label") + self.text("#kind-bars .n"), "host110,000")
        self.assertIn("100,000 matches with the highest confidence, of 110,000", self.text("#cap"))
        self.assertEqual(self.browser.run("return document.querySelector('#cap a').getAttribute('href')"), "correlations.jsonl")
        self.assertEqual(self.text("#count-matches"), f"{total:,}")
        # However much there is to list, only what one page of a table shows is drawn.
        for tab in ("reports", "events", "suppressed", "matches"):
            self.browser.click(f"#tab-{tab}")
            self.assertEqual(self.count(f"#{tab} tbody tr"), 25)
        self.assertLess(self.count("*"), 3_000)
        self.assertIn("1,000 of 5,000 for not_ids", self.text("#suppressed-note"))
        self.assertIn("1 to 25 of 100,000", self.text("#panel-matches .foot"))
        self.search("c2-777.bad.example")
        self.assertEqual(self.text("#count-matches"), "1/100,000")
        self.assertEqual(self.column("matches", 0), ["c2-777.bad.example"])
        self.search("campaign 7 sample-3.exe")
        self.assertGreater(self.count("#matches tbody tr"), 1)
        self.search("")
        self.browser.click("#matches thead th:nth-child(1)")
        self.assertEqual(self.column("matches", 0)[0], "c2-0.bad.example")
        self.browser.click("#matches thead th:nth-child(1)")
        self.assertEqual(self.column("matches", 0)[0], "c2-99999.bad.example")
        self.browser.click("#panel-matches .paginate_button.next")
        self.assertIn("26 to 50 of 100,000", self.text("#panel-matches .foot"))
        # One event, and one of the reports that it is in, which has more matches than are drawn at once.
        self.browser.click("#event-bars button")
        shown = self.text("#chips .chip bdi")
        own = sum(c["event"]["info"] == shown for c in lines(results / "correlations.jsonl"))
        self.assertTrue(0 < int(self.text("#count-matches").split("/")[0]) <= own)
        self.browser.click("#chips .chip")
        self.browser.click("#tab-reports")
        self.browser.click("#reports tbody button.text")
        self.assertIn("sample-", self.text("#detail-title"))
        self.assertEqual(self.count("#detail details.match"), each)
        self.browser.run("document.querySelector('#detail details.match').open = true")
        for text in ("The report shows the attribute’s value.", "$.network.domains[", "seen by the honeypot"):
            self.assertIn(text, self.text("#detail .why"))
        self.browser.click("#detail-close")
        self.browser.click("#tab-matches")
        self.choose("f-kind", "host")
        self.assertEqual(self.text("#count-matches"), "100,000/100,000")
        times = self.browser.run("""
          const times = {};
          const timed = (name, run) => { const begin = performance.now(); run(); times[name] = Math.round(performance.now() - begin); };
          const set = (id, value) => { const f = document.getElementById(id); f.value = value; f.dispatchEvent(new Event('change')); };
          timed('filter', () => set('f-least', '80'));
          timed('sort', () => document.querySelector('#matches thead th:nth-child(2)').click());
          const navigation = performance.getEntriesByType('navigation')[0];
          times.load = Math.round(navigation.loadEventEnd);
          times.heap = Math.round(performance.memory.usedJSHeapSize / 1e6);
          return times;""")
        print(f"100,000 matches: page of {page.stat().st_size / 1e6:.1f} MB, {times} (ms, MB)", file=sys.stderr)
        self.assertLess(times["heap"], 600)
        self.assertLess(self.count("*"), 3_000)
        self.check_quiet(page)
        self.picture("many")


class SuppressedTest(PageTest):
    def test_the_list_is_capped_searched_sorted_and_filtered(self):
        events = [event_of(0, "Old campaign"), event_of(1, "New campaign")]
        attributes = [attribute("domain", f"mere{i}.example", events[0], to_ids=False, timestamp=str(1700000000 + i)) for i in range(1500)]
        attributes += [attribute("domain", f"cdn{i}.quiet.example", events[1]) for i in range(30)]
        attributes += [attribute("domain|ip", "half.example|10.0.0.1", events[1]),
                       attribute("domain", "both.quiet.example", events[1], to_ids=False),
                       attribute("domain", "told.example", events[1]),
                       attribute("domain", "seen.example", events[1])]
        results = scan(self.folder(), attributes, [report(1, "a.exe", ["seen.example", "cdn1.quiet.example"])],
                       warninglists=[warninglist("Quiet hosts", ["quiet.example"])], flags=("--ioc-blacklist", "told.example"))
        self.assertEqual(len(lines(results / "suppressed.jsonl")), 1000 + 30 + 1 + 1 + 1)
        page = results / "index.html"
        self.load(page)
        self.browser.click("#tab-suppressed")
        # What a list keeps away comes first; what has that reason alone before what has two.
        self.assertEqual(self.count("#suppressed tbody tr"), 25)
        self.assertEqual(set(self.column("suppressed", 1)), {"warninglistQuiet hosts"})
        self.assertEqual(self.column("reasons", 1), ["31 attributes", "1 attribute", "1,501 attributes", "1 attribute", "0 attributes", "0 matches"])
        self.assertIn("1,001 of 1,501 for not_ids:", self.text("#suppressed-note"))
        self.assertNotIn("warninglist", self.text("#suppressed-note"))
        self.search("quiet both")
        self.assertEqual(self.column("suppressed", 0), ["both.quiet.example"])
        self.assertEqual(self.column("suppressed", 1), ["warninglist, not_idsQuiet hosts"])
        self.assertEqual(self.text("#count-suppressed"), "1/1,033")
        self.search("special_use")
        self.assertEqual(self.column("suppressed", 0), ["half.example|10.0.0.1"])
        self.assertIn("only as ip; the rest is looked for", self.column("suppressed", 1)[0])
        self.search("")
        self.browser.click("#reasons button.text")
        self.assertEqual(self.browser.run("return document.getElementById('f-reason').value"), "warninglist")
        self.assertIn("1 to 25 of 31", self.text("#panel-suppressed .foot"))
        self.choose("f-reason", "blacklist")
        self.assertEqual(self.column("suppressed", 0), ["told.example"])
        self.choose("f-reason", "not_ids")
        # The newest of them are here.
        header = "#suppressed thead th:nth-child(5)"
        self.browser.click(header)
        self.assertEqual(self.column("suppressed", 0)[0], "mere1499.example")
        self.browser.click(header)
        self.assertEqual(self.column("suppressed", 0)[0], "both.quiet.example")
        self.assertEqual(self.column("suppressed", 0)[1], "mere500.example")
        self.browser.click("#suppressed thead th:nth-child(1)")
        self.assertEqual(self.column("suppressed", 0)[:2], ["both.quiet.example", "mere1000.example"])
        self.choose("f-reason", "")
        self.check_quiet(page)
        self.picture("suppressed")


class NothingTest(PageTest):
    def test_a_scan_without_matches_is_a_calm_page(self):
        results = scan(self.folder(), [attribute("domain", "bad.example", event_of(0, "An event"))],
                       [report(1, "clean.exe", ["good.example"]), report(2, "clean too.exe", ["good.example"])])
        page = results / "index.html"
        self.load(page)
        self.assertEqual(self.text("#verdict"), "None of 2 reports shows anything that MISP knows.")
        self.assertEqual(self.text("#gist"), "Nothing to look at.")
        self.assertTrue(self.browser.run("return document.getElementById('charts').hidden"))
        self.assertEqual(self.count("#reports tbody tr"), 2)
        self.assertTrue(self.browser.run("return document.getElementById('kept-out').hidden"))
        self.choose("f-scope", "with")
        self.assertEqual(self.column("reports", 0), ["No report that fits the filters."])
        self.check_quiet(page)
        self.picture("nothing")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
