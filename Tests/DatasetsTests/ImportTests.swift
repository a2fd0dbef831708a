import Datasets
import Foundation
import Randomness
import TestSupport
import Testing

@Suite struct ImportTests {
  /// A folder like MNIST's, of few images, some of them packed.
  private func writeMNIST(in folder: URL) throws {
    for (part, count) in [("train", 6), ("t10k", 4)] {
      let pixels = (0..<(count * 784)).map { UInt8(truncatingIfNeeded: $0 * 7 + count) }
      let labels = (0..<count).map { UInt8($0 + (part == "train" ? 0 : 5)) }
      let images = idx([count, 28, 28], pixels)
      _ =
        try part == "train"
        ? write(gzip(images), to: "\(part)-images-idx3-ubyte.gz", in: folder)
        : write(images, to: "\(part)-images-idx3-ubyte", in: folder)
      _ = try write(idx([count], labels), to: "\(part)-labels-idx1-ubyte", in: folder)
    }
  }

  @Test func `MNIST is its images with their labels and given test rows`() throws {
    try withTemporaryDirectory { folder in
      try writeMNIST(in: folder)
      let data = try DatasetImport(from: folder.path, isUnchecked: true).load(.mnist)
      #expect(data.count == 10 && data.inputShape == [28, 28])
      #expect(data.inputs[1] == Float(13) / 255)
      #expect(data.tasks.map(\.name) == ["digit"])
      #expect(data.tasks[0].labels == [0, 1, 2, 3, 4, 5, 5, 6, 7, 8])
      #expect(data.givenSplit == DatasetSplit(training: Array(0..<6), test: Array(6..<10)))
      let test = try DatasetImport(
        from: folder.path, isUnchecked: true, takesTestFilesOnly: true
      ).load(.mnist)
      #expect(test.count == 4 && test.givenSplit == nil)
    }
  }

  @Test func `files that are not the known ones are refused, and so are missing ones`() throws {
    try withTemporaryDirectory { folder in
      try writeMNIST(in: folder)
      let message = failure { _ = try DatasetImport(from: folder.path).load(.mnist) }
      #expect(message.contains("train-images-idx3-ubyte.gz"))
      #expect(message.contains("ba891046e6505d7a") && message.contains("--unchecked"))
      try FileManager.default.removeItem(atPath: folder.path + "/t10k-labels-idx1-ubyte")
      let missing = failure {
        _ = try DatasetImport(from: folder.path, isUnchecked: true).load(.mnist)
      }
      #expect(missing.contains("neither 't10k-labels-idx1-ubyte'"))
    }
  }

  @Test func `images and labels have to fit each other`() throws {
    try withTemporaryDirectory { folder in
      try writeMNIST(in: folder)
      _ = try write(idx([3], [1, 2, 3]), to: "t10k-labels-idx1-ubyte", in: folder)
      let message = failure {
        _ = try DatasetImport(from: folder.path, isUnchecked: true).load(.mnist)
      }
      #expect(message.contains("do not go with labels of [3]"))
    }
  }

  @Test func `MultiMNIST pairs images within their part`() throws {
    try withTemporaryDirectory { folder in
      try writeMNIST(in: folder)
      func load(_ seed: UInt64) throws -> Dataset {
        try DatasetImport(from: folder.path, isUnchecked: true, seeds: Seeds(root: seed))
          .load(.multimnist)
      }
      let data = try load(1)
      #expect(data.tasks.map(\.name) == ["left", "right"])
      #expect(data.count == 10 && data.inputShape == [28, 28])
      #expect(data.tasks[1].labels[..<6].allSatisfy { $0 < 6 })
      #expect(data.tasks[1].labels[6...].allSatisfy { $0 >= 5 })
      #expect(try load(1).inputs == data.inputs)
      #expect(try load(2).tasks[1].labels != data.tasks[1].labels)
    }
  }

