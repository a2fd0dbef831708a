import COpenBLAS
import Glibc

/// The system's OpenBLAS on one thread, with the fastest kernels that this processor can run.
///
/// Debian's OpenBLAS 0.3.21 does not know AMD processors with AVX-512 and takes them for a Haswell,
/// which halves its speed. It reads the kernel's name from `OPENBLAS_CORETYPE` when it is loaded
/// and exports the functions that do so, so they are called once more with a better name. A name
/// that the user has set is left alone.
///
/// Nothing is done before the first product or the first question about the configuration.
package enum BLAS {
  /// What was found and what is used.
  package struct Configuration: Sendable {
    /// The kernels that OpenBLAS chose by itself, such as "Haswell".
    package let detectedKernel: String
    /// The kernels in use, such as "SkylakeX".
    package let kernel: String
    /// Threads per product: always 1, since the framework runs whole seeds in parallel instead.
    package let threads: Int
    /// Version and build options in OpenBLAS's own words.
    package let library: String
  }

  /// Sets one thread, and AVX-512 kernels if the processor has them.
  ///
  /// Cheap after the first call.
  package static func prepare() { _ = configuration }

  /// The kernels in use.
  package static var kernelName: String { configuration.kernel }

  /// Prepared at first use, once, whatever the number of threads that ask.
  package static let configuration: Configuration = {
    openblas_set_num_threads(1)
    let detected = String(cString: openblas_get_corename())
    if processorHasAVX512, !kernelsWithAVX512.contains(detected) { select("SkylakeX") }
    return Configuration(
      detectedKernel: detected, kernel: String(cString: openblas_get_corename()),
      threads: Int(openblas_get_num_threads()), library: String(cString: openblas_get_config()))
  }()

  private static let kernelsWithAVX512: Set<String> = ["SkylakeX", "Cooperlake", "Sapphirerapids"]

  /// Makes OpenBLAS choose its kernels again, by this name.
  private static func select(_ kernel: String) {
    let variable = "OPENBLAS_CORETYPE"
    guard getenv(variable) == nil, let quit = function("gotoblas_dynamic_quit"),
      let start = function("gotoblas_dynamic_init")
    else { return }
    setenv(variable, kernel, 1)
    quit()
    start()
    unsetenv(variable)
  }

  /// A function of OpenBLAS that its headers do not declare; builds for one processor lack them.
  private static func function(_ name: String) -> (@convention(c) () -> Void)? {
    dlsym(nil, name).map { unsafeBitCast($0, to: (@convention(c) () -> Void).self) }
  }
}

// MARK: Products

extension BLAS {
  /// `C = alpha · op(A) op(B) + beta · C` in single precision, row-major.
  ///
  /// `op(A)` is `[m, k]` and `op(B)` is `[k, n]`; a transposed operand is stored the other way
  /// round. The strides are distances between stored rows.
  package static func multiply(
    rows m: Int, columns n: Int, depth k: Int,
    _ a: UnsafePointer<Float>, stride aStride: Int, transposed aTransposed: Bool,
    _ b: UnsafePointer<Float>, stride bStride: Int, transposed bTransposed: Bool,
    alpha: Float = 1, beta: Float = 0, into c: UnsafeMutablePointer<Float>, stride cStride: Int
  ) {
    prepare()
    cblas_sgemm(
      CblasRowMajor, aTransposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), alpha, a,
      blasint(aStride), b, blasint(bStride), beta, c, blasint(cStride))
  }

  /// The same in double precision.
  package static func multiply(
    rows m: Int, columns n: Int, depth k: Int,
    _ a: UnsafePointer<Double>, stride aStride: Int, transposed aTransposed: Bool,
    _ b: UnsafePointer<Double>, stride bStride: Int, transposed bTransposed: Bool,
    alpha: Double = 1, beta: Double = 0, into c: UnsafeMutablePointer<Double>, stride cStride: Int
  ) {
    prepare()
    cblas_dgemm(
      CblasRowMajor, aTransposed ? CblasTrans : CblasNoTrans,
      bTransposed ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), alpha, a,
      blasint(aStride), b, blasint(bStride), beta, c, blasint(cStride))
  }
}
