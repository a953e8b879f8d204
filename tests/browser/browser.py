"""Headless Chromium, driven through chromium-driver. WebDriver is JSON over
HTTP, so Python's own library will do."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ENTER, ESCAPE, TAB, RIGHT = "\ue007", "\ue00c", "\ue004", "\ue014"


class Browser:
    def __init__(self, driver="chromedriver", chromium="chromium"):
        self.folder = tempfile.mkdtemp(prefix="mispsift-browser-")
        self.process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        port = None
        for line in self.process.stdout:
            if started := re.search(r"started successfully on port (\d+)", line):
                port = started[1]
                break
        if port is None:
            raise RuntimeError("chromedriver did not start")
        self.root = f"http://127.0.0.1:{port}/session"
        arguments = [
            "--headless=new",
            "--no-sandbox",  # which root cannot have; the pages are our own
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={self.folder}",
        ]
        answer = self._send("POST", "", {
            "capabilities": {
                "alwaysMatch": {
                    "browserName": "chrome",
                    "goog:chromeOptions": {"binary": shutil.which(chromium), "args": arguments},
                    "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                }
            }
        })
        self.root += "/" + answer["sessionId"]

    def close(self):
        try:
            self._send("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _send(self, method, path, body=None):
        request = urllib.request.Request(
            self.root + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=300) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def open(self, path):
        """Loads a file; what console() and requests() say next is of it alone."""
        self.console(), self.requests()
        self._send("POST", "/url", {"url": "file://" + os.path.abspath(path)})

    def console(self):
        return self._send("POST", "/se/log", {"type": "browser"})

    def requests(self):
        sent = []
        for entry in self._send("POST", "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                sent.append(message["params"]["request"]["url"])
        return sent

    def run(self, script, *arguments):
        return self._send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script):
        """Until the expression `script` is true."""
        for _ in range(600):
            if self.run(f"return Boolean({script})"):
                return
            time.sleep(0.05)
        raise RuntimeError(f"never came true: {script}")

    def keys(self, keys):
        self._send("POST", "/actions", {"actions": [{
            "type": "key", "id": "keyboard",
            "actions": [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")],
        }]})

    def click(self, selector):
        element = self._send("POST", "/element", {"using": "css selector", "value": selector})
        self._send("POST", f"/element/{next(iter(element.values()))}/click", {})

    def cdp(self, command, **parameters):
        return self._send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, width, height, dark):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self, path, whole=False):
        parameters = {"captureBeyondViewport": True} if whole else {}
        if whole:
            size = self.run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
            parameters["clip"] = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        picture = self.cdp("Page.captureScreenshot", format="png", **parameters)
        with open(path, "wb") as out:
            out.write(base64.b64decode(picture["data"]))
