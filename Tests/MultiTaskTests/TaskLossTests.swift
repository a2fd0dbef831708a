import Autodiff
import Foundation
import Kernels
import MultiTask
import NeuralNetworks
import TestSupport
import Testing

/// Losses of tasks.
@Suite struct TaskLossTests {
  private let losses: [(TaskLoss, outputs: Int, labels: [Float])] = [
    (.squaredError, 1, [0.5, -1, 2]), (.absoluteError, 1, [0.5, -1, 2]),
    (.huber(TaskLoss.Huber()), 1, [0.5, -1, 2.5]), (.binaryCrossEntropy, 1, [0, 1, 1]),
    (.crossEntropy, 4, [3, 0, 2]),
  ]

  private func outputs(_ columns: Int) -> Tensor {
    Tensor(sampleNumbers([3, columns], name: "outputs").rounded)
  }

  @Test func `a loss is the mean of the losses of its rows`() {
    for (loss, columns, labels) in losses {
      let (outputs, labels) = (outputs(columns), Tensor(shape: [3, 1], scalars: labels))
      let rows = loss.perRow(outputs, labels).scalars
      #expect(abs(loss(outputs, labels).scalar - rows.reduce(0, +) / 3) < 1e-6)
      let some = loss(outputs, labels, weights: Tensor([1, 0, 1])).scalar
      #expect(abs(some - (rows[0] + rows[2]) / 2) < 1e-6)
      #expect(loss(outputs, labels, weights: .zeros([3])).scalar == 0)
    }
  }

  @Test func `gradients are the differences of losses`() {
    for (loss, columns, labels) in losses {
      let (outputs, labels) = (outputs(columns), Tensor(shape: [3, 1], scalars: labels))
      let weights = Tensor([1, 0, 2])
      let slope = gradient { (outputs: Tensor) in loss(outputs, labels, weights: weights) }(outputs)
      for index in 0..<outputs.count {
        func moved(by step: Float) -> Float {
          var scalars = outputs.scalars
          scalars[index] += step
          return loss(Tensor(shape: outputs.shape, scalars: scalars), labels, weights: weights)
            .scalar
        }
        let difference = (moved(by: 1e-2) - moved(by: -1e-2)) / 2e-2
        #expect(abs(slope.scalars[index] - difference) < 2e-3)
      }
    }
  }

  @Test func `losses are chosen by name`() throws {
    for alternative in TaskLoss.alternatives {
      let text = try JSONEncoder().encode([alternative.standard])
      #expect(try JSONDecoder().decode([TaskLoss].self, from: text) == [alternative.standard])
    }
    let huber = try JSONDecoder().decode(
      [TaskLoss].self, from: Data(#"[{"huber": {"delta": 0.5}}]"#.utf8))
    #expect(huber[0].chosen.name == "huber")
    var wrong = TaskLoss.Huber()
    wrong.delta = 0
    #expect(throws: SettingsError.self) { try TaskLoss.huber(wrong).validate() }
  }
}
