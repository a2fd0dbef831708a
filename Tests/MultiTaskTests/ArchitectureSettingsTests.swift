import Autodiff
import Foundation
import MultiTask
import NeuralNetworks
import Randomness
import Testing

@Suite struct ArchitectureSettingsTests {
  private func sentence(
    _ settings: ArchitectureSettings, inputShape: [Int] = [4], outputs: [Int] = [1, 2]
  ) -> String? {
    var random = stream()
    do throws(ArchitectureError) {
      _ = try settings.make(inputShape: inputShape, outputs: outputs, using: &random)
      return nil
    } catch { return error.description }
  }

  @Test func `every architecture survives encoding under a name of its own`() throws {
    for settings in ArchitectureSettings.alternatives.map(\.standard) + smallArchitectures {
      let data = try JSONEncoder().encode(settings)
      #expect(try JSONDecoder().decode(ArchitectureSettings.self, from: data) == settings)
      #expect(ArchitectureSettings.standard(named: settings.name)?.name == settings.name)
      try settings.validate()
    }
    let names = ArchitectureSettings.alternatives.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names == ArchitectureSettings.alternatives.map(\.standard.name))
  }

  @Test func `every architecture says what it is, what is shared and how it sees the task`() {
    for settings in smallArchitectures {
      let about = settings.about
      for line in [about.summary, about.shares, about.source, settings.sees] {
        #expect(!line.isEmpty && !line.hasSuffix("."), "\(settings.name)")
      }
    }
    for settings in withHeads { #expect(settings.sees.hasSuffix("and by its head")) }
  }

  @Test func `settings without meaning are refused in words`() {
    var mmoe = MMoE.Settings()
    mmoe.experts = 0
    #expect(sentence(.mmoe(mmoe)) == "mmoe.experts must be 1 to 256, but is 0")
    var film = FiLM.Settings()
    film.hidden = [4, 0]
    #expect(
      sentence(.film(film)) == "film.hidden must be of layers of 1 to 65536 units, but is 0")
    film.hidden = []
    #expect(sentence(.film(film)) == "film.hidden must name 1 to 32 layers, but is 0")
    var hard = HardSharing.Settings()
    hard.head.hidden = [-1]
    #expect(
      sentence(.hardSharing(hard))
        == "hardSharing.head.hidden must be of layers of 1 to 65536 units, but is -1")
    hard.trunk = .mlp(.init(hidden: [1 << 40]))
    #expect(
      sentence(.hardSharing(hard)) == "hardSharing.trunk.mlp.hidden must be of layers of 1 to "
        + "65536 units, but is 1099511627776")
    var moore = MOORE.Settings()
    (moore.experts, moore.hidden) = (5, [8, 4])
    #expect(
      sentence(.moore(moore))
        == "moore.experts must be at most the 4 units of the last layer, but is 5")
    var stitch = CrossStitch.Settings()
    stitch.sameTask = .nan
    #expect(sentence(.crossStitch(stitch)) == "crossStitch.sameTask must be 0 to 1, but is nan")
  }

  @Test func `shapes without meaning are refused in words`() {
    let ple = ArchitectureSettings.ple(.init())
    #expect(sentence(ple, outputs: []) == "ple needs at least one task")
    #expect(
      sentence(ple, outputs: [1, 0])
        == "ple needs at most 65536 tasks with answers of 1 to 65536 numbers, not [1, 0]")
    for shape in [[0], [-3], [Int.max, Int.max], [1 << 20, 1 << 20]] {
      #expect(
        sentence(ple, inputShape: shape)
          == "ple needs examples of 1 to 268435456 numbers, not of shape \(shape)")
    }
  }

  @Test func `networks too large to hold are refused before they are made`() {
    for standard in ArchitectureSettings.alternatives.map(\.standard) {
      let sentence = sentence(standard, inputShape: [1 << 24])
      #expect(
        sentence?.contains("parameters, above the 268435456 that a network may have") == true,
        "\(standard.name)")
    }
    var ple = PLE.Settings()
    (ple.levels, ple.sharedExperts, ple.ownExperts) = (16, 256, 256)
    ple.hidden = [Int](repeating: 65_536, count: 32)
    let tasks = [Int](repeating: 65_536, count: 65_536)
    #expect(
      sentence(.ple(ple), outputs: tasks)?.hasPrefix("ple would have far too many parameters")
        == true)
  }

  @Test(arguments: ArchitectureSettings.alternatives.map(\.standard), [[1, 1, 1], [10, 3]])
  func `hard sharing of equal size is as near as one unit allows`(
    settings: ArchitectureSettings, outputs: [Int]
  ) throws {
    let count = try settings.parameterCount(inputShape: [21], outputs: outputs)
    let control = try ArchitectureSettings.hardSharing(
      matching: count, inputShape: [21], outputs: outputs)
    let matched = try control.parameterCount(inputShape: [21], outputs: outputs)
    guard case .hardSharing(let found) = control, case .mlp(let trunk) = found.trunk else {
      Issue.record("\(control)")
      return
    }
    let unit = trunk.hidden[0] + 1 + outputs.reduce(0, +)
    #expect(abs(matched - count) <= unit / 2)
    #expect(Double(abs(matched - count)) / Double(count) < 0.01)
  }

  @Test func `hard sharing matches itself, and does what it can where nothing matches`() throws {
    func matching(_ count: Int, _ hidden: [Int]) throws -> [Int]? {
      var settings = HardSharing.Settings()
      settings.trunk = .mlp(.init(hidden: hidden))
      let matched = try ArchitectureSettings.hardSharing(
        matching: count, inputShape: [7], outputs: [2], like: settings)
      guard case .hardSharing(let found) = matched, case .mlp(let trunk) = found.trunk else {
        return nil
      }
      return trunk.hidden
    }
    let itself = 7 * 128 + 128 + 128 * 64 + 64 + 64 * 2 + 2
    #expect(try matching(itself, [128, 64]) == [128, 64])
    #expect(try matching(1, [128, 64]) == [1, 1])
    #expect(try matching(.max, [4]) == [65_536])
    #expect(throws: ArchitectureError.self) { _ = try matching(100, []) }
  }

  @Test func `trunks for images are counted, made and matched too`() throws {
    var settings = HardSharing.Settings()
    settings.trunk = .leNet(.init(channels: [10, 20], hidden: [50]))
    let architecture = ArchitectureSettings.hardSharing(settings)
    var random = stream()
    for shape in [[28, 28], [20, 30, 3]] {
      let count = try architecture.parameterCount(inputShape: shape, outputs: [10, 10])
      let network = try architecture.make(inputShape: shape, outputs: [10, 10], using: &random)
      #expect(network.scalarCount == count)
      let control = try ArchitectureSettings.hardSharing(
        matching: 3 * count, inputShape: shape, outputs: [10, 10], like: settings)
      let matched = try control.parameterCount(inputShape: shape, outputs: [10, 10])
      #expect(abs(Double(matched) / Double(3 * count) - 1) < 0.01)
    }
    #expect(
      sentence(architecture)
        == "hardSharing.trunk.leNet takes images, [height, width] or [height, width, channels], "
        + "but the input has the shape [4]")
  }
}
