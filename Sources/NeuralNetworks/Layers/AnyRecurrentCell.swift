public import Autodiff
public import Randomness

/// Which recurrent cell, of how many units.
///
/// Written as `gru`, `lstm`, or `{"gru": {"units": 128}}`.
public enum RecurrenceSettings: Choice {
  /// A gated recurrent unit.
  case gru(Cell)
  /// A long short-term memory.
  case lstm(Cell)

  /// What a cell can be told.
  public struct Cell: ValidatedSettings {
    /// Numbers of an output, 1 or more.
    public var units = 64
    /// How both weights are drawn; biases begin with 0 but for `torchDefault`.
    public var initializer = Initializer.orthogonal(gain: 1)

    public init() {}
    /// Chooses how much is remembered.
    public init(units: Int) { self.units = units }

    public func validate() throws(SettingsError) {
      try require(units >= 1, "units", "must be 1 or more", found: units)
      try NeuralNetworks.validate("initializer") { () throws(SettingsError) in
        try initializer.validate()
      }
    }
  }

  public static var alternatives: [Alternative<RecurrenceSettings>] {
    [
      Alternative("gru", Cell.self) { .gru($0) },
      Alternative("lstm", Cell.self) { .lstm($0) },
    ]
  }

  public var chosen: (name: String, settings: (any ValidatedSettings)?) {
    switch self {
    case .gru(let settings): ("gru", settings)
    case .lstm(let settings): ("lstm", settings)
    }
  }

  /// Numbers of an output.
  public var units: Int { cell.units }

  /// Numbers of state that go from step to step.
  public var stateSize: Int {
    switch self {
    case .gru(let settings): settings.units
    case .lstm(let settings): 2 * settings.units
    }
  }

  /// How many gates there are, the candidate among them.
  public var gates: Int {
    switch self {
    case .gru: 3
    case .lstm: 4
    }
  }

  /// What the cell was told, whichever it is; to set it keeps the kind.
  public var cell: Cell {
    get {
      switch self {
      case .gru(let settings), .lstm(let settings): settings
      }
    }
    set {
      switch self {
      case .gru: self = .gru(newValue)
      case .lstm: self = .lstm(newValue)
      }
    }
  }
}

/// The recurrent cell that settings asked for.
public enum AnyRecurrentCell: RecurrentCell {
  /// A gated recurrent unit.
  case gru(GRUCell)
  /// A long short-term memory.
  case lstm(LSTMCell)

  /// A cell with weights drawn at random.
  public init(_ inputs: Int, _ settings: RecurrenceSettings, using random: inout RandomStream) {
    let (units, initializer) = (settings.cell.units, settings.cell.initializer)
    switch settings {
    case .gru: self = .gru(GRUCell(inputs, units, initializer: initializer, using: &random))
    case .lstm: self = .lstm(LSTMCell(inputs, units, initializer: initializer, using: &random))
    }
  }

  private var cell: any RecurrentCell {
    switch self {
    case .gru(let cell): cell
    case .lstm(let cell): cell
    }
  }

  public var inputs: Int { cell.inputs }
  public var units: Int { cell.units }
  public var stateSize: Int { cell.stateSize }
  public func inputTerms(_ x: Tensor) -> [Tensor] { cell.inputTerms(x) }

  public var stepParameters: [Tensor] { cell.stepParameters }

  public func advanced(
    _ terms: [Tensor], from state: [Tensor], by parameters: [Tensor]
  ) -> [Tensor] {
    cell.advanced(terms, from: state, by: parameters)
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    switch self {
    case .gru(var cell):
      cell.visitTensors(&visitor)
      self = .gru(cell)
    case .lstm(var cell):
      cell.visitTensors(&visitor)
      self = .lstm(cell)
    }
  }
}
