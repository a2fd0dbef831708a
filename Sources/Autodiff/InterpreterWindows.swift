import Kernels

// Images, seen through a window: every element by its coordinates, the plainest way there is.

extension Operands {
  func patches(_ window: Window) -> [Number] {
    let images = Images(shapes[0], window)
    var results: [Number] = []
    results.reserveCapacity(result.count)
    images.forEachPlace { place in
      for element in images.elements(at: place) {
        for channel in 0..<images.channels {
          results.append(element.map { numbers[0][$0 + channel] } ?? 0)
        }
      }
    }
    return results
  }

  func overlaid(_ window: Window) -> [Number] {
    let images = Images(result, window)
    var sums = [Double](repeating: 0, count: result.count)
    var next = 0
    images.forEachPlace { place in
      for element in images.elements(at: place) {
        for channel in 0..<images.channels {
          if let element { sums[element + channel] += Double(numbers[0][next]) }
          next += 1
        }
      }
    }
    return sums.map { Number($0) }
  }

  /// Of the first operand, what stands where the second one is largest.
  func takenLargest(_ window: Window) -> [Number] {
    let images = Images(shapes[1], window)
    var results: [Number] = []
    results.reserveCapacity(result.count)
    images.forEachPlace { place in
      for channel in 0..<images.channels {
        results.append(numbers[0][images.largest(of: numbers[1], at: place, channel)])
      }
    }
    return results
  }

  /// The first operand added where the second one is largest.
  func placedLargest(_ window: Window) -> [Number] {
    let images = Images(shapes[1], window)
    var results = [Number](repeating: 0, count: result.count)
    var next = 0
    images.forEachPlace { place in
      for channel in 0..<images.channels {
        results[images.largest(of: numbers[1], at: place, channel)] += numbers[0][next]
        next += 1
      }
    }
    return results
  }
}

/// Images `[B, H, W, C]` and the places of a window on them.
private struct Images {
  let shape: Shape
  let window: Window
  let rows: Int
  let columns: Int

  init(_ shape: Shape, _ window: Window) {
    self.shape = shape
    self.window = window
    (rows, columns) = window.places(onHeight: shape[1], width: shape[2])
  }

  var channels: Int { shape[3] }

  func forEachPlace(_ body: ((image: Int, row: Int, column: Int)) -> Void) {
    for image in 0..<shape[0] {
      for row in 0..<rows {
        for column in 0..<columns { body((image, row, column)) }
      }
    }
  }

  /// Where the pixels that a window shows begin, row by row; `nil` beyond the image.
  func elements(at place: (image: Int, row: Int, column: Int)) -> [Int?] {
    var elements: [Int?] = []
    for y in 0..<window.height {
      for x in 0..<window.width {
        let row = place.row * window.stride + y - window.padding
        let column = place.column * window.stride + x - window.padding
        let isInside = row >= 0 && row < shape[1] && column >= 0 && column < shape[2]
        elements.append(
          isInside ? ((place.image * shape[1] + row) * shape[2] + column) * channels : nil)
      }
    }
    return elements
  }

  /// The position of the largest number of a channel: the first of several; not-a-number counts as
  /// larger than any number.
  func largest<Number: RealNumber>(
    of keys: [Number], at place: (image: Int, row: Int, column: Int), _ channel: Int
  ) -> Int {
    let candidates = elements(at: place).compactMap { $0.map { $0 + channel } }
    return candidates.dropFirst().reduce(candidates[0]) { best, next in
      keys[next] > keys[best] || keys[next].isNaN ? next : best
    }
  }
}
