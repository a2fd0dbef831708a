import ArgumentParser
import Experiments
import Foundation
import HDF5Store
import Kernels
import Replay
import Tracking

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what this machine offers, and what to fix.")

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Findings: Encodable {
    var fledge: String
    var processor: String
    var processors: Int
    var vectorLevel: String
    var blasLibrary: String
    var blasKernel: String
    var blasKernelByItself: String
    var blasThreads: Int
    var hdf5: String
    var memoryMebibytes: Int?
    var build: String
    var problems: [String]
  }

  func run() throws {
    let blas = BLAS.configuration
    var findings = Findings(
      fledge: FledgeVersion.current,
      processor: Provenance.gather(
        version: "", blasKernel: "", seed: 0, commandLine: []
      ).processor,
      processors: ExperimentRunner.availableProcessors, vectorLevel: VectorLevel.current.name,
      blasLibrary: blas.library, blasKernel: blas.kernel, blasKernelByItself: blas.detectedKernel,
      blasThreads: blas.threads, hdf5: HDF5Version.current,
      memoryMebibytes: AvailableMemory.now().map { $0.bytes >> 20 }, build: Self.build,
      problems: [])
    findings.problems = problems(findings)
    if json {
      try JSONOutput.print(findings)
    } else {
      printTable(findings)
    }
  }

  private static var build: String {
    #if DEBUG
    "debug"
    #else
    "release"
    #endif
  }

  private func problems(_ findings: Findings) -> [String] {
    var problems: [String] = []
    if findings.build == "debug" {
      problems.append("This is a debug build, many times slower: build with -c release.")
    }
    if let chosen = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] {
      problems.append(
        "OPENBLAS_CORETYPE is set to \(chosen), so Fledge leaves OpenBLAS's kernels alone; unset it "
          + "unless you mean it.")
    } else if findings.vectorLevel == "AVX-512",
      !["SkylakeX", "Cooperlake", "Sapphirerapids"].contains(findings.blasKernel)
    {
      problems.append(
        "The processor has AVX-512 but OpenBLAS uses its \(findings.blasKernel) kernels: install a "
          + "build with run-time selection (Debian's libopenblas0).")
    }
    if findings.vectorLevel == "baseline" {
      problems.append("The processor has neither AVX2 nor AVX-512: everything runs, slowly.")
    }
    if let memory = findings.memoryMebibytes, memory < 512 {
      problems.append("Only \(memory) MiB of memory are free: close something before a long run.")
    }
    return problems
  }

  private func printTable(_ findings: Findings) {
    var table = TextTable()
    table.add("Fledge", "\(findings.fledge), \(findings.build) build")
    table.add("Processor", "\(findings.processor), \(findings.processors) available")
    table.add("Vector loops", findings.vectorLevel)
    let kernel =
      findings.blasKernel == findings.blasKernelByItself
      ? findings.blasKernel
      : "\(findings.blasKernel) (by itself it would use \(findings.blasKernelByItself))"
    table.add("OpenBLAS kernels", kernel)
    table.add("OpenBLAS threads", "\(findings.blasThreads)")
    table.add("OpenBLAS", findings.blasLibrary)
    table.add("HDF5", findings.hdf5)
    if let memory = findings.memoryMebibytes { table.add("Free memory", "\(grouped(memory)) MiB") }
    print(table.text)
    print()
    if findings.problems.isEmpty {
      print("Nothing to fix.")
    } else {
      for problem in findings.problems { print("! \(problem)") }
    }
  }
}
