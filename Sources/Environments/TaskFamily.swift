/// Environments of several tasks as one batch: the copies of the first task, then those of the
/// second, and so on, as many of each.
///
/// Tasks may differ in what they show and in how many actions they have. Observations are padded
/// with zeros to the longest one; choices are padded to the largest number of them, and the ones
/// that a task does not have are masked; of the numbers of an action a task heeds as many as it has.
/// So an agent needs to know nothing of it, and one that learns all tasks can tell them apart by the
/// task's one-hot number behind the observation, where `showsTask` asks for it.
///
/// Copy `i` of the batch of all tasks gets `seed + i`. A task that there is alone has the seeds that
/// it has among all, so that it can be compared in pairs.
public final class TaskFamily: BatchedEnvironment {
  /// One of the tasks: its name and its copies.
  public struct Member {
    /// The task's name.
    public var name: String
    /// Its copies.
    public var batch: any BatchedEnvironment

    /// Names the copies of a task.
    public init(_ name: String, _ batch: any BatchedEnvironment) {
      self.name = name
      self.batch = batch
    }
  }

  /// The tasks whose copies there are.
  public let members: [Member]
  /// Their numbers among all tasks of the family.
  private let identities: [Int]
  private let taskCount: Int
  /// Whether observations end with the task's one-hot number.
  public let showsTask: Bool
  public let count: Int
  public let observationSize: Int
  public let actionSpace: ActionSpace
  public let observationBounds: Box
  public let tasks: TaskCopies

  private let copies: Int
  private let hasMasks: Bool
  private let rewardRows: RowBuffer<Float>
  private let endingRows: RowBuffer<UInt8>
  private let finalRows: RowBuffer<Float>
  private let maskRows: RowBuffer<UInt8>
  private let finalMaskRows: RowBuffer<UInt8>
  /// What a member shows before it is padded: rows of the member with the most numbers.
  private let unpadded: RowBuffer<Float>
  /// Numbers of actions without those that a task does not have: rows of one member.
  private let heeded: RowBuffer<Float>
  public private(set) var finishedEpisodes: [FinishedEpisode] = []

  /// Joins the copies of several tasks.
  ///
  /// - Parameters:
  ///   - members: All tasks of the family, at least one, each with the same number of copies.
  ///   - showsTask: Whether observations end with the task's one-hot number.
  ///   - task: The only task that there are copies of, in the shapes of the family; `nil` for all.
  ///   - name: What the family is called in errors.
  /// - Throws: `EnvironmentError.invalidSettings` where the tasks' actions cannot be taken by one
  ///   agent.
  public init(
    _ members: [Member], showsTask: Bool, only task: Int? = nil,
    name: String = "the family of tasks"
  ) throws(EnvironmentError) {
    copies = members[0].batch.count
    precondition(members.allSatisfy { $0.batch.count == members[0].batch.count })
    identities = task.map { [$0] } ?? Array(members.indices)
    taskCount = members.count
    let present = identities.map { members[$0] }
    self.members = present
    self.showsTask = showsTask
    count = copies * present.count
    var tasks = TaskCopies(
      names: present.map(\.name), copies: copies, numbers: identities, familySize: members.count)
    let width = members.map(\.batch.observationSize).max() ?? 0
    observationBounds = Self.bounds(of: members, width: width, showsTask: showsTask)
    observationSize = observationBounds.size
    (actionSpace, hasMasks) = try Self.actions(of: members, name: name)
    let widths = members.map(\.batch.actionSpace.width)
    if Set(widths).count > 1 { tasks.actionWidths = widths }
    if showsTask { tasks.shownNumbers = members.count }
    self.tasks = tasks
    rewardRows = RowBuffer(repeating: 0, count: count)
    endingRows = RowBuffer(repeating: 0, count: count)
    finalRows = RowBuffer(repeating: 0, count: count * observationSize)
    let maskCount = hasMasks ? count * actionSpace.maskSize : 0
    maskRows = RowBuffer(repeating: 0, count: maskCount)
    finalMaskRows = RowBuffer(repeating: 0, count: maskCount)
    unpadded = RowBuffer(repeating: 0, count: copies * width)
    heeded = RowBuffer(repeating: 0, count: copies * actionSpace.width)
    finishedEpisodes.reserveCapacity(count)
  }

  /// Each feature between the widest of the tasks' bounds, 0 among them where a task lacks it.
  private static func bounds(of members: [Member], width: Int, showsTask: Bool) -> Box {
    let boxes = members.map(\.batch.observationBounds)
    if boxes.allSatisfy({ $0.size == width }), !showsTask, let first = boxes.first,
      boxes.allSatisfy({ $0 == first })
    {
      return first
    }
    func bound(_ feature: Int, _ widest: ([Float]) -> Float?, _ side: (Box) -> [Float]) -> Float {
      widest(boxes.map { feature < $0.size ? side($0)[feature] : 0 }) ?? 0
    }
    let identity = showsTask ? members.count : 0
    return Box(
      low: (0..<width).map { bound($0, { $0.min() }, \.low) }
        + .init(repeating: 0, count: identity),
      high: (0..<width).map { bound($0, { $0.max() }, \.high) }
        + .init(repeating: 1, count: identity))
  }

