/**
 * The one source of deadlines in tests, in milliseconds. A deadline ends what is stuck and says nothing about speed: a
 * machine with much other work may take twenty times as long as a quiet one, and no test may fail because of that.
 */
export const patience = {
  /** A wait for one event, answer or state. */
  waitMs: 90_000,
  /** A test or a hook, which has several waits. */
  testMs: 300_000,
} as const
