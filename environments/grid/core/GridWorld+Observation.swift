public import Environments

extension GridWorld {
  /// The image, the direction, and what varies of the mission.
  ///
  /// The image is MiniGrid's: object, color and state of each cell, column by column and in each
  /// from above. It shows the square that the agent sees, turned so that it looks up from the
  /// middle of the lower edge, with what it carries on its own cell; or the whole grid with the
  /// agent in it, whose state is its direction, if `fullyObservable` is set.
  public var observations: Box {
    let full = options.fullyObservable
    let cells = full ? width * height : options.viewSize * options.viewSize
    let cell = [GridObject.count, GridColor.allCases.count, full ? 4 : 3]
    var categories: [Int] = []
    categories.reserveCapacity(3 * cells + 2)
    for _ in 0..<cells { categories += cell }
    categories.append(4)
    categories += Self.missionParts.map { part in
      switch part {
      case .color: GridColor.allCases.count
      }
    }
    return Box(categories: categories)
  }

  @inlinable
  public func observe(_ state: State, into features: inout OutputSpan<Float>) {
    if options.fullyObservable {
      appendGrid(of: state, to: &features)
    } else {
      appendView(of: state, to: &features)
    }
    features.append(Float(state.heading.rawValue))
    for part in Self.missionParts {
      switch part {
      case .color: features.append(Float(state.mission.color.rawValue))
      }
    }
  }

  @inlinable @inline(__always)
  func appendView(of state: State, to features: inout OutputSpan<Float>) {
    let size = options.viewSize
    let carrying = state.carrying
    precondition(features.freeCapacity > 3 * size * size, "too little room for the image")
    let numbers = tileNumbers
    features.withUnsafeMutableBufferPointer { buffer, count in
      guard let base = buffer.baseAddress else { return }
      var place = UnsafeMutableRawPointer(base + count)
      // Each cell writes four numbers, of which the next cell overwrites the last.
      func write(_ tile: GridTile) {
        place.storeBytes(of: numbers[Int(tile.code & 127)], as: SIMD4<Float>.self)
        place += 3 * MemoryLayout<Float>.stride
      }
      state.withView(size: size, throughWalls: seesThroughWalls) { view in
        for column in 0..<size {
          view.forEachTile(ofColumn: column, write)
          if column == size / 2 {
            place -= 3 * MemoryLayout<Float>.stride
            write(carrying)
          }
        }
      }
      count += 3 * size * size
    }
  }

  @inlinable
  func appendGrid(of state: State, to features: inout OutputSpan<Float>) {
    for x in 0..<state.width {
      for y in 0..<state.height {
        let numbers = state[x, y].numbers
        let isAgent = state.agent == GridPoint(x, y)
        features.append(isAgent ? Float(GridObject.agent.rawValue) : Float(numbers[0]))
        features.append(isAgent ? 0 : Float(numbers[1]))
        features.append(isAgent ? Float(state.heading.rawValue) : Float(numbers[2]))
      }
    }
  }
}

/// The numbers of each tile as features: object, color, state and 0, by the tile's code.
@usableFromInline
nonisolated(unsafe) let tileNumbers: UnsafePointer<SIMD4<Float>> = {
  let table = UnsafeMutablePointer<SIMD4<Float>>.allocate(capacity: 128)
  for code in 0..<128 {
    (table + code).initialize(to: SIMD4<Float>(GridTile(code: UInt8(code)).numbers))
  }
  return UnsafePointer(table)
}()
