import Foundation
import TestSupport
import Testing
import Tracking

/// Playing, watching and recording.
@Suite struct PlayTests {
  private static let restored = "\u{1B}[?25h\u{1B}[?1049l"

  // MARK: In a terminal

  @Test func `CartPole is played by keys, and q ends it and restores the terminal`() throws {
    let terminal = try PseudoTerminal(["play", "CartPole-v1", "--fps", "20"])
    #expect(terminal.waits(for: "waiting for a key"), "\(terminal.output)")
    #expect(!terminal.isAsBefore)
    #expect(terminal.output.contains("← push left") && terminal.output.contains("q quits"))
    terminal.type("\u{1B}[D")
    #expect(terminal.waits(for: "left"), "\(terminal.output)")
    // Pushed in one direction, the pole falls in about ten steps.
    #expect(terminal.waits(for: "OVER"), "\(terminal.output)")
    terminal.type("\r")
    terminal.type("q")
    #expect(terminal.end() == 0)
    #expect(terminal.isAsBefore)
    #expect(terminal.output.contains(Self.restored + "1 episode of "))
  }

  @Test func `Ctrl-C and a polite kill restore the terminal, too`() throws {
    for (keys, signal, status) in [("\u{3}", Int32(0), Int32(130)), ("", SIGTERM, 143)] {
      let terminal = try PseudoTerminal(["play", "Pendulum-v1"])
      #expect(terminal.waits(for: "waiting for a key"))
      if signal == 0 { terminal.type(keys) } else { terminal.send(signal) }
      #expect(terminal.end() == status)
      #expect(terminal.isAsBefore)
      #expect(terminal.output.contains(Self.restored))
    }
  }

  @Test func `who watches can pause, and episodes can be counted`() throws {
    let terminal = try PseudoTerminal(
      ["play", "CartPole-v1", "--policy", "random", "--episodes", "1", "--speed", "0.1"])
    #expect(terminal.waits(for: "space pauses"))
    terminal.type(" ")
    #expect(terminal.waits(for: "paused"))
    terminal.type(" ++++++")
    #expect(terminal.waits(for: "OVER"), "\(terminal.output)")
    #expect(terminal.end() == 0)
    #expect(terminal.isAsBefore)
  }

  @Test func `a terminal may change its size, but not be too small`() throws {
    let terminal = try PseudoTerminal(["play", "Acrobot-v1"])
    #expect(terminal.waits(for: "waiting for a key"))
    terminal.resize(columns: 20, rows: 5)
    #expect(terminal.waits(for: "Too small"))
    terminal.resize(columns: 100, rows: 30)
    #expect(terminal.waits(for: "waiting for a key"))
    terminal.type("q")
    #expect(terminal.end() == 0)

    let small = try PseudoTerminal(["play", "Acrobot-v1"], columns: 20, rows: 5)
    #expect(small.end() == 1)
    #expect(small.isAsBefore)
    #expect(small.output.contains("Error: this terminal has 20 × 5 characters"))
    let dumb = try PseudoTerminal(["play", "Acrobot-v1"], variables: ["TERM": "dumb"])
    #expect(dumb.end() == 1)
    #expect(dumb.output.contains("TERM=dumb) cannot be drawn on; record with --output"))
  }

  @Test func `without colors, a picture is made of characters`() throws {
    let terminal = try PseudoTerminal(["play", "CartPole-v1"], variables: ["NO_COLOR": "1"])
    #expect(terminal.waits(for: "waiting for a key"))
    terminal.type("q")
    #expect(terminal.end() == 0)
    #expect(!terminal.output.contains("▀") && !terminal.output.contains("[38;"))
    #expect(terminal.output.contains("#"))
  }

  // MARK: Recordings

