import Foundation
import Testing

/// Manual pages and completions, which `make install` puts beside the program.
@Suite struct InstallationTests {
  @Test func `each command has a manual page that the formatter takes`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "manual-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let answer = try CommandLineTool.run("reference", "manual", folder)
    #expect(answer.status == 0, "\(answer)")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder)
    for name in ["fledge.1", "fledge-run.1", "fledge-data-import.1", "fledge-play.1"] {
      #expect(pages.contains(name), "\(name)")
    }
    #expect(!pages.contains { $0.contains("reference") || $0.contains("help") })
    let run = try String(contentsOfFile: folder + "/fledge-run.1", encoding: .utf8)
    for word in ["fledge run <config> [options]", "\\-\\-seeds <seeds>", "(default: runs)", "130"] {
      #expect(run.contains(word), "\(word)")
    }
    guard try CommandLineTool.shell("command -v groff").status == 0 else {
      print("Skipped: there is no groff to format the manual pages with")
      return
    }
    let formatted = try CommandLineTool.shell(
      "for page in \"$1\"/*.1; do groff -man -Tutf8 -wall \"$page\" 2>&1 >/dev/null; done",
      [folder])
    #expect(formatted.output.isEmpty, "\(formatted)")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `a shell gets its completions`(shell: String) throws {
    let answer = try CommandLineTool.run("--generate-completion-script", shell)
    #expect(answer.status == 0 && answer.output.contains("landscape"), "\(answer)")
    guard try CommandLineTool.shell("command -v \(shell)").status == 0 else {
      print("Skipped: there is no \(shell) to read its completions with")
      return
    }
    let read = try RunningProcess(
      "/usr/bin/env", [shell, "-n"], input: answer.output
    ).wait()
    #expect(read.status == 0, "\(read)")
  }

  @Test(arguments: [
    (["play"], "positional@0", "Cart", "CartPole-v1"),
    (["combine"], "positional@0", "nash", "nashMTL"),
    (["diagnose"], "positional@0", "p", "ppo"),
    (["list"], "positional@1", "mm", "mmoe"),
  ])
  func `names are completed`(
    command: [String], argument: String, start: String, name: String
  ) throws {
    let words = ["fledge"] + command + (argument == "positional@1" ? ["architectures"] : [])
    let index = words.count
    let answer = try CommandLineTool.run(
      ["---completion"] + command + ["--", argument, "\(index)", "\(start.count)"] + words
        + [start])
    #expect(answer.status == 0, "\(answer)")
    #expect(answer.output.split(separator: "\n").contains(Substring(name)), "\(answer)")
  }
}
