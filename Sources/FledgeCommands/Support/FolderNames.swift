import Reports
import Tracking

/// Tells where the folders of runs are named otherwise than their experiment and variants.
enum FolderNames {
  /// Names whose folders have another name, each with that.
  ///
  /// - Throws: `TrackingError.badName` for a name that no folder can have.
  static func changed(
    experiment: String, variants: [String]
  ) throws -> [(what: String, name: String, folder: String)] {
    var changed: [(what: String, name: String, folder: String)] = []
    for (index, variant) in variants.enumerated() {
      let path = try RunFolder(
        output: "", experiment: experiment, variant: variant, seed: 0
      ).path
      let parts = path.split(separator: "/").map(String.init)
      if index == 0, parts[0] != experiment { changed.append(("experiment", experiment, parts[0])) }
      if parts[1] != variant { changed.append(("variant", variant, parts[1])) }
    }
    return changed
  }

  /// Says it on standard error, in one line, and refuses variants that would share a folder.
  ///
  /// - Parameter areGenerated: whether the variants' names are not the user's own, and their folders
  ///   need no word.
  static func tell(
    experiment: String, variants: [String], areGenerated: Bool = false
  ) throws {
    let changed = try changed(experiment: experiment, variants: variants)
    var owners = Dictionary(variants.map { ($0, $0) }) { first, _ in first }
    for (what, name, folder) in changed where what == "variant" {
      if let other = owners[folder], other != name {
        throw CommandFailure(
          "the variants '\(other)' and '\(name)' would share the folder '\(folder)', since folders "
            + "keep only \(kept) of a name; name one of them otherwise")
      }
      owners[folder] = name
    }
    let told = changed.filter { !areGenerated || $0.what == "experiment" }.map {
      "the \($0.what) '\($0.name.printable)' is written as '\($0.folder)'"
    }
    guard !told.isEmpty else { return }
    Terminal.writeError(
      "Warning: \(told.joined(separator: " and ")), since folders keep only \(kept) of a name.\n")
  }

  private static let kept = "letters, digits and -_.=,+@"
}
