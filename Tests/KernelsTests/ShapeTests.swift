import Kernels
import Testing

@Suite struct ShapeTests {
  @Test func `a shape counts its elements`() {
    #expect(Shape([]).count == 1)
    #expect(Shape([3, 4]).count == 12)
    #expect(Shape([2, 0, 5]).count == 0)
    #expect(Shape([2, 3, 4, 5]).count == 120)
  }

  @Test func `a shape gives back its dimensions`() {
    for dimensions in [[], [7], [7, 1], [1, 2, 3], [4, 3, 2, 1]] {
      let shape = Shape(dimensions)
      #expect(shape.rank == dimensions.count)
      #expect(shape.dimensions == dimensions)
      #expect(dimensions.indices.map { shape[$0] } == dimensions)
    }
  }

  @Test func `trailing axes of one element tell shapes apart`() {
    #expect(Shape([3]) != Shape([3, 1]))
    #expect(Shape([]) != Shape([1]))
    #expect(Set<Shape>([[3], [3, 1], [3]]).count == 2)
  }

  @Test func `axes are removed, replaced and inserted`() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.removing(1) == [2, 4])
    #expect(shape.replacing(0, with: 9) == [9, 3, 4])
    #expect(shape.inserting(5, at: 0) == [5, 2, 3, 4])
    #expect(shape.inserting(5, at: 3) == [2, 3, 4, 5])
    #expect(shape == [2, 3, 4])
  }

  @Test func `a shape describes itself`() {
    #expect("\(Shape([64, 2]))" == "[64, 2]")
    #expect("\(Shape([]))" == "[]")
  }

  @Test func `an axis that does not exist stops the process`() async {
    await #expect(processExitsWith: .failure) { _ = Shape([2, 3])[2] }
    await #expect(processExitsWith: .failure) { _ = Shape([1, 2, 3, 4, 5]) }
  }
}

@Suite struct NDArrayTests {
  @Test func `a copy does not change with the original`() {
    var original = NDArray<Float>(shape: [2, 2], scalars: [1, 2, 3, 4])
    let copy = original
    original.scalars[0] = 9
    #expect(copy.scalars == [1, 2, 3, 4])
    #expect(original.scalars == [9, 2, 3, 4])
  }

  @Test func `one number fills an array of any shape`() {
    #expect(NDArray<Double>(repeating: 2, shape: [2, 3]).scalars == [2, 2, 2, 2, 2, 2])
    #expect(NDArray<Float>(repeating: 2, shape: []).scalars == [2])
    #expect(NDArray<Float>(repeating: 2, shape: [3, 0]).scalars == [])
  }

  @Test func `arrays are equal if shapes and numbers are`() {
    let row = NDArray<Float>(shape: [1, 2], scalars: [1, 2])
    #expect(row == NDArray(shape: [1, 2], scalars: [1, 2]))
    #expect(row != NDArray(shape: [2, 1], scalars: [1, 2]))
    #expect(row != NDArray(shape: [1, 2], scalars: [1, 3]))
  }

  @Test func `too few numbers stop the process`() async {
    await #expect(processExitsWith: .failure) {
      _ = NDArray<Float>(shape: [2, 2], scalars: [1, 2, 3])
    }
  }
}

@Suite struct AlignedBufferTests {
  @Test(arguments: [0, 1, 15, 16, 17, 1000])
  func `a buffer starts on a cache line and holds zeros`(count: Int) {
    let buffer = AlignedBuffer<Float>(count: count)
    #expect(UInt(bitPattern: buffer.start) % 64 == 0)
    #expect(buffer.elements.count == count)
    #expect(buffer.elements.allSatisfy { $0 == 0 })
  }

  @Test func `a buffer keeps what is written`() {
    let buffer = AlignedBuffer<Int32>(count: 3)
    buffer[1] = 7
    #expect(Array(buffer.elements) == [0, 7, 0])
  }
}