  @Test(arguments: ["gif", "svg"])
  func `a recording is the same every time`(ending: String) throws {
    try withTemporaryDirectory { folder in
      var files: [Data] = []
      for name in ["one", "two"] {
        let path = folder.path + "/\(name).\(ending)"
        let answer = try CommandLineTool.run(
          "play", "CartPole-v1", "--output", path, "--seed", "3", "--size", "120", "--json")
        #expect(answer.status == 0, "\(answer)")
        let line = try #require(try answer.objects().first)
        let data = try Data(contentsOf: URL(filePath: path))
        #expect(line["bytes"] as? Int == data.count)
        #expect((line["returns"] as? [Double])?.count == 1)
        #expect(line["frames"] as? Int == (line["steps"] as? Int ?? 0) + 1)
        #expect(line["isCutShort"] as? Bool == false)
        files.append(data)
      }
      #expect(files[0] == files[1])
      #expect(files[0].starts(with: Array((ending == "gif" ? "GIF89a" : "<svg ").utf8)))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }
  }

  @Test func `every world can be recorded, and never without end`() throws {
    try withTemporaryDirectory { folder in
      for world in ["MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1", "Pendulum-v1"] {
        let path = folder.path + "/\(world).GIF"
        let answer = try CommandLineTool.run(
          "play", world, "--output", path, "--frames", "12", "--size", "64", "--episodes", "9")
        #expect(answer.status == 0, "\(answer)")
        #expect(answer.output.contains("12 frames") && answer.output.contains("(--frames)"))
      }
    }
  }

  @Test func `a finished run's agent plays in its own environment`() throws {
    try SampleFolder.with { sample in
      #expect(try sample.execute("--set", "environment.settings.maximumSteps=7").status == 0)
      let path = sample.path + "/run.svg"
      let answer = try CommandLineTool.run(
        "play", sample.run().path, "--output", path, "--episodes", "2", "--json")
      #expect(answer.status == 0, "\(answer)")
      #expect(try answer.objects().first?["returns"] as? [Double] == [7, 7], "\(answer)")
      let other = try CommandLineTool.run(
        "play", sample.run().path, "--output", path, "--set", "maximumSteps=3", "--json")
      #expect(try other.objects().first?["returns"] as? [Double] == [3], "\(other)")
    }
  }

  private static let pillow: String? = {
    let chosen = ProcessInfo.processInfo.environment["FLEDGE_PYTHON"]
    return [chosen, "python3"].compactMap(\.self).first {
      (try? CommandLineTool.shell("\"$1\" -c 'import PIL'", [$0]))?.status == 0
    }
  }()

  @Test(.enabled(if: pillow != nil, "there is no Python with Pillow"))
  func `Pillow reads a recording as it was meant`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/world.gif"
      let answer = try CommandLineTool.run(
        "play", "CartPole-v1", "--output", path, "--fps", "20", "--json")
      let frames = try #require(try answer.objects().first?["frames"] as? Int)
      let script = """
        import sys
        from PIL import Image
        image = Image.open(sys.argv[1])
        blue, time = 0, 0
        for frame in range(image.n_frames):
            image.seek(frame)
            time += image.info["duration"]
            colors = dict((color, count) for count, color in image.convert("RGB").getcolors(999))
            blue += 300 < colors.get((0x35, 0x66, 0xB0), 0) < 2000
        print(image.n_frames, time, blue, image.info["loop"], max(image.size))
        """
      let python = try #require(Self.pillow)
      let read = try CommandLineTool.shell("\"$1\" -c \"$2\" \"$3\"", [python, script, path])
      let milliseconds = (frames - 1) * 50 + 1500
      #expect(
        read.output.split(separator: " ").dropLast().joined(separator: " ")
          == "\(frames) \(milliseconds) \(frames) 0", "\(read)")
    }
  }

  // MARK: What cannot be

  @Test func `what cannot be played is refused in a sentence`() throws {
    try withTemporaryDirectory { folder in
      let gif = folder.path + "/x.gif"
      let cases: [([String], [String])] = [
        (["CartPole-v1"], ["no terminal", "--output FILE.gif"]),
        (["CartPole-v1", "--output", folder.path + "/x.png"], ["must end in .gif or .svg"]),
        (["CartPole-v2", "--output", gif], ["did you mean \"CartPole-v", "with a run"]),
        (["\(folder.path)/none", "--output", gif], ["there is no folder"]),
        ([folder.path, "--output", gif], ["there is no run"]),
        (
          ["CartPole-v1", "--output", gif, "--policy", "human"], ["--policy human needs a terminal"]
        ),
        (["CartPole-v1", "--output", gif, "--set", "gravty=1"], ["did you mean \"gravity\"?"]),
        (["CartPole-v1", "--output", gif, "--set", "gravity"], ["expected name=value"]),
        (["CartPole-v1", "--output", "/nowhere/x.gif"], ["cannot be written", "--output"]),
        (["CartPole-v1", "--output", folder.path + "/folder.gif"], ["is a folder"]),
      ]
      try FileManager.default.createDirectory(
        atPath: folder.path + "/folder.gif", withIntermediateDirectories: true)
      for (arguments, words) in cases {
        let sentence = expectRefusal(try CommandLineTool.run(["play"] + arguments))
        for word in words { #expect(sentence.contains(word), "\(arguments): \(sentence)") }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder.gif"])
      for (option, value) in [
        ("--speed", "0"), ("--fps", "-1"), ("--size", "3"), ("--frames", "0"), ("--episodes", "0"),
        ("--policy", "best"), ("--speed", "nan"),
      ] {
        expectRefusal(
          try CommandLineTool.run("play", "CartPole-v1", "\(option)=\(value)"), saying: option,
          status: 64)
      }
    }
  }

  @Test func `a file that may not grow leaves nothing of it, and what was there stays`() throws {
    try withTemporaryDirectory { folder in
      let path = folder.path + "/x.gif"
      try Data("before".utf8).write(to: URL(filePath: path))
      let answer = try CommandLineTool.shell(
        "ulimit -f 2; exec \"$0\" \"$@\"", ["play", "CartPole-v1", "--output", path])
      expectRefusal(answer, saying: "cannot be written", "--output")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.gif"])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
    }
  }
}
