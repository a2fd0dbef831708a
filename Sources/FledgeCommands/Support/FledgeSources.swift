import Foundation

/// Where the sources are that a package of one's own depends on.
enum FledgeSources {
  /// The folder that the user named, or the one that this program was built in.
  ///
  /// - Throws: a `CommandFailure` if there is no package of Fledge's.
  static func find(_ named: String?) throws -> String {
    if let named {
      let folder = URL(fileURLWithPath: named).standardizedFileURL
      guard isFledge(folder) else {
        throw CommandFailure(
          "--fledge \(named): there is no Package.swift of Fledge's in this folder; give the "
            + "folder of a checkout")
      }
      return folder.path
    }
    var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      if isFledge(folder) { return folder.path }
    }
    throw CommandFailure(
      "this program does not lie in the checkout that it was built from; say with --fledge where "
        + "Fledge's Package.swift is")
  }

  private static func isFledge(_ folder: URL) -> Bool {
    let manifest = folder.appending(path: "Package.swift")
    let text = try? String(contentsOf: manifest, encoding: .utf8)
    return text?.contains("\n  name: \"fledge\"") ?? false
  }
}
