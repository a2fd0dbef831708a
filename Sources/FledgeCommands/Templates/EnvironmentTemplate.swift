import Foundation

/// The files of a package with one environment, for `fledge new environment`.
///
/// The text of each file is written as it will be read, with three words replaced: `Lattice`, the
/// environment's name; `lattice-program`, the program's; `lattice_module`, the module's.
struct EnvironmentTemplate {
  /// The environment's name and type, such as `LostHiker`.
  let name: String
  /// The name of the package and of its program, such as `lost-hiker`.
  let program: String
  private let fledge: String

  /// - Throws: a `CommandFailure` if the name cannot be a Swift type's.
  init(name: String, fledge: String) throws {
    self.name = name
    self.fledge = fledge
    let isName = name.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil
    guard isName, !Self.taken.contains(name) else {
      let reason =
        isName
        ? "Fledge or Swift has a type of this name"
        : "a Swift type's name begins with a capital and goes on with letters and digits of ASCII"
      throw CommandFailure(
        "'\(name)' cannot be an environment's name: \(reason); try \(Self.proposal(for: name))")
    }
    program = Self.kebab(name)
  }

  /// Types that a world's file needs by these names.
  private static let taken: Set<String> = [
    "Any", "Environments", "FledgeCommands", "Foundation", "Glibc", "Main", "Package", "Protocol",
    "RandomStream", "Randomness", "Simulators", "Swift", "Testing",
    "Array", "Bool", "Box", "Discrete", "Double", "Environment", "EnvironmentEntry", "Fledge",
    "Float", "Int", "Interval", "OutputSpan", "PCG64", "Picture", "Self", "Setting", "Space",
    "State", "Step", "String", "Type",
  ]

  private static func proposal(for name: String) -> String {
    let words = name.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    let proposal = String(joined.drop { !$0.isLetter })
    if proposal.isEmpty { return "LostHiker" }
    let capitalized = proposal.prefix(1).uppercased() + proposal.dropFirst()
    return taken.contains(capitalized) ? capitalized + "World" : capitalized
  }

  /// `LostHiker` becomes `lost-hiker`, `HTTPWorld` `http-world`.
  private static func kebab(_ name: String) -> String {
    var result = ""
    let letters = Array(name)
    for (index, letter) in letters.enumerated() {
      let followsSmall = index > 0 && !letters[index - 1].isUppercase
      let precedesSmall = index + 1 < letters.count && letters[index + 1].isLowercase
      if letter.isUppercase, index > 0, followsSmall || precedesSmall { result += "-" }
      result += letter.lowercased()
    }
    return result
  }

  /// Every file of the package, by its path.
  var files: [(path: String, text: String)] {
    [
      ("Package.swift", Self.manifest),
      ("Sources/\(program)/\(name).swift", Self.world),
      ("Sources/\(program)/main.swift", Self.main),
      ("Tests/\(name)Tests.swift", Self.test),
      ("experiments/\(program)-dqn.yaml", Self.experiment),
      ("README.md", Self.readme),
      (".gitignore", ".build/\nPackage.resolved\nruns/\n"),
    ].map { ($0.0, filled($0.1)) }
  }

  /// What to do next.
  func farewell(folder: String) -> String {
    """
    Made the package \(folder). To see it work:
      cd \(folder)
      swift build -c release
      .build/release/\(program) check \(name)-v0
      .build/release/\(program) run experiments/\(program)-dqn.yaml
      .build/release/\(program) play \(name)-v0
    Then change Sources/\(program)/\(name).swift into the world that you want.
    """
  }

  private func filled(_ text: String) -> String {
    // The path comes last: nothing in it is to be replaced.
    let quoted = fledge.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#)
    return text.replacing("lattice-program", with: program)
      .replacing("lattice_module", with: program.replacing("-", with: "_"))
      .replacing("Lattice", with: name).replacing("/path/to/fledge", with: quoted)
  }
}
