public import Environments
public import NeuralNetworks

/// One of the wrappers around an environment, with its settings: `frameStack: {count: 4}`.
public struct WrapperSettings: Choice {
  /// The wrapper itself.
  public let wrapper: any Wrapper & ValidatedSettings

  /// Chooses a wrapper.
  public init(_ wrapper: any Wrapper & ValidatedSettings) { self.wrapper = wrapper }

  public static let alternatives: [Alternative<WrapperSettings>] = [
    with(ClipReward.self), with(ScaleReward.self), without(SignReward()), with(ShapeReward.self),
    without(ClipAction()), with(RescaleAction.self), with(DiscretizeAction.self),
    with(StickyActions.self), with(RepeatActions.self),
    with(FrameStack.self), with(DelayObservations.self), without(TimeAware()),
    with(SelectFeatures.self), without(OneHot()), with(RescaleObservation.self),
    with(ClipObservation.self), with(DiscretizeObservation.self), with(ObservationNoise.self),
  ]

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    let hasSettings =
      switch wrapper {
      case is SignReward, is ClipAction, is TimeAware, is OneHot: false
      default: true
      }
    return (type(of: wrapper).name, hasSettings ? wrapper : nil)
  }

  public static func == (left: Self, right: Self) -> Bool {
    func isEqual<W: Wrapper>(_ wrapper: W) -> Bool { wrapper == right.wrapper as? W }
    return isEqual(left.wrapper)
  }

  /// A line of `fledge list wrappers`: settings stand there with their standard values.
  public struct Summary: Sendable {
    /// What files call it, what it does, and where it is from.
    public let name, summary, source: String
    /// Its settings with their standard values, as YAML.
    public let settings: [(key: String, value: String)]
  }

  /// Every wrapper that an experiment file may name.
  public static var summaries: [Summary] {
    alternatives.map { alternative in
      let wrapper = alternative.standard.wrapper
      let entries = (try? ConfigEncoder.encode(wrapper))?.entries ?? []
      return Summary(
        name: alternative.name, summary: type(of: wrapper).summary,
        source: type(of: wrapper).source,
        settings: entries.map { ($0.key, YAMLText.inline($0.value)) })
    }
  }

  private static func with<W: Wrapper & ValidatedSettings>(
    _ type: W.Type
  ) -> Alternative<WrapperSettings> {
    Alternative(type.name, type) { WrapperSettings($0) }
  }

  private static func without<W: Wrapper & ValidatedSettings>(
    _ wrapper: W
  ) -> Alternative<WrapperSettings> {
    Alternative(W.name, WrapperSettings(wrapper))
  }
}

extension ValidatedSettings where Self: Wrapper {
  public func validate() throws(SettingsError) {
    do {
      try check()
    } catch {
      throw SettingsError(path: error.setting ?? "", problem: error.reason)
    }
  }
}

extension ClipReward: ValidatedSettings {}
extension ScaleReward: ValidatedSettings {}
extension SignReward: ValidatedSettings {}
extension ShapeReward: ValidatedSettings {}
extension ClipAction: ValidatedSettings {}
extension RescaleAction: ValidatedSettings {}
extension DiscretizeAction: ValidatedSettings {}
extension StickyActions: ValidatedSettings {}
extension RepeatActions: ValidatedSettings {}
extension FrameStack: ValidatedSettings {}
extension DelayObservations: ValidatedSettings {}
extension TimeAware: ValidatedSettings {}
extension SelectFeatures: ValidatedSettings {}
extension OneHot: ValidatedSettings {}
extension RescaleObservation: ValidatedSettings {}
extension ClipObservation: ValidatedSettings {}
extension DiscretizeObservation: ValidatedSettings {}
extension ObservationNoise: ValidatedSettings {}
