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