  @Test func `a pair is pasted, the brighter pixel taken, and scaled by the nearest pixel`() {
    let pairs = DigitPairs(side: 28, shift: 6, canvas: 36, result: 28)
    // Left: its pixel is 1 + its row; right: 100 + its column.
    let one = (0..<784).map { Float(1 + $0 / 28) }
    let other = (0..<784).map { Float(100 + $0 % 28) }
    var picture = [Float](repeating: -1, count: 784)
    one.withUnsafeBufferPointer { one in
      other.withUnsafeBufferPointer { other in
        picture.withUnsafeMutableBufferPointer { pairs.overlay(one, other, into: $0) }
      }
    }
    // Values of numpy: canvas[floor((i + 0.5) * 36 / 28)] in both axes.
    #expect(picture[0] == 1 && picture[4 * 28] == 6)
    #expect(picture[5 * 28 + 5] == 101)
    #expect(picture[26 * 28 + 26] == 0 && picture[25 * 28 + 25] == 126)
    #expect(picture[27 * 28 + 3] == 0 && picture[3 * 28 + 27] == 0)
  }

  @Test(arguments: [DatasetImport.Source.sarcos, .school])
  func `MATLAB files of other contents are refused`(source: DatasetImport.Source) throws {
    try withTemporaryDirectory { folder in
      let path = try write(sampleFile("plain.mat"), to: "x.mat", in: folder)
      let checked = failure { _ = try DatasetImport(from: path).load(source) }
      #expect(checked.contains("SHA-256"))
      let request = DatasetImport(from: path, isUnchecked: true)
      #expect(failure { _ = try request.load(source) }.contains("no variable"))
    }
  }

  private func digits(_ rows: Int, pixel: Int = 16) -> String {
    (0..<rows).map { row in
      (0..<64).map { "\(($0 + row) % 16 == 0 ? pixel : ($0 * row) % 17)" }.joined(separator: ",")
        + ",\(row % 10)\n"
    }.joined()
  }

  @Test func `optical digits are pixels with two tasks`() throws {
    try withTemporaryDirectory { folder in
      let path = try write(gzip(Array(digits(1_797).utf8)), to: "digits.csv.gz", in: folder)
      let other = failure { _ = try DatasetImport(from: path).load(.digits) }
      #expect(other.contains("6ebb3d2fee246a4e") && other.contains("--unchecked"))
      let data = try DatasetImport(from: path, isUnchecked: true).load(.digits)
      #expect(data.count == 1_797 && data.inputShape == [8, 8] && data.inputs[0] == 1)
      #expect(data.tasks[0].labels[9] == 9)
      #expect(Array(data.tasks[1].labels[..<10]) == [1, 0, 0, 0, 0, 0, 1, 0, 1, 1])
      let bright = try write(digits(1_797, pixel: 17), to: "bright.csv", in: folder)
      let request = DatasetImport(from: bright, isUnchecked: true)
      #expect(failure { _ = try request.load(.digits) }.contains("0 to 16"))
    }
  }

  @Test func `census rows become two binary tasks and 40 columns`() throws {
    func row(_ income: String, _ marital: String, _ worker: String) -> String {
      (0..<42).map { column in
        switch column {
        case 1: worker
        case 7: marital
        case 41: income
        case 0, 5, 16, 17, 18, 24, 30, 36, 38, 39, 40: "\(column)"
        default: "?"
        }
      }.joined(separator: ", ") + "\n"
    }
    try withTemporaryDirectory { folder in
      let text =
        row("- 50000.", "Never married", "Private") + row("50000+.", "Divorced", "Public")
        + row("- 50000.", "Divorced", "Private")
      let path = try write(text, to: "census", in: folder)
      #expect(failure { _ = try DatasetImport(from: path).load(.census) }.contains("SHA-256"))
      let data = try DatasetImport(from: path, isUnchecked: true).load(.census)
      #expect(data.tasks.map(\.name) == ["income", "marital"])
      #expect(data.tasks[0].labels == [0, 1, 0] && data.tasks[1].labels == [1, 0, 0])
      // 11 numbers, 28 columns of one category, one of two; marital status is no input.
      #expect(data.inputSize == 11 + 28 + 2)
      #expect(!data.inputNames.contains { $0.hasPrefix("marital") || $0.hasPrefix("income") })
      let wrong = try write(row("much", "Divorced", "a"), to: "wrong", in: folder)
      let message = failure {
        _ = try DatasetImport(from: wrong, isUnchecked: true).load(.census)
      }
      #expect(message.contains("line 1, column 'income': 'much' is none"))
    }
  }
}
