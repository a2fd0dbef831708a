// swift-tools-version: 6.2
import PackageDescription

// One arrow runs through the rooms: a room may import only what stands in its `imports`.
// `swift build --explicit-target-dependency-import-check error` holds it to that.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

extension Target {
  static func room(
    _ name: String, imports: [Dependency] = [], path: String? = nil,
    exclude: [String] = ["README.md"]
  ) -> Target {
    .target(
      name: name, dependencies: imports, path: path, exclude: exclude, swiftSettings: strict)
  }

  /// A script of `notebooks-as-scripts/`, run by `swift run -c release NAME`.
  ///
  /// `fledge notebook NAME` builds a copy that says where in the script its output comes from.
  static func tutorial(_ name: String, imports: [Dependency]) -> Target {
    let isWoven = Context.environment["FLEDGE_NOTEBOOK"] == name
    return .executableTarget(
      name: name, dependencies: imports,
      path: isWoven ? ".build/notebooks/" + name : "notebooks-as-scripts",
      sources: [name + ".swift"], swiftSettings: strict)
  }

  static func tests(
    of room: String, also imports: [Dependency] = [], exclude: [String] = [],
    resources: [Resource] = []
  ) -> Target {
    .testTarget(
      name: room + "Tests", dependencies: [.init(stringLiteral: room), "TestSupport"] + imports,
      exclude: exclude, resources: resources, swiftSettings: strict)
  }
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "fledge",
  products: [
    .executable(name: "fledge", targets: ["fledge"]),
    .library(name: "Agents", targets: ["Agents"]),
    .library(name: "Autodiff", targets: ["Autodiff"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Environments", targets: ["Environments"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "FledgeCommands", targets: ["FledgeCommands"]),
    .library(name: "MultiTask", targets: ["MultiTask"]),
    .library(name: "NeuralNetworks", targets: ["NeuralNetworks"]),
    .library(name: "Notebooks", targets: ["Notebooks"]),
    .library(name: "Randomness", targets: ["Randomness"]),
    .library(name: "Simulators", targets: ["Simulators"]),
    .library(name: "Sweeps", targets: ["Sweeps"]),
    .library(name: "Tracking", targets: ["Tracking"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries and vector loops
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .target(name: "CKernels", exclude: ["README.md"], cSettings: [.define("_GNU_SOURCE")]),

    // The engine
    .room("Randomness"),
    .room("Spelling"),
    .room("Kernels", imports: ["COpenBLAS", "CKernels"]),
    .room("Autodiff", imports: ["Kernels", "CKernels"]),
    .room("NeuralNetworks", imports: ["Autodiff", "Kernels", "Randomness", "Spelling"]),

    // Several tasks
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .room(
      "MultiTask",
      imports: ["Autodiff", "CKernels", "Kernels", "NeuralNetworks", "Randomness", "Spelling"]),
    .room("Datasets", imports: ["CZlib", "Checksums", "HDF5Store", "Randomness"]),

    // The worlds
    .room("Environments", imports: ["Randomness", "Spelling"]),
    .room("Simulators", imports: ["Environments", "Randomness"], path: "environments"),

    // Seeing
    .room("Rendering", imports: ["Environments"]),

    // The record
    .room("Checksums"),
    .room("HDF5Store", imports: ["CHDF5", "Checksums"]),
    .room("Tracking", imports: ["Checksums", "HDF5Store"]),
    .room("Reports", imports: ["Checksums", "Randomness", "Sweeps", "Tracking"]),

    // Searching and telling
    .room("Sweeps", imports: ["Randomness"]),
    .room("Notebooks", imports: ["Reports"]),

    // Learning
    .room("Replay", imports: ["Environments", "HDF5Store", "Randomness", "CKernels"]),
    .room(
      "Agents",
      imports: [
        "Autodiff", "Environments", "MultiTask", "NeuralNetworks", "Randomness", "Replay",
      ]),
    .room(
      "Experiments",
      imports: [
        "Agents", "Autodiff", "Datasets", "Environments", "HDF5Store", "Kernels", "MultiTask",
        "NeuralNetworks", "Randomness", "Replay", "Simulators", "Spelling", "Sweeps", "Tracking",
        .product(name: "Yams", package: "Yams"),
      ]),

    // Other people's tools
    .room(
      "Interchange",
      imports: [
        "Autodiff", "Checksums", "Environments", "HDF5Store", "Kernels", "NeuralNetworks",
        "Tracking",
      ]),

    // The command line
    .room(
      "FledgeCommands",
      imports: [
        "Agents", "Autodiff", "Datasets", "Environments", "Experiments", "HDF5Store", "Interchange",
        "Kernels", "MultiTask", "NeuralNetworks", "Notebooks", "Randomness", "Rendering", "Replay",
        "Reports", "Simulators", "Spelling", "Sweeps", "Tracking", arguments,
      ]),
    .executableTarget(
      name: "fledge", dependencies: ["FledgeCommands"], swiftSettings: strict),

    // Tutorials: scripts to read, run and change
    .tutorial("first-run", imports: ["Experiments", "FledgeCommands", "Notebooks", "Tracking"]),
    .tutorial(
      "own-environment",
      imports: ["Environments", "Experiments", "FledgeCommands", "Notebooks", "Randomness"]),
    .tutorial("reading-a-run-file", imports: ["FledgeCommands", "Notebooks", "Tracking"]),
    .tutorial(
      "own-agent",
      imports: [
        "Agents", "Autodiff", "Environments", "Experiments", "FledgeCommands", "NeuralNetworks",
        "Notebooks", "Randomness",
      ]),
    .tutorial("comparing-configurations", imports: ["FledgeCommands", "Notebooks"]),
    .tutorial(
      "own-multitask",
      imports: [
        "Autodiff", "Datasets", "Experiments", "FledgeCommands", "MultiTask", "NeuralNetworks",
        "Notebooks", "Randomness",
      ]),
    .tutorial("a-sweep", imports: ["FledgeCommands", "Notebooks"]),
    .tutorial(
      "an-honest-comparison", imports: ["FledgeCommands", "Notebooks", "Randomness", "Tracking"]),

    // Tests
    .target(
      name: "TestSupport", dependencies: ["Autodiff", "Environments", "Kernels", "Randomness"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .tests(of: "Randomness"),
    .tests(of: "Spelling"),
    // Replaces malloc in the test program by forms that count.
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .tests(of: "Kernels", also: ["CAllocationCounter", "CKernels", "Randomness"]),
    .tests(of: "Autodiff", also: ["CAllocationCounter", "CKernels", "Kernels", "Randomness"]),
    .tests(of: "NeuralNetworks", also: ["Autodiff", "Kernels", "Randomness"]),
    .tests(of: "MultiTask", also: ["Autodiff", "Kernels", "NeuralNetworks", "Randomness"]),
    .tests(
      of: "Datasets",
      also: ["CAllocationCounter", "CZlib", "Checksums", "HDF5Store", "Randomness"],
      exclude: ["Files"]),
    .tests(of: "Environments", also: ["Randomness"]),
    .tests(
      of: "Simulators", also: ["Environments", "Randomness"], resources: [.copy("Recorded")]),
    .tests(of: "Rendering", also: ["Environments"]),
    .tests(of: "Checksums"),
    .tests(of: "HDF5Store", exclude: ["Hostile"]),
    .tests(of: "Tracking", also: ["HDF5Store"]),
    // A process that takes trials from a journal until a test kills it.
    .executableTarget(
      name: "JournalWorker", dependencies: ["Randomness", "Sweeps"], path: "Tests/JournalWorker",
      swiftSettings: strict),
    .tests(of: "Sweeps", also: ["JournalWorker", "Randomness"]),
    .tests(of: "Notebooks", also: ["Reports"]),
    .tests(
      of: "Interchange",
      also: [
        "Autodiff", "Checksums", "Environments", "HDF5Store", "Kernels", "NeuralNetworks",
        "Randomness", "Tracking",
      ]),
    .tests(of: "Reports", also: ["Checksums", "Randomness", "Sweeps", "Tracking"]),
    .tests(of: "Replay", also: ["Environments", "HDF5Store", "Randomness"]),
    .tests(
      of: "Agents",
      also: [
        "Autodiff", "Environments", "HDF5Store", "Kernels", "MultiTask", "NeuralNetworks",
        "Randomness", "Replay", "Simulators",
      ], resources: [.copy("Recorded")]),
    .tests(
      of: "Experiments",
      also: [
        "Agents", "Datasets", "Environments", "HDF5Store", "MultiTask", "NeuralNetworks",
        "Randomness", "Simulators", "Sweeps", "Tracking",
      ]),
    .tests(
      of: "FledgeCommands",
      also: [
        "Environments", "Experiments", "HDF5Store", "Interchange", "Randomness", "Sweeps",
        "Tracking", "fledge",
      ]),
  ]
)
