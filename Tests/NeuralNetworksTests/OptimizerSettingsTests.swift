import Foundation
import NeuralNetworks
import Testing

@Suite struct OptimizerSettingsTests {
  private func decode(_ json: String) throws -> OptimizerSettings {
    try JSONDecoder().decode(OptimizerSettings.self, from: Data(json.utf8))
  }

  private func encode(_ settings: OptimizerSettings) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(settings), as: UTF8.self)
  }

  @Test func `settings are an object with the optimiser's name as its only key`() throws {
    let wanted =
      #"{"adam":{"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"learningRate":0.5,"#
      + #""weightDecay":0}}"#
    #expect(try encode(.adam(learningRate: 0.5)) == wanted)
  }

  @Test(arguments: OptimizerSettings.alternatives.map(\.standard))
  func `settings survive encoding`(settings: OptimizerSettings) throws {
    #expect(try decode(encode(settings)) == settings)
    try settings.validate()
  }

  @Test func `a name alone means its defaults`() throws {
    #expect(try decode(#""adamW""#) == .adamW(AdamW.Settings()))
  }

  @Test func `the learning rate is the same property of all`() {
    for var settings in OptimizerSettings.alternatives.map(\.standard) {
      let schedule = Schedule.linear(from: 0.1, to: 0, steps: 100)
      settings.learningRate = schedule
      #expect(settings.learningRate == schedule)
    }
  }

  @Test func `an unknown name is refused with the known ones`() {
    #expect {
      try decode(#"{"adm": {}}"#)
    } throws: { error in
      "\(error)".contains("'adm' is not one of sgd, rmsProp, adagrad, adam, adamW")
    }
  }

  private func refusal(_ settings: OptimizerSettings) -> String? {
    do throws(SettingsError) { try settings.validate() } catch { return error.description }
    return nil
  }

  private func changed<S: ValidatedSettings>(_ change: (inout S) -> Void) -> S {
    var settings = S()
    change(&settings)
    return settings
  }

  @Test func `values without meaning are refused with a sentence that names the key`() {
    #expect(
      refusal(.adam(learningRate: -0.1))
        == "adam.learningRate must never be below 0, but is -0.1")
    #expect(
      refusal(.adam(learningRate: .infinity))
        == "adam.learningRate.constant.value must be finite, but is inf")
    #expect(
      refusal(.adam(changed { $0.beta1 = 1 }))
        == "adam.beta1 must be at least 0 and below 1, but is 1.0")
    #expect(
      refusal(.adamW(changed { $0.beta2 = -0.1 }))
        == "adamW.beta2 must be at least 0 and below 1, but is -0.1")
    #expect(
      refusal(.rmsProp(changed { $0.alpha = .nan }))
        == "rmsProp.alpha must be at least 0 and below 1, but is nan")
    #expect(
      refusal(.adagrad(changed { $0.epsilon = 0 }))
        == "adagrad.epsilon must be finite and above 0, but is 0.0")
    #expect(
      refusal(.adagrad(changed { $0.initialSum = -1 }))
        == "adagrad.initialSum must be finite and 0 or more, but is -1.0")
    #expect(
      refusal(.sgd(changed { $0.weightDecay = -1 }))
        == "sgd.weightDecay must be finite and 0 or more, but is -1.0")
    #expect(
      refusal(.sgd(changed { $0.momentum = 1.5 }))
        == "sgd.momentum must be at least 0 and below 1, but is 1.5")
    #expect(
      refusal(.sgd(changed { $0.nesterov = true }))
        == "sgd.nesterov needs a momentum above 0, but is true")
  }
}
