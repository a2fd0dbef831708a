import Glibc

/// Why a file could not be written or read: one sentence with the file, the object in it and the
/// remedy.
public struct HDF5Error: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is, for code that acts on it.
  public enum Reason: String, Hashable, Sendable {
    /// There is no such file or folder.
    case missing
    /// It is a folder, a device or a pipe.
    case notAFile
    /// The user may not read or write it.
    case notPermitted
    /// It is a file, but not an HDF5 file that this program reads.
    case notHDF5
    /// It was an HDF5 file once: truncated, overwritten or left half-written.
    case damaged
    /// The disk or the user's share of it is full.
    case diskFull
    /// The file has no such object.
    case missingObject
    /// The object is of another type or shape than it has to be.
    case wrongType
    /// The object says that it is larger than what is stored, or than may be read at once.
    case tooLarge
    /// The file uses a feature that is refused because it can reach outside the file.
    case forbidden
    /// Another process has the file open for writing.
    case busy
    /// There is already something of this name.
    case exists
    /// The program asked for what the state of the file does not allow.
    case misuse
    /// Any other refusal of the system.
    case system
  }

  public let reason: Reason
  /// The file, as it was named by the caller.
  public let path: String
  /// The object within the file, such as `/episodes/return`; empty for the file itself.
  public let object: String
  /// What was found, in a clause.
  public let detail: String

  package init(_ reason: Reason, _ path: String, _ object: String = "", _ detail: String) {
    self.reason = reason
    self.path = path
    self.object = object
    self.detail = detail
  }

  public var description: String {
    let place = object.isEmpty ? "'\(path)'" : "'\(object)' in '\(path)'"
    return "\(place): \(detail); \(remedy)."
  }

  private var remedy: String {
    switch reason {
    case .missing: "check the path"
    case .notAFile: "name a file"
    case .notPermitted: "check the owner and the permissions with `ls -l`"
    case .notHDF5: "check that this is the file you mean"
    case .damaged: "restore it from a copy or write it again"
    case .diskFull: "free space on that disk (`df -h`) or write to another one"
    case .missingObject: "check that the file was written completely and by this version"
    case .wrongType: "check that the file was written by this program"
    case .tooLarge: "the file is damaged or not to be trusted"
    case .forbidden: "copy the data into a plain file with `h5repack` if you trust it"
    case .busy: "wait until its writer is done"
    case .exists: "choose another name or remove it first"
    case .misuse: "this is a mistake in the program"
    case .system: "see the message of the system"
    }
  }
}

extension HDF5Error {
  /// The error for a failed system call, by its `errno`.
  package static func system(_ code: Int32, _ action: String, _ path: String) -> HDF5Error {
    let text = "\(action) failed: \(systemMessage(code))"
    return HDF5Error(systemReason(code) ?? .system, path, "", text)
  }

  /// The reason that an `errno` stands for, where it is one a user can act on.
  static func systemReason(_ code: Int32) -> Reason? {
    switch code {
    case ENOENT, ENOTDIR: .missing
    case EISDIR: .notAFile
    case EACCES, EPERM, EROFS: .notPermitted
    case ENOSPC, EDQUOT, EFBIG: .diskFull
    case EAGAIN: .busy
    case EEXIST: .exists
    default: nil
    }
  }
}

/// The system's words for an `errno`.
func systemMessage(_ code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
