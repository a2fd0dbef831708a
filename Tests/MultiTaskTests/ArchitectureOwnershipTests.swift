import Autodiff
import MultiTask
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Which parameters are whose, and what is common.
@Suite struct ArchitectureOwnershipTests {
  /// The tasks whose answers a tensor matters to, by its name.
  private func users<Network: MultiTaskNetwork>(of network: Network) -> [(String, Set<Int>)] {
    var users = network.namedTensors.map { ($0.name, Set<Int>()) }
    for task in 0..<network.taskCount {
      let slope = gradient { (network: Network) in
        network(sampleRows(), task: task).squaredNorm()
      }(network)
      for (index, tensor) in slope.tensors.enumerated()
      where tensor.scalars.contains(where: { $0 != 0 }) {
        users[index].1.insert(task)
      }
    }
    return users
  }

  @Test(arguments: smallArchitectures + withHeads)
  func `what is own serves its task alone, what is shared serves all`(
    settings: ArchitectureSettings
  ) throws {
    for (name, tasks) in users(of: try settings.network()) {
      let place = name.split(separator: "/")
      if place[0] == "own" {
        #expect(tasks == [Int(place[1]) ?? -1], "\(name)")
      } else {
        #expect(place[0] == "shared" && tasks == [0, 1, 2], "\(name)")
      }
    }
  }

  @Test(arguments: smallArchitectures + withHeads)
  func `the last shared layer is the one that heads or answers read`(
    settings: ArchitectureSettings
  ) throws {
    let network = try settings.network()
    let all = network.namedTensors.map(\.name)
    let found = network.lastSharedParameters
    #expect(Set(found).isSubset(of: all))
    let hasHeads = all.contains { $0.hasPrefix("own/0/head/") }
    let layers: [String]? =
      switch settings.name {
      case "mmoe", "moore", "paCo": ["shared/0/", "shared/1/", "shared/2/"]
      case "cgc": ["shared/0/", "shared/1/"]
      case "ple": ["shared/top/0/", "shared/top/1/"]
      case "crossStitch": (0..<3).map { "shared/columns/\($0)/" }
      case "mtan": ["shared/blocks/1/1/"]
      case "softModularization" where hasHeads: ["shared/modules/2/0/", "shared/modules/2/1/"]
      case "hardSharing": ["shared/"]
      case "independent": []
      default: [hasHeads ? "shared/trunk/" : "shared/answer/"]
      }
    let expected = try #require(layers).flatMap { part in
      all.filter { $0.hasPrefix(part) }.suffix(2)  // a weight and a bias
    }
    #expect(found == expected)
  }

  @Test(arguments: smallArchitectures + withHeads)
  func `a common representation is the same for all tasks and all that they share`(
    settings: ArchitectureSettings
  ) throws {
    func check<Network: MultiTaskNetwork>(_ network: Network) {
      let rows = sampleRows()
      let seen = (0..<3).map { network.representation(of: rows, for: $0).scalars }
      guard network.isRepresentationCommon else {
        #expect(seen[0] != seen[1] || settings.name == "independent")
        return
      }
      #expect(seen[0] == seen[1] && seen[1] == seen[2])
      let slope = gradient { (network: Network) in
        network.representation(of: rows, for: 1).squaredNorm()
      }(network)
      #expect(slope.own.tensors.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
      let representation = network.representation(of: rows, for: 0)
      let rest = gradient { (network: Network) in
        network.output(of: 1, from: representation, rows: rows).squaredNorm()
      }(network)
      #expect(rest.shared.tensors.allSatisfy { $0.scalars.allSatisfy { $0 == 0 } })
    }
    check(try settings.network())
  }

  @Test func `only networks whose shared part is not told of the task have one representation`()
    throws
  {
    let common = try smallArchitectures.filter { try $0.network().isRepresentationCommon }
    #expect(common.map(\.name) == ["hardSharing", "crossStitch", "mmoe", "cgc", "moore"])
  }

  @Test func `independent networks share nothing`() throws {
    let network = try #require(
      try ArchitectureSettings.independent(.init()).network() as? Independent)
    #expect(network.shared.tensorCount == 0)
  }
}
