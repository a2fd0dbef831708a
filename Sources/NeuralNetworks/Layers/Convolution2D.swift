public import Autodiff
public import Randomness

/// The extents of an image; a row of a batch holds one image, `[height, width, channels]`
/// flattened, the channels of a pixel side by side.
public struct ImageShape: Hashable, Sendable, CustomStringConvertible {
  /// Rows of pixels.
  public let height: Int
  /// Columns of pixels.
  public let width: Int
  /// Numbers of a pixel.
  public let channels: Int

  /// Takes the extents of an image.
  public init(height: Int, width: Int, channels: Int = 1) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The numbers of an image.
  public var count: Int { height * width * channels }

  public var description: String { "\(height) × \(width) × \(channels)" }

  /// What a square window leaves of the image, with so many channels; no pixels if it does not fit.
  public func seen(
    through size: Int, stride: Int, padding: Int = 0, channels: Int
  ) -> ImageShape {
    let window = Window(height: size, width: size, stride: stride, padding: padding)
    let places = window.places(onHeight: height, width: width)
    return ImageShape(height: places.rows, width: places.columns, channels: channels)
  }
}

/// A two-dimensional convolution (cross-correlation, as everywhere in this field) with bias and
/// activation: `y[p, o] = f(Σ x[p + q, c] · weight[q, c, o] + bias[o])`.
///
/// The activation belongs to the layer so that it acts before the pixels of an image become a row,
/// which lets a plan make it part of the product.
public struct Convolution2D: Module {
  /// `[kernel, kernel, channels, outputs]`.
  public var weight: Tensor
  /// `[outputs]`, or `nil` for a layer without.
  public var bias: Tensor?
  /// What an input row holds.
  public let image: ImageShape
  /// Pixels from one place of the kernel to the next.
  public let stride: Int
  /// Zeros beyond each edge of the image.
  public let padding: Int
  /// What follows the convolution.
  public let activation: Activation

  /// A layer with these parameters.
  ///
  /// - Precondition: The kernel is square, fits the image, and has its channels; the stride is 1 or
  ///   more; the padding is less than the kernel.
  public init(
    weight: Tensor, bias: Tensor?, image: ImageShape, stride: Int = 1, padding: Int = 0,
    activation: Activation = .identity
  ) {
    precondition(
      weight.rank == 4 && weight.shape[0] == weight.shape[1]
        && weight.shape[2] == image.channels,
      "filters of shape \(weight.shape) are not [kernel, kernel, \(image.channels), outputs]")
    precondition(
      bias == nil || bias?.shape == [weight.shape[3]],
      "a bias of shape \(bias?.shape ?? []) does not fit filters of shape \(weight.shape)")
    self.weight = weight
    self.bias = bias
    self.image = image
    self.stride = stride
    self.padding = padding
    self.activation = activation
  }

  /// A layer with parameters drawn at random.
  ///
  /// - Parameters:
  ///   - image: What an input row holds.
  ///   - outputs: Channels of the result, 1 or more.
  ///   - kernel: Height and width of the filters.
  ///   - stride: Pixels from one place to the next, 1 or more.
  ///   - padding: Zeros beyond each edge, fewer than the kernel is wide.
  ///   - activation: Applied to every element of the result.
  ///   - hasBias: Whether a number is added to each channel.
  ///   - initializer: How the parameters are drawn. The fan-in is `kernel² · channels`, the fan-out
  ///     `kernel² · outputs`.
  ///   - random: The stream that they are drawn from, filters first.
  public init(
    image: ImageShape, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    activation: Activation = .identity, hasBias: Bool = true,
    initializer: Initializer = .torchDefault, using random: inout RandomStream
  ) {
    let area = kernel * kernel
    let fanIn = area * image.channels
    let filters = initializer.weight(
      inputs: fanIn, outputs: outputs, fanOut: area * outputs, using: &random)
    self.init(
      weight: filters.reshaped(to: [kernel, kernel, image.channels, outputs]),
      bias: hasBias ? initializer.bias(inputs: fanIn, outputs: outputs, using: &random) : nil,
      image: image, stride: stride, padding: padding, activation: activation)
  }

  /// Height and width of the filters.
  public var kernel: Int { weight.shape[0] }

  /// What an output row holds.
  public var result: ImageShape {
    image.seen(through: kernel, stride: stride, padding: padding, channels: weight.shape[3])
  }

  /// `[B, image]` → `[B, result]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let rows = x.shape[0]
    let patches = x.reshaped(to: [rows, image.height, image.width, image.channels])
      .patches(height: kernel, width: kernel, stride: stride, padding: padding)
    var places = matmul(
      patches, weight.reshaped(to: [kernel * kernel * image.channels, weight.shape[3]]))
    if let bias { places = places.addingRow(bias) }
    return activation(places).reshaped(to: [rows, result.count])
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {
    visitor.visit("weight", &weight)
    visitor.visit("bias", &bias)
  }
}

/// The largest number of each channel in squares of an image.
public struct MaxPool2D: Module {
  /// What an input row holds.
  public let image: ImageShape
  /// Height and width of the square.
  public let size: Int
  /// Pixels from one square to the next.
  public let stride: Int

  /// - Parameters:
  ///   - image: What an input row holds.
  ///   - size: Height and width of the square; what is left over at the far edges is not seen.
  ///   - stride: Pixels from one square to the next; as many as the size if `nil`.
  ///
  /// - Precondition: The square fits the image.
  public init(image: ImageShape, size: Int, stride: Int? = nil) {
    self.image = image
    self.size = size
    self.stride = stride ?? size
  }

  /// What an output row holds.
  public var result: ImageShape {
    image.seen(through: size, stride: stride, channels: image.channels)
  }

  /// `[B, image]` → `[B, result]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    let rows = x.shape[0]
    return x.reshaped(to: [rows, image.height, image.width, image.channels])
      .maximumPooled(height: size, width: size, stride: stride)
      .reshaped(to: [rows, result.count])
  }

  public mutating func visitTensors(_ visitor: inout some TensorVisitor) {}
}
