import Autodiff
import Kernels

// Windows on images: strides, paddings, edges that are left over, vectors that are not filled.

extension OpCase {
  private typealias Setting = (images: Shape, window: Window)

  private static let settings: [Setting] = [
    ([1, 1, 1, 1], Window(height: 1, width: 1)),
    ([2, 3, 4, 2], Window(height: 1, width: 1)),
    ([2, 4, 5, 3], Window(height: 2, width: 3)),
    ([1, 5, 5, 1], Window(height: 2, width: 2, stride: 2)),
    ([2, 4, 4, 2], Window(height: 2, width: 2, stride: 2)),
    ([2, 3, 3, 2], Window(height: 3, width: 3, stride: 1, padding: 1)),
    ([1, 4, 5, 2], Window(height: 3, width: 2, stride: 2, padding: 1)),
    ([1, 2, 2, 1], Window(height: 5, width: 5, stride: 3, padding: 4)),
    ([1, 3, 4, 1], Window(height: 1, width: 1, stride: 2)),
    ([0, 3, 3, 2], Window(height: 2, width: 2)),
    ([2, 3, 3, 0], Window(height: 2, width: 2)),
  ]

  /// The values pass through squares, so that second derivatives say something.
  package static let images: [OpCase] = settings.flatMap { setting in
    let (images, window) = setting
    let title =
      "window \(window.height) × \(window.width), stride \(window.stride), "
      + "padding \(window.padding) of \(images)"
    let rows = window.patched(images)
    return [
      OpCase("patches, \(title)", [.numbers(images, in: -2...2)]) {
        .apply(.patches(window), $0[0].squared())
      },
      OpCase("overlay, \(title)", [.numbers(rows, in: -2...2)]) {
        .apply(.overlay(window, onto: images), $0[0].squared())
      },
      OpCase(
        "take largest, \(title)", [.numbers(images, in: -2...2), .numbers(images, in: -1...1)]
      ) { .apply(.takeLargest(window), $0[0].squared(), $0[1]) },
      OpCase(
        "place largest, \(title)",
        [.numbers(window.pooled(images), in: -2...2), .numbers(images, in: -1...1)]
      ) { .apply(.placeLargest(window), $0[0].squared(), $0[1]) },
      OpCase(
        "convolution, \(title)",
        [.numbers(images, in: -1...1), .numbers([rows[1], 3], in: -0.8...0.8)]
      ) { matmul(.apply(.patches(window), $0[0]), $0[1].squared()) },
    ]
  }
}
