import Testing

@Suite struct JournalKillTests {
  @Test func `of trials by eight processes killed at random none is lost and none counts twice`()
    throws
  { try JournalKills.expectSurvival(trials: 150, atLeast: 3) }
}

/// Takes half a minute.
@Suite struct JournalSlowTests {
  @Test
  func `of a thousand trials by eight processes killed at random none is lost or counted twice`()
    throws
  { try JournalKills.expectSurvival(trials: 1000, atLeast: 20) }
}
