import type { Random } from '../../rig/random.ts'
import type { History, Reading, Row, Sent } from '../history.ts'
import type { ViolationKind } from '../violation.ts'

export interface Defect {
  /** A kind that the checker must report; it may report others, too. */
  kind: ViolationKind
  /** Puts the defect into the history; false if the history has nothing to which it applies. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most defects have nothing to answer.
  make(history: History, random: Random): boolean | void
}

/** The rows of one conversation, of every reader. */
export const logsOf = (history: History, conversationId: string): Row[][] =>
  history.readings.filter((reading) => reading.conversationId === conversationId).map(({ rows }) => rows)

/** A random message that was never edited or deleted. The history must have one. */
export const someSent = (history: History, random: Random): Sent => {
  const changed = new Set(history.changes.map(({ messageId }) => messageId))
  return random.pick(history.sent.filter(({ id }) => !changed.has(id)))
}

/** Changes the rows of the message's conversation in every reading; `at` is the index of the message. */
export const inLogs = (history: History, sent: Sent, change: (rows: Row[], at: number) => void): void => {
  for (const rows of logsOf(history, sent.conversationId)) {
    change(
      rows,
      rows.findIndex(({ id }) => id === sent.id),
    )
  }
}

/** A random reading. The history must have one. */
export const someReading = (history: History, random: Random): Reading => random.pick(history.readings)

/** Gives the rows the numbers 1, 2, 3 and so on. */
export const renumber = (rows: Row[]): void => {
  for (const [i, row] of rows.entries()) row.seq = i + 1
}

/** A step after everything in the history. */
export const lastStep = (history: History): number =>
  Math.max(
    ...[...history.syncs, ...history.heard, ...history.signals, ...history.marks].map(({ step }) => step),
    ...history.sent.flatMap(({ acknowledgements }) => acknowledgements.map(({ step }) => step)),
    ...history.admissions.map(({ acknowledged }) => acknowledged?.step ?? 0),
    ...history.changes.map(({ acknowledged, invokedStep }) => acknowledged?.step ?? invokedStep),
    ...history.acts.map(({ invokedStep }) => invokedStep),
  ) + 1