  /// The actions of all tasks as one space, and whether some are masked somewhere.
  private static func actions(
    of members: [Member], name: String
  ) throws(EnvironmentError) -> (ActionSpace, hasMasks: Bool) {
    let spaces = members.map(\.batch.actionSpace)
    let isMasked = members.contains { $0.batch.actionMasks != nil }
    if spaces.allSatisfy({ $0 == spaces[0] }) { return (spaces[0], isMasked) }
    if let space = numbers(of: spaces) { return (space, isMasked) }
    var counts: [Int] = []
    for space in spaces { if case .discrete(let count) = space { counts.append(count) } }
    guard counts.count == spaces.count, let most = counts.max() else {
      let other = spaces.firstIndex { $0 != spaces[0] } ?? 0
      throw .invalidSettings(
        environment: name,
        reason: "the task \(members[0].name) takes \(spaces[0]), and \(members[other].name) "
          + "\(spaces[other]); one agent needs choices for all tasks, or numbers with the same "
          + "bounds (the wrapper rescaleAction makes bounds equal)")
    }
    return (.discrete(count: most), true)
  }

  /// The numbers of the task that has the most, where the others have the first of them.
  private static func numbers(of spaces: [ActionSpace]) -> ActionSpace? {
    var boxes: [(low: [Float], high: [Float])] = []
    for space in spaces {
      guard case .continuous(let low, let high) = space else { return nil }
      boxes.append((low, high))
    }
    guard let widest = boxes.max(by: { $0.low.count < $1.low.count }) else { return nil }
    let isPart = boxes.allSatisfy {
      $0.low == Array(widest.low.prefix($0.low.count))
        && $0.high == Array(widest.high.prefix($0.high.count))
    }
    return isPart ? .continuous(low: widest.low, high: widest.high) : nil
  }

  // MARK: Stepping

  public func reset(seed: UInt64, into observations: UnsafeMutablePointer<Float>) {
    finishedEpisodes.removeAll(keepingCapacity: true)
    for task in members.indices {
      let first = task * copies
      show(task, into: observations + first * observationSize) { rows in
        members[task].batch.reset(seed: seed &+ UInt64(identities[task] * copies), into: rows)
      }
      for copy in first..<first + copies {
        rewardRows.base[copy] = 0
        endingRows.base[copy] = 0
      }
      copyMasks(of: task, members[task].batch.actionMasks, to: maskRows)
    }
  }

  public func step(
    _ actions: ActionRows, skipping skipped: UnsafePointer<UInt8>?,
    into observations: UnsafeMutablePointer<Float>
  ) {
    finishedEpisodes.removeAll(keepingCapacity: true)
    for task in members.indices {
      let batch = members[task].batch
      let first = task * copies
      show(task, into: observations + first * observationSize) { rows in
        batch.step(
          own(actions.advanced(by: first * actionSpace.width), of: task),
          skipping: skipped.map { $0 + first }, into: rows)
      }
      for copy in 0..<copies {
        rewardRows.base[first + copy] = batch.rewards[copy]
        endingRows.base[first + copy] = batch.endings[copy]
      }
      copyMasks(of: task, batch.actionMasks, to: maskRows)
      noteEndings(of: task)
    }
  }

  /// What a member heeds of the rows of its copies.
  private func own(_ actions: ActionRows, of task: Int) -> ActionRows {
    let (width, all) = (members[task].batch.actionSpace.width, actionSpace.width)
    guard case .continuous(let rows) = actions, width < all else { return actions }
    for copy in 0..<copies {
      (heeded.base + copy * width).update(from: rows + copy * all, count: width)
    }
    return .continuous(UnsafePointer(heeded.base))
  }

  /// Lets a member write what it shows, padded where it is shorter than the family's rows.
  private func show(
    _ task: Int, into rows: UnsafeMutablePointer<Float>,
    _ write: (UnsafeMutablePointer<Float>) -> Void
  ) {
    let size = members[task].batch.observationSize
    guard size < observationSize else { return write(rows) }
    // Rows of copies that are skipped are not written, so they have to be there before.
    for copy in 0..<copies {
      (unpadded.base + copy * size).update(from: rows + copy * observationSize, count: size)
    }
    write(unpadded.base)
    for copy in 0..<copies { pad(unpadded.base + copy * size, task, rows, copy) }
  }

  /// Copies one row of a member and puts zeros and the task's number behind it.
  private func pad(
    _ source: UnsafePointer<Float>, _ task: Int, _ rows: UnsafeMutablePointer<Float>, _ copy: Int
  ) {
    let size = members[task].batch.observationSize
    let row = rows + copy * observationSize
    row.update(from: source, count: size)
    (row + size).update(repeating: 0, count: observationSize - size)
    if showsTask { row[observationSize - taskCount + identities[task]] = 1 }
  }

