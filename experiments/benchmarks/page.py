#!/usr/bin/env python3
"""Measures how fast the page of a large comparison answers in Chromium.

    page.py [--fledge PROGRAM] [--page FILE] [--repeats 20] [--json]

Trains ten variants of ten seeds for 10,000 episodes each (a table on FrozenLake-v1, about a minute of
work), lets `fledge compare` make its page, opens it in a Chromium without a window, and gives it
trusted events as a person's hand would: the pointer over a chart, a zoom, a click on the legend, the
switches, the slider, the keys, a change of theme. A figure is the time from an event until the
frame with its answer has been drawn; the goal is 100 ms. Exits with 1 where more than one answer of ten
is slower or the page says anything on the console. Needs Python's standard library alone; without Chromium
(FLEDGE_CHROMIUM names one) it says so and measures nothing.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

GOAL = 100  # milliseconds
EXPERIMENT = """\
name: page
question: How fast does a page of 100 runs answer?
seeds: {root: 1, runs: 10}
environment: {id: FrozenLake-v1}
agent: {qLearning: {learningRate: %g}}
budget: {steps: 160_000}
evaluation: {every: 8_000, episodes: 5, finalEpisodes: 10}
logging: {every: 16}
"""
# Keeps, for each event, when it came and when the frame that followed it was done.
LISTENER = """
  window.fledgeTimes = [];
  const channel = new MessageChannel();
  let waiting = [];
  window.fledgeWaits = () => waiting.length > 0;
  channel.port1.onmessage = () => {
    const now = performance.now();
    waiting.splice(0).forEach(([kind, start]) => fledgeTimes.push([kind, now - start]));
  };
  const note = (kind, start) => {
    waiting.push([kind, start]);
    if (waiting.length === 1) requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  ["pointermove", "pointerup", "click", "dblclick", "keydown", "input", "change"].forEach((kind) =>
    addEventListener(kind, (event) => note(kind, event.timeStamp), true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    note("theme", window.fledgeStart));
"""


def find_chromium():
    names = [os.environ.get("FLEDGE_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


class Browser:
    """A Chromium that is spoken to in its developer tools' protocol, over two pipes."""

    def __init__(self, program, profile):
        read_here, write_there = os.pipe()
        read_there, write_here = os.pipe()
        # The protocol wants descriptors 3 and 4; a shell puts them there.
        script = f'exec "$@" 3<&{read_there} 4>&{write_there}'
        self.process = subprocess.Popen(
            ["bash", "-c", script, "bash", program, "--headless=new", "--no-sandbox",
             "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={profile}",
             "--window-size=1200,1600", "about:blank"],
            pass_fds=(read_there, write_there), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(read_there)
        os.close(write_there)
        self.sink = os.fdopen(write_here, "wb", buffering=0)
        self.source = os.fdopen(read_here, "rb", buffering=0)
        self.rest, self.number, self.session = b"", 0, None
        self.said = []  # what the page says on the console
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask(
            "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(domain + ".enable")

    def receive(self):
        while b"\0" not in self.rest:
            chunk = self.source.read(1 << 16)
            if not chunk:
                raise SystemExit("Chromium ended before it answered; try it by hand")
            self.rest += chunk
        message, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(message)
        if message.get("method") in (
                "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            self.said.append(json.dumps(message["params"])[:300])
        return message

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.sink.write(json.dumps(message).encode() + b"\0")
        while (answer := self.receive()).get("id") != self.number:
            pass
        if "error" in answer:
            raise SystemExit(f"Chromium refuses {method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, path):
        self.ask("Page.navigate", url="file://" + os.path.abspath(path))
        while self.receive().get("method") != "Page.loadEventFired":
            pass
        self.value("document.fonts.ready.then(() => 0)")

    def value(self, script):
        """What a script's last expression, or its promise, comes to."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"the script failed: {json.dumps(answer['exceptionDetails'])[:600]}")
        return answer["result"].get("value")

    def settle(self):
        """Waits until what was begun is drawn."""
        self.value("""new Promise((done) => {
          const look = () => (window.fledgeWaits?.() ? requestAnimationFrame(look) : setTimeout(done));
          requestAnimationFrame(look);
        })""")

    def mouse(self, kind, x, y, **more):
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y, count=1):
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=count)

    def press(self, key):
        text = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                     **(text if kind == "keyDown" else {}))

    def close(self):
        self.ask("Browser.close")
        self.process.wait(timeout=30)


class Measurement:
    """Answers of one page, by what was asked."""

    def __init__(self, browser, repeats):
        self.browser, self.repeats, self.times = browser, repeats, {}

    def measure(self, name, kind, body):
        """Keeps the time of each event of a kind that the body makes."""
        times = []
        for turn in range(self.repeats):
            self.browser.value("fledgeTimes.length = 0")
            body(turn)
            self.browser.settle()
            times += [time for event, time in self.browser.value("fledgeTimes") if event == kind]
        if not times:
            raise SystemExit(f"{name}: no event of the kind {kind} came; the page has changed")
        self.times[name] = times

    def box(self, selector):
        """Where something lies in the window, brought into view first."""
        found = self.browser.value(f"""(() => {{
          const element = document.querySelector({json.dumps(selector)});
          if (!element) return null;
          element.scrollIntoView({{ block: "center", behavior: "instant" }});
          const {{ x, y, width, height }} = element.getBoundingClientRect();
          return [x, y, width, height];
        }})()""")
        self.browser.settle()
        return found

    def middle(self, selector):
        x, y, width, height = self.box(selector)
        return x + width / 2, y + height / 2

    def charts(self):
        """Every answer of the first chart and of the page's controls."""
        browser = self.browser
        chart = "figure.chart svg"
        x, y, width, height = self.box(chart)
        at = lambda share: (x + width * (0.12 + 0.8 * share), y + height / 2)
        self.measure("a value at the pointer", "pointermove",
                     lambda turn: browser.mouse("mouseMoved", *at(turn / self.repeats)))

        def drag(turn):
            browser.mouse("mouseMoved", *at(0.2))
            browser.mouse("mousePressed", *at(0.2), button="left", clickCount=1)
            browser.mouse("mouseMoved", *at(0.6), button="left")
            browser.settle()
            browser.value("fledgeTimes.length = 0")
            browser.mouse("mouseReleased", *at(0.6), button="left", clickCount=1)
            browser.settle()
            self.kept = browser.value("fledgeTimes")
            browser.value("document.querySelector('figure.chart .reset').click()")
            browser.settle()
            browser.value(f"fledgeTimes = {json.dumps(self.kept)}")

        self.measure("zooming by dragging", "pointerup", drag)
        browser.value("document.querySelector('figure.chart .frame').focus()")
        self.measure("a value by the arrow keys", "keydown", lambda _: browser.press("ArrowRight"))
        self.measure(
            "zooming by the keys", "keydown", lambda turn: browser.press("+" if turn % 2 else "0"))
        browser.press("0")
        self.clicks("single seeds shown or hidden", "#seeds", "change")
        browser.value("const all = document.querySelector('#seeds');"
                      "if (all && !all.checked) all.click()")
        self.clicks("a curve hidden or shown, single seeds shown", "button[data-variant='1']")
        x, y, width, height = self.box(chart)
        self.measure("a value at the pointer, single seeds shown", "pointermove",
                     lambda turn: browser.mouse("mouseMoved", *at(turn / self.repeats)))
        self.measure("zooming by dragging, single seeds shown", "pointerup", drag)
        x, y, width, height = self.box("#smoothing")
        self.measure(
            "smoothing, single seeds shown", "input",
            lambda turn: browser.click(x + width * (0.2 + 0.6 * turn / self.repeats), y + height / 2))
        self.clicks("steps or wall time", "input[name=axis]:not(:checked)", "change")

    def clicks(self, name, selector, kind="click"):
        if self.box(selector) is None:
            return
        self.measure(name, kind, lambda _: self.browser.click(*self.middle(selector)))

    def theme(self):
        schemes = ("dark", "light")

        def change(turn):
            self.browser.value("window.fledgeStart = performance.now()")
            self.browser.ask(
                "Emulation.setEmulatedMedia",
                features=[{"name": "prefers-color-scheme", "value": schemes[turn % 2]}])

        self.measure("another theme", "theme", change)


def make_page(fledge, folder):
    runs, page = os.path.join(folder, "runs"), os.path.join(folder, "page.html")
    for variant in range(10):
        path = os.path.join(folder, "page.yaml")
        with open(path, "w") as file:
            file.write(EXPERIMENT % (0.02 * (variant + 1)))
        subprocess.run(
            [fledge, "run", path, "--quiet", "--set", f"variant=rate-{variant}", "--output", runs],
            check=True, stdout=subprocess.DEVNULL)
    start = time.perf_counter()
    subprocess.run(
        [fledge, "compare", runs, "--output", page], check=True, stdout=subprocess.DEVNULL)
    return page, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], epilog=__doc__.split("\n\n", 2)[2],
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fledge", default=".build/release/fledge", help="the program")
    parser.add_argument("--page", help="a page that is there already, instead of a new one")
    parser.add_argument("--keep", help="where to keep the page that is made")
    parser.add_argument("--repeats", type=int, default=20, help="of each event")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    choice = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("Skipped: no Chromium here (FLEDGE_CHROMIUM names one).")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        page = choice.page
        if page is None:
            page, seconds = make_page(choice.fledge, folder)
            if not choice.json:
                print(f"fledge compare of 100 runs with its page: {seconds:.2f} s")
            if choice.keep:
                shutil.copy(page, choice.keep)
        browser = Browser(chromium, os.path.join(folder, "profile"))
        browser.open(page)
        browser.value(LISTENER)
        measurement = Measurement(browser, choice.repeats)
        measurement.charts()
        measurement.theme()
        browser.close()
    worst = 0
    if not choice.json:
        print(f"{os.path.getsize(page) / 1024:.0f} KiB; " if choice.page else "", end="")
        print("milliseconds from an event to the frame with its answer: median, 9 of 10, largest")
    for name, times in measurement.times.items():
        times.sort()
        median, most, largest = statistics.median(times), times[len(times) * 9 // 10], times[-1]
        worst = max(worst, most)
        if choice.json:
            print(json.dumps({"name": name, "median": median, "most": most,
                              "maximum": largest, "unit": "ms"}))
        else:
            print(f"  {name:<46} {median:6.1f} {most:6.1f} {largest:6.1f}")
    for words in browser.said:
        print("console: " + words, file=sys.stderr)
    if worst > GOAL:
        print(f"one answer of ten takes {worst:.0f} ms, more than {GOAL}", file=sys.stderr)
    return 1 if browser.said or worst > GOAL else 0


if __name__ == "__main__":
    sys.exit(main())
