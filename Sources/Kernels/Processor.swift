import CKernels

/// The vector instructions that the loops of CKernels are using.
package enum VectorLevel: Int32, CaseIterable, Sendable {
  case baseline = 0
  case avx2 = 1
  case avx512 = 2

  /// What was chosen when the program was loaded.
  package static var current: VectorLevel { VectorLevel(rawValue: fledge_level()) ?? .baseline }

  /// The name that people know it by.
  package var name: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    }
  }
}

/// Whether the processor can run AVX-512 kernels, whatever level is in use.
var processorHasAVX512: Bool { fledge_loops_at(VectorLevel.avx512.rawValue) != nil }
