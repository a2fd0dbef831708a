import Foundation

extension DatasetImport {
  /// The 70,000 digits of MNIST, 28 × 28 pixels from 0 to 1, with its 10,000 test images.
  func mnist() throws(DatasetError) -> Dataset {
    var (inputs, digits, sums) = ([Float](), [Float](), [String]())
    var split = DatasetSplit(training: [])
    for part in Self.mnistParts where part.isTest || !takesTestFilesOnly {
      let (images, labels) = try mnistPart(part, &sums)
      let rows = Array(digits.count..<(digits.count + labels.count))
      if part.isTest { split.test = rows } else { split.training = rows }
      inputs += images
      digits += labels
    }
    return Dataset(
      name: "mnist",
      provenance: [
        "source": "LeCun, Cortes & Burges, the MNIST database of handwritten digits",
        "sha256": sums.joined(separator: " "),
        "made": "pixels divided by 255"
          + (takesTestFilesOnly ? "; the test images alone, without given parts" : ""),
      ], inputShape: [28, 28], inputs: inputs,
      tasks: [TaskColumn(name: "digit", kind: .classification(classes: 10), labels: digits)],
      givenSplit: takesTestFilesOnly ? nil : split)
  }

  /// Pairs of overlapping digits, within the training and within the test images.
  func multiMNIST() throws(DatasetError) -> Dataset {
    var data = try DigitPairs(side: 28, shift: 6, canvas: 36, result: 28)
      .pairs(of: mnist(), seeds: seeds)
    data.name = "multimnist"
    return data
  }

  /// The two files of the training or the test images.
  private struct MNISTPart {
    let name: String
    let imageSum, labelSum: String
    var isTest: Bool { name == "t10k" }
  }

  private static let mnistParts = [
    MNISTPart(
      name: "train",
      imageSum: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      labelSum: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    MNISTPart(
      name: "t10k",
      imageSum: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      labelSum: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
  ]

  private func mnistPart(
    _ part: MNISTPart, _ sums: inout [String]
  ) throws(DatasetError) -> (images: [Float], labels: [Float]) {
    let imagePath = try mnistFile("\(part.name)-images-idx3-ubyte")
    let labelPath = try mnistFile("\(part.name)-labels-idx1-ubyte")
    let (imageFile, imageSum) = try known(imagePath, sha256: part.imageSum)
    let (labelFile, labelSum) = try known(labelPath, sha256: part.labelSum)
    sums += [imageSum, labelSum]
    let images = try IDXFile(imageFile)
    let labels = try IDXFile(labelFile)
    guard images.shape.count == 3, images.shape[1...] == [28, 28],
      labels.shape == [images.shape[0]]
    else {
      throw unexpected(
        imagePath, "images of shape \(images.shape) do not go with labels of \(labels.shape)")
    }
    return (images.numbers.map { $0 / 255 }, labels.numbers)
  }

  /// The file of that name in the folder, packed or not.
  private func mnistFile(_ name: String) throws(DatasetError) -> String {
    let paths = ["\(path)/\(name)", "\(path)/\(name).gz"]
    guard let found = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw DatasetError(
        "'\(path)'", "it has neither '\(name)' nor '\(name).gz'",
        remedy: "name the folder with the files of MNIST")
    }
    return found
  }
}
