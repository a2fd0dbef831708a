import Foundation
import Reports
import TestSupport
import Testing

/// Pages in a real browser, where Chromium is installed.
@Suite struct `Pages in a browser` {
  static let browser: String? = {
    let chosen = ProcessInfo.processInfo.environment["FLEDGE_CHROMIUM"]
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    return ([chosen].compactMap(\.self) + known).first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// Opens a page with one more script at its end, and gives what that script left in `#answer`.
  private func answer(_ page: String, script: String) throws -> [String: Any]? {
    guard let browser = Self.browser else {
      print("Skipped: no Chromium here (FLEDGE_CHROMIUM names one).")
      return nil
    }
    let hook = """
      <script>
      addEventListener("error", (event) => fledgeErrors.push(event.message));
      </script>
      <pre id="answer"></pre>
      <script>
      addEventListener("load", () => {
        const answer = (() => { try { \(script) } catch (error) { return { error: String(error) }; } })();
        document.querySelector("#answer").textContent =
          JSON.stringify({ ...answer, errors: fledgeErrors });
      });
      </script></body>
      """
    // The policy admits the page's own script alone: the test's needs the policy away.
    let opened = try withoutPolicy(page)
      .replacing(
        "<head>", with: "<head><script>const fledgeErrors = [];</script>", maxReplacements: 1
      )
      .replacing("</body>", with: hook)
    var found: [String: Any]?
    try withTemporaryDirectory { folder in
      let file = folder.appending(path: "page.html")
      try Data(opened.utf8).write(to: file)
      let process = Process()
      process.executableURL = URL(filePath: browser)
      process.arguments = [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom",
        "--user-data-dir=\(folder.path)/profile", "--window-size=1000,1400", "file://\(file.path)",
      ]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      let start = try #require(text.firstRange(of: "<pre id=\"answer\">")).upperBound
      let end = try #require(text[start...].firstRange(of: "</pre>")).lowerBound
      let json = text[start..<end].replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&amp;", with: "&")
      found = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    }
    return found
  }

  private func withoutPolicy(_ page: String) throws -> String {
    let start = try #require(page.firstRange(of: "<meta http-equiv=\"Content-Security-Policy\""))
    let end = try #require(page[start.upperBound...].firstRange(of: ">"))
    return page.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "")
  }

  private var comparison: RunComparison {
    get throws {
      var settings = RunComparison.Settings()
      settings.bootstrap.repetitions = 100
      settings.curves.bootstrap.repetitions = 20
      let runs = SampleRuns.seeds("dqn", base: 1) + SampleRuns.seeds("</script><b>", base: 2)
      return try RunComparison(
        of: runs.map { run in
          var run = run
          run.clock = Polyline(xs: [500, 1000], ys: [1, 2])
          return run
        }, settings: settings)
    }
  }

  @Test func `a chart answers to the pointer, zooms, smooths and hides`() throws {
    let script = """
      const chart = document.querySelector("figure.over-steps"), svg = chart.querySelector("svg");
      const box = svg.getBoundingClientRect(), y = box.top + box.height / 2;
      const send = (type, share, target = svg) => target.dispatchEvent(new PointerEvent(type,
        { clientX: box.left + box.width * share, clientY: y, bubbles: true, button: 0 }));
      const readout = chart.querySelector(".readout"), reset = chart.querySelector(".reset");
      const path = () => chart.querySelector("g.curve .line").getAttribute("d");
      const before = path();
      const start = performance.now();
      for (let k = 0; k < 50; k += 1) send("pointermove", 0.2 + 0.01 * k);
      const each = (performance.now() - start) / 50;
      const told = readout.hidden ? "" : readout.textContent;
      send("pointerdown", 0.5); send("pointermove", 0.8); send("pointerup", 0.8, window);
      const zoomed = path() !== before && !reset.hidden;
      reset.click();
      const isBack = path() === before && reset.hidden;
      const slider = document.querySelector("#smoothing");
      slider.value = "0.8"; slider.dispatchEvent(new Event("input"));
      const isSmooth = path() !== before;
      slider.value = "0"; slider.dispatchEvent(new Event("input"));
      const frame = chart.querySelector(".frame");
      frame.focus();
      frame.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
      const byKey = !readout.hidden;
      document.querySelector("#over-time").click();
      const axis = getComputedStyle(chart).display === "none"
        && getComputedStyle(document.querySelector("figure.over-time")).display !== "none";
      const button = document.querySelector("button[data-variant='0']");
      button.click();
      const isHidden = document.querySelector("g.curve[data-variant='0']")
        .classList.contains("hidden") && button.getAttribute("aria-pressed") === "false";
      return { each, told, zoomed, isBack, isSmooth, byKey, axis, isHidden };
      """
    guard let found = try answer(comparison.html(), script: script) else { return }
    #expect((found["errors"] as? [String]) == [], "\(found)")
    for name in ["zoomed", "isBack", "isSmooth", "byKey", "axis", "isHidden"] {
      #expect(found[name] as? Bool == true, "\(name): \(found)")
    }
    let told = found["told"] as? String ?? ""
    #expect(told.contains("dqn") && told.contains("</script><b>") && told.contains("5 seeds"))
  }

  @Test func `the page's own policy lets its script run`() throws {
    guard let browser = Self.browser else { return }
    try withTemporaryDirectory { folder in
      let file = folder.appending(path: "page.html")
      try Data(try comparison.html().utf8).write(to: file)
      let process = Process()
      process.executableURL = URL(filePath: browser)
      process.arguments = [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom",
        "--user-data-dir=\(folder.path)/profile", "file://\(file.path)",
      ]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      // Only the script makes the box for values.
      #expect(text.contains("class=\"readout\""))
    }
  }

  @Test func `parallel coordinates tell of the line at the pointer`() throws {
    let figure = ParallelCoordinatesFigure(
      title: "t", axes: [.init("x"), .init("y")], score: .init("s"),
      lines: (0..<200).map { index in
        let value = Double(index)
        return .init(name: "trial \(index)", values: [value, -value], score: value)
      })
    let script = """
      const svg = document.querySelector("figure.parallel svg");
      const box = svg.getBoundingClientRect();
      const start = performance.now();
      for (let k = 0; k < 20; k += 1) svg.dispatchEvent(new PointerEvent("pointermove",
        { clientX: box.left + box.width * 0.11, clientY: box.top + box.height * (0.3 + 0.02 * k) }));
      const each = (performance.now() - start) / 20;
      const chosen = document.querySelectorAll(".trial.chosen").length;
      return { each, chosen, told: document.querySelector(".readout").textContent };
      """
    guard let found = try answer(figure.page(title: "t"), script: script) else { return }
    #expect((found["errors"] as? [String]) == [], "\(found)")
    #expect(found["chosen"] as? Int == 1, "\(found)")
    #expect((found["told"] as? String)?.hasPrefix("trial ") == true, "\(found)")
  }
}
