import Foundation
import Testing
import Tracking

/// Reads runs with h5py, as another program than ours would.
enum PythonReading {
  /// A Python that has h5py, looked for where CI and people have one.
  static let python: String? = {
    let chosen = ProcessInfo.processInfo.environment["FLEDGE_PYTHON"]
    for candidate in [chosen, "python3", "/usr/bin/python3"].compactMap(\.self) {
      let answer = try? CommandLineTool.shell("\"$1\" -c 'import h5py'", [candidate])
      if answer?.status == 0 { return candidate }
    }
    return nil
  }()

  static func run(_ script: String, _ arguments: String...) throws -> CommandLineTool.Answer {
    try RunningProcess(
      "/usr/bin/env", [try #require(python), "-c", script] + arguments, input: nil
    )
    .wait()
  }

  /// Prints a line for each dataset that has to be equal: its name, type, shape and the digest of
  /// its bytes.
  static let digests = """
    import sys, hashlib, h5py
    with h5py.File(sys.argv[1], "r", libver="latest", swmr=True) as file:
        for top in ["metrics", "episodes", "evaluations", "final"]:
            def show(name, item):
                if isinstance(item, h5py.Dataset):
                    data = item[()]
                    print(top, name, data.dtype, data.shape, hashlib.sha256(data.tobytes()).hexdigest())
            file[top].visititems(show)
    """

  /// Follows a run that is being written until it has seen it grow three times.
  static let following = """
    import sys, time, os, h5py
    path, end = sys.argv[1], time.time() + 20
    while not os.path.exists(path) and time.time() < end: time.sleep(0.005)
    seen = []
    with h5py.File(path, "r", libver="latest", swmr=True) as file:
        steps, returns = file["episodes/end_step"], file["episodes/return"]
        while len(seen) < 3 and time.time() < end:
            steps.refresh(); returns.refresh()
            count = min(len(steps), len(returns))
            if count > (seen[-1] if seen else 0):
                values = steps[:count]
                assert (values[1:] > values[:-1]).all() and (returns[:count] > 0).all()
                seen.append(count)
            time.sleep(0.01)
    print(seen)
    assert len(seen) == 3
    """
}