  private func noteEndings(of task: Int) {
    let batch = members[task].batch
    let first = task * copies
    for episode in batch.finishedEpisodes {
      var episode = episode
      let size = batch.observationSize
      pad(
        batch.finalObservations + episode.environment * size, task,
        finalRows.base + first * observationSize, episode.environment)
      episode.environment += first
      finishedEpisodes.append(episode)
    }
    if !batch.finishedEpisodes.isEmpty {
      copyMasks(of: task, batch.finalActionMasks, to: finalMaskRows)
    }
  }

  /// What is allowed in a task, and nothing that it does not have.
  private func copyMasks(
    of task: Int, _ masks: UnsafePointer<UInt8>?, to rows: RowBuffer<UInt8>
  ) {
    guard hasMasks else { return }
    let (own, all) = (members[task].batch.actionSpace.maskSize, actionSpace.maskSize)
    for copy in 0..<copies {
      let row = rows.base + (task * copies + copy) * all
      for action in 0..<all {
        row[action] = action < own ? masks?[copy * own + action] ?? 1 : 0
      }
    }
  }

  // MARK: What there is to see

  public var rewards: UnsafePointer<Float> { UnsafePointer(rewardRows.base) }
  public var endings: UnsafePointer<UInt8> { UnsafePointer(endingRows.base) }
  public var finalObservations: UnsafePointer<Float> { UnsafePointer(finalRows.base) }
  public var actionMasks: UnsafePointer<UInt8>? {
    hasMasks ? UnsafePointer(maskRows.base) : nil
  }
  public var finalActionMasks: UnsafePointer<UInt8>? {
    hasMasks ? UnsafePointer(finalMaskRows.base) : nil
  }
  public func runningEpisode(of index: Int) -> (return: Double, length: Int) {
    members[index / copies].batch.runningEpisode(of: index % copies)
  }
  public var nonFinite: NonFiniteNumber? {
    for (task, member) in members.enumerated() {
      guard var finding = member.batch.nonFinite else { continue }
      finding.environment += task * copies
      return finding
    }
    return nil
  }
  public func picture(of index: Int) -> Picture? {
    members[index / copies].batch.picture(of: index % copies)
  }
  public func finalPicture(of index: Int) -> Picture? {
    members[index / copies].batch.finalPicture(of: index % copies)
  }
  public var keepsFinalStates: Bool {
    get { members[0].batch.keepsFinalStates }
    set { for member in members { member.batch.keepsFinalStates = newValue } }
  }
}

// The state is those of the members, each as it wrote it.
extension TaskFamily {
  public func encodedState() throws -> [UInt8] {
    try members.reversed().reduce([]) { joined(try $1.batch.encodedState(), $0) }
  }

  public func restoreState(_ bytes: [UInt8]) throws {
    func refuse() -> EnvironmentError {
      .unreadableSnapshot(
        environment: members[0].name, reason: "it is not of \(members.count) tasks")
    }
    var parts: [[UInt8]] = []
    var rest = bytes
    for _ in members {
      guard let (part, others) = split(rest) else { throw refuse() }
      parts.append(part)
      rest = others
    }
    guard rest.isEmpty else { throw refuse() }
    // All or none: a member that refuses must not leave the others changed.
    // (One that was never reset has no state to go back to.)
    let before = members.map { try? $0.batch.encodedState() }
    do {
      for (member, part) in zip(members, parts) { try member.batch.restoreState(part) }
    } catch {
      for case (let member, let part?) in zip(members, before) {
        try member.batch.restoreState(part)
      }
      throw error
    }
    for (task, member) in members.enumerated() {
      copyMasks(of: task, member.batch.actionMasks, to: maskRows)
    }
  }
}

/// Which copies of a batch belong to which task: as many of each, in order.
public struct TaskCopies: Hashable, Sendable {
  /// The tasks' names; one empty name where there is a single task.
  public var names: [String]
  /// Copies of each.
  public var copies: Int
  /// Their numbers among all tasks of the family.
  public var numbers: [Int]
  /// How many tasks the family has, also where there are copies of one alone.
  public var familySize: Int
  /// How many numbers of an action each task of the family heeds, the first ones; `nil` where all
  /// heed as many.
  public var actionWidths: [Int]?
  /// How many numbers at the end of an observation tell which task it is; 0 where none do.
  public var shownNumbers = 0

  /// - Parameters:
  ///   - names: What the tasks are called, in their order.
  ///   - copies: How many copies each task has.
  ///   - numbers: The tasks' numbers in their family; `nil` where these are all.
  ///   - familySize: How many the family has; `nil` where these are all.
  public init(names: [String], copies: Int, numbers: [Int]? = nil, familySize: Int? = nil) {
    self.names = names
    self.copies = copies
    self.numbers = numbers ?? Array(names.indices)
    self.familySize = familySize ?? names.count
  }

  /// Whether the tasks have names, as those of a family do.
  public var areNamed: Bool { names != [""] }

  /// The task of a copy.
  public func task(of copy: Int) -> Int { copy / copies }
}

extension ActionRows {
  /// The rows from this number on.
  func advanced(by scalars: Int) -> ActionRows {
    switch self {
    case .discrete(let rows): .discrete(rows + scalars)
    case .continuous(let rows): .continuous(rows + scalars)
    }
  }
}
