/// The shapes of all frames as few elements as possible, each with what becomes of it.
///
/// From frame to frame most shapes stay and some move. Those at the beginning and at the end of the
/// list that stay are the same elements; between them, shapes and elements are matched in order so
/// that most that are equal, and then most of the same kind, meet.
struct ShapeTimeline {
  /// An element and its values from certain frames on, `nil` where it is not there.
  struct Slot {
    var element: SVGElement
    private(set) var changes: [(frame: Int, values: [String]?)]

    /// Its values in the last frame that was told.
    var values: [String]? { changes.last?.values }

    init(_ element: SVGElement, from frame: Int) {
      self.element = element
      changes = frame > 0 ? [(0, nil), (frame, element.values)] : [(frame, element.values)]
    }

    mutating func set(_ values: [String]?, from frame: Int) {
      if self.values != values { changes.append((frame, values)) }
    }
  }

  /// The elements, from back to front.
  private(set) var slots: [Slot] = []
  private var frames = 0
  /// The slots of the last frame's shapes.
  private var present: [Int] = []

  /// Adds a frame.
  mutating func append(_ shapes: [SVGElement]) {
    func isSame(_ place: Int, _ shape: SVGElement) -> Bool {
      let slot = slots[present[place]]
      return slot.element.kind == shape.kind && slot.values == shape.values
    }
    let shorter = min(present.count, shapes.count)
    let head = (0..<shorter).first { !isSame($0, shapes[$0]) } ?? shorter
    var tail = 0
    while tail < shorter - head,
      isSame(present.count - 1 - tail, shapes[shapes.count - 1 - tail])
    { tail += 1 }
    let firstSlot = head == 0 ? 0 : present[head - 1] + 1
    let endSlot = tail == 0 ? slots.count : present[present.count - tail]
    let middle = shapes[head..<shapes.count - tail]
    let (placed, added) = match(Array(middle), with: firstSlot..<endSlot)
    present = present[..<head] + placed + present.suffix(tail).map { $0 + added }
    frames += 1
  }

  /// Gives each shape a slot in a range, new ones where there is none; all others there are hidden.
  ///
  /// - Returns: the slots, and how many were added.
  private mutating func match(
    _ shapes: [SVGElement], with range: Range<Int>
  ) -> (slots: [Int], added: Int) {
    let pairs = bestPairs(shapes, range)
    var result: [Slot] = []
    var placed: [Int] = []
    var (slot, shape) = (range.lowerBound, 0)
    for (nextShape, nextSlot) in pairs + [(shapes.count, range.upperBound)] {
      while slot < nextSlot {
        slots[slot].set(nil, from: frames)
        result.append(slots[slot])
        slot += 1
      }
      while shape < nextShape {
        placed.append(range.lowerBound + result.count)
        result.append(Slot(shapes[shape], from: frames))
        shape += 1
      }
      guard nextShape < shapes.count else { break }
      slots[slot].set(shapes[shape].values, from: frames)
      placed.append(range.lowerBound + result.count)
      result.append(slots[slot])
      slot += 1
      shape += 1
    }
    slots.replaceSubrange(range, with: result)
    return (placed, result.count - range.count)
  }

  /// Pairs of shapes and slots, both in order, of the largest worth.
  private func bestPairs(
    _ shapes: [SVGElement], _ range: Range<Int>
  ) -> [(shape: Int, slot: Int)] {
    let (rows, columns) = (shapes.count, range.count)
    guard rows > 0, columns > 0, rows * columns <= 4_000_000 else { return [] }
    let width = columns + 1
    // The largest worth of the shapes from a row on and the slots from a column on.
    var worth = [Int32](repeating: 0, count: (rows + 1) * width)
    for row in stride(from: rows - 1, through: 0, by: -1) {
      for column in stride(from: columns - 1, through: 0, by: -1) {
        let here = row * width + column
        let both = value(shapes[row], range.lowerBound + column)
        worth[here] = max(worth[here + 1], worth[here + width])
        if both > 0 { worth[here] = max(worth[here], both + worth[here + width + 1]) }
      }
    }
    var pairs: [(shape: Int, slot: Int)] = []
    var (row, column) = (0, 0)
    while row < rows, column < columns {
      let here = row * width + column
      let both = value(shapes[row], range.lowerBound + column)
      if both > 0, worth[here] == both + worth[here + width + 1] {
        pairs.append((row, range.lowerBound + column))
        (row, column) = (row + 1, column + 1)
      } else if worth[here] == worth[here + width] {
        row += 1
      } else {
        column += 1
      }
    }
    return pairs
  }

  /// What it is worth that a shape goes on in a slot; 0 if it cannot.
  private func value(_ shape: SVGElement, _ slot: Int) -> Int32 {
    guard slots[slot].element.kind == shape.kind else { return 0 }
    return slots[slot].values == shape.values ? 4 : slots[slot].values == nil ? 1 : 2
  }
}
