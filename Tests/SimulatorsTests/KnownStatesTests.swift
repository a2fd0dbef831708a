import Environments
import Simulators
import Testing

/// Full-precision states of single runs with seed 123, printed by Gymnasium 1.4.
@Suite struct KnownStatesTests {
  private func frames(_ name: String, _ actions: [Double]) throws -> [Frame] {
    var rollout = try catalogue[name].makeRollout()
    return try [rollout.reset(seed: 123)] + actions.map { try rollout.step(.number($0)) }
  }

  @Test func `CartPole alternating right and left`() throws {
    let frames = try frames("CartPole-v1", (0..<24).map { $0.isMultiple(of: 2) ? 1 : 0 })
    #expect(
      frames[0].state == [
        0.018235186324814343, -0.04461789811977773, -0.027964012722738865, -0.03156281893013303,
      ])
    #expect(
      frames[1].state == [
        0.017342828362418787, 0.1508936777872997, -0.028595269101341525, -0.3329358730517952,
      ])
    #expect(
      frames[2].state == [
        0.020360701918164782, -0.04380984477562769, -0.03525398656237743, -0.04940584977059331,
      ])
    #expect(
      frames[24].state == [
        0.04854847899949684, -0.013129038482113525, -0.22300566988180487, -0.74341170484669,
      ])
    #expect(frames.map(\.terminated) == Array(repeating: false, count: 24) + [true])
    #expect(frames.dropFirst().allSatisfy { $0.reward == 1 })
  }

  @Test func `CartPole's first observations of other seeds`() throws {
    for (seed, expected) in [
      (42 as UInt64, [0.0273956, -0.00611216, 0.03585979, 0.0197368]),
      (124, [0.02852531, 0.02858594, 0.0469136, 0.02480598]),
    ] {
      var rollout = try catalogue["CartPole-v1"].makeRollout()
      let observation = rollout.reset(seed: seed).observation
      for (shown, expected) in zip(observation, expected) {
        #expect(abs(Double(shown) - expected) < 1e-8)
      }
    }
  }

  @Test func `Acrobot with changing torques`() throws {
    let frames = try frames("Acrobot-v1", [2, 2, 2, 0, 0, 0, 1, 2, 2, 2, 2, 0, 0, 0, 1, 2])
    #expect(
      frames[0].state == [
        0.03647037222981453, -0.08923579752445221, -0.055928025394678116, -0.06312564015388489,
      ])
    #expect(
      frames[1].state == [
        0.0063627109389503625, -0.054996902391908686, -0.23775693500246314, 0.39459254188444437,
      ])
    #expect(
      frames[2].state == [
        -0.05376520888550126, 0.06018900436202701, -0.3474945616084192, 0.727560503229912,
      ])
    #expect(
      frames[16].state == [
        0.07578111149883716, -0.14492738323939963, 0.5125965586478557, -1.0621739826605352,
      ])
    #expect(frames.dropFirst().allSatisfy { $0.reward == -1 })
  }

  @Test func `MountainCar pushed right, then left`() throws {
    let frames = try frames(
      "MountainCar-v0", Array(repeating: 2, count: 12) + Array(repeating: 0, count: 12))
    #expect(frames[0].state == [-0.4635296273503713, 0])
    #expect(frames[1].state == [-0.4629777115073088, 0.0005519158430624639])
    #expect(frames[2].state == [-0.461877951543202, 0.0010997599641068205])
    #expect(frames[12].state == [-0.42439013618100474, 0.005524497283329502])
    #expect(frames[24].state == [-0.49201821015614705, -0.014294103448172637])
    #expect(frames.dropFirst().allSatisfy { $0.reward == -1 })
  }

  /// Every fourth action is beyond the limits: it is clipped for the car and charged in full.
  @Test func `MountainCarContinuous with doses beyond the limits`() throws {
    let doses = [1, -0.5, 0.25, 2]
    let frames = try frames("MountainCarContinuous-v0", doses + doses + doses + doses)
    #expect(frames[1].state == [-0.4624777138233185, 0.0010519158095121384])
    #expect(frames[1].reward == -0.1)
    #expect(frames[2].state == [-0.4626316428184509, -0.00015392759814858437])
    #expect(frames[3].state == [-0.46286529302597046, -0.00023363609216175973])
    #expect(frames[4].state == [-0.4620519280433655, 0.0008133786031976342])
    #expect(frames[4].reward == -0.4)
    #expect(frames[16].state == [-0.4415265917778015, 0.0024605323560535908])
  }

  @Test func `Pendulum with torques beyond the limits`() throws {
    let torques = [2, -1, 0.5, 4]
    let frames = try frames("Pendulum-v1", torques + torques + torques + torques)
    #expect(frames[0].state == [1.1457505478975563, -0.8923579623955546])
    #expect(frames[1].state == [1.1502958943931034, 0.09090692991094518])
    #expect(frames[1].reward == -1.396374591502615)
    #expect(frames[2].state == [1.181574419742813, 0.6255705069941951])
    #expect(frames[2].reward == -1.3250070516957106)
    #expect(frames[4].state == [1.3716240585197583, 2.4065188172179965])
    #expect(frames[4].reward == -1.7642027414901111)
    #expect(frames[16].state == [4.933503617201004, 5.4021423866623115])
    #expect(frames[16].reward == -6.051419628816513)
  }
}
