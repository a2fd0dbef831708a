import Autodiff
import Foundation
import NeuralNetworks
import TestSupport
import Testing

/// Values and derivatives as PyTorch 2.13 gives them in double precision.
@Suite struct ActivationTests {
  static let points: [Float] = [-100, -10, -3, -1, -0.1, 0, 0.1, 1, 3, 10, 100]

  static let recorded: [(Activation, values: [Float], slopes: [Float])] = [
    (.identity, points, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
    (.relu, [0, 0, 0, 0, 0, 0, 0.1, 1, 3, 10, 100], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
    (
      .leakyRelu, [-1, -0.1, -0.03, -0.01, -0.001, 0, 0.1, 1, 3, 10, 100],
      [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 1, 1, 1, 1, 1]
    ),
    (
      .tanh,
      [
        -1, -1, -0.9950548, -0.7615942, -0.099667996, 0, 0.099667996, 0.7615942, 0.9950548, 1, 1,
      ],
      [
        0, 8.244615e-09, 0.009866037, 0.41997433, 0.9900663, 1, 0.9900663, 0.41997433, 0.009866037,
        8.244615e-09, 0,
      ]
    ),
    (
      .sigmoid,
      [
        0, 4.539787e-05, 0.047425874, 0.26894143, 0.47502083, 0.5, 0.5249792, 0.7310586,
        0.95257413, 0.9999546, 1,
      ],
      [
        0, 4.539581e-05, 0.04517666, 0.19661193, 0.24937604, 0.25, 0.24937604, 0.19661193,
        0.04517666, 4.539581e-05, 0,
      ]
    ),
    (
      .softplus,
      [
        0, 4.5398898e-05, 0.048587352, 0.3132617, 0.64439666, 0.6931472, 0.7443967,
        1.3132616, 3.0485873, 10.000046, 100,
      ],
      [
        0, 4.539787e-05, 0.047425874, 0.26894143, 0.47502083, 0.5, 0.5249792, 0.7310586,
        0.95257413, 0.9999546, 1,
      ]
    ),
    (
      .silu,
      [
        0, -0.0004539787, -0.14227761, -0.26894143, -0.04750208, 0, 0.05249792, 0.7310586,
        2.8577223, 9.999546, 100,
      ],
      [
        0, -0.0004085602, -0.08810411, 0.07232949, 0.4500832, 0.5, 0.5499168, 0.92767054,
        1.0881041, 1.0004085, 1,
      ]
    ),
    (
      .gelu,
      [
        0, 0, -0.004049694, -0.15865526, -0.04601722, 0, 0.053982783, 0.8413448, 2.9959502, 10, 100,
      ],
      [
        0, 0, -0.011945647, -0.08331547, 0.4204769, 0.5, 0.5795231, 1.0833155, 1.0119456, 1, 1,
      ]
    ),
  ]

  @Test(arguments: recorded.indices)
  func `values and derivatives are PyTorch's`(index: Int) {
    let (activation, values, slopes) = Self.recorded[index]
    let x = Tensor(Self.points)
    let slope = gradient { (x: Tensor) in activation(x).sum() }
    expectClose(activation(x).scalars, values, relative: 1e-6, scale: 0.3, "\(activation)")
    expectClose(slope(x).scalars, slopes, relative: 1e-6, scale: 0.3, "derivative of \(activation)")
  }

  @Test func `every activation is recorded`() {
    #expect(Self.recorded.map(\.0) == Activation.allCases)
  }

  @Test func `the slope of leaky ReLU is a setting`() throws {
    let leaky = try JSONDecoder().decode(
      Activation.self, from: Data(#"{"leakyRelu": {"slope": 0.2}}"#.utf8))
    #expect(leaky == .leakyRelu(slope: 0.2))
    expectClose(leaky(Tensor([-1, 2])).scalars, [-0.2, 2], relative: 1e-6)
    #expect(
      #expect(throws: SettingsError.self) { try Activation.leakyRelu(slope: 1).validate() }?
        .description == "leakyRelu.slope must be at least 0 and below 1, but is 1.0")
  }

  /// A layer of weights with variance `gain²/fanIn` keeps the size of standard normal signals.
  @Test func `gains are those of PyTorch's table`() {
    #expect(Activation.relu.gain == 2.0.squareRoot())
    #expect(abs(Activation.leakyRelu(slope: 0.2).gain - 1.3867504905630728) < 1e-15)
    #expect(Activation.tanh.gain == 5.0 / 3)
    #expect(Activation.identity.gain == 1)
  }
}
