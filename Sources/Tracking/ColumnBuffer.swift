import HDF5Store

/// The newest rows of a column, kept in memory until there are enough of them to write.
struct ColumnBuffer<Scalar: HDF5Scalar> {
  /// Rows that are kept; a quarter of a chunk.
  static var capacity: Int { 256 }

  let column: HDF5Column<Scalar>
  private let memory: UnsafeMutablePointer<Scalar>
  private let width: Int
  private var count = 0

  /// An empty buffer; `deallocate()` ends it.
  init(_ column: HDF5Column<Scalar>) {
    self.column = column
    width = column.width
    memory = .allocate(capacity: Self.capacity * column.width)
  }

  func deallocate() { memory.deallocate() }

  @inline(__always) var isFull: Bool { count == Self.capacity }

  /// Adds a row of one number; there must be room.
  @inline(__always)
  mutating func append(_ value: Scalar) {
    memory[count] = value
    count += 1
  }

  /// Adds a row of `width` numbers; there must be room.
  mutating func append(row: UnsafePointer<Scalar>) {
    (memory + count * width).update(from: row, count: width)
    count += 1
  }

  /// Puts the rows into the file.
  mutating func drain() throws(HDF5Error) {
    guard count > 0 else { return }
    try column.append(UnsafeBufferPointer(start: memory, count: count * width))
    count = 0
  }
}

/// Steps and what was measured at them.
struct SeriesBuffer<Value: HDF5Scalar> {
  var steps: ColumnBuffer<Int64>
  var values: ColumnBuffer<Value>

  @inline(__always) var isFull: Bool { steps.isFull || values.isFull }

  mutating func drain() throws(HDF5Error) {
    try values.drain()
    try steps.drain()
  }
}

/// One buffered series for each of some metrics, reached without counting references.
final class SeriesBuffers<Value: HDF5Scalar> {
  let all: UnsafeMutableBufferPointer<SeriesBuffer<Value>>
  let widths: [Int]

  /// Makes the columns `<name>/step` and `<name>/value` in a group.
  init(_ metrics: [MetricColumn], in group: HDF5Group) throws(HDF5Error) {
    var made = [SeriesBuffer<Value>]()
    for (index, metric) in metrics.enumerated() {
      let series = try RunLayout.makeGroup(metric.name, in: group)
      try RunLayout.write(metric, index: index, to: series)
      let steps = try series.createColumn("step", of: Int64.self)
      let values = try series.createColumn("value", of: Value.self, width: metric.width)
      made.append(SeriesBuffer(steps: ColumnBuffer(steps), values: ColumnBuffer(values)))
    }
    widths = metrics.map { $0.width ?? 1 }
    all = .allocate(capacity: made.count)
    _ = all.initialize(from: made)
  }

  deinit {
    for series in all {
      series.steps.deallocate()
      series.values.deallocate()
    }
    all.deinitialize().deallocate()
  }

  var columns: [any GrowingColumn] {
    all.flatMap { series -> [any GrowingColumn] in [series.steps.column, series.values.column] }
  }

  @inline(__always)
  func record(_ index: Int, step: Int64, value: Value) throws(HDF5Error) {
    precondition(index >= 0 && index < all.count, "there is no metric of this index")
    if all[index].isFull { try all[index].drain() }
    all[index].steps.append(step)
    all[index].values.append(value)
  }

  func record(_ index: Int, step: Int64, row: UnsafeBufferPointer<Value>) throws(HDF5Error) {
    precondition(row.count == widths[index], "\(row.count) numbers in a row of \(widths[index])")
    guard let start = row.baseAddress else { return }
    if all[index].isFull { try all[index].drain() }
    all[index].steps.append(step)
    all[index].values.append(row: start)
  }

  func drain() throws(HDF5Error) {
    for index in all.indices { try all[index].drain() }
  }
}

/// What is committed: how many rows a column has and the checksum of their bytes.
protocol GrowingColumn {
  var path: String { get }
  var count: Int { get }
  var checksum: UInt64 { get }
  func copyRows(from reader: RunReader, _ lengths: RunLengths) throws
}

extension HDF5Column: GrowingColumn {}
