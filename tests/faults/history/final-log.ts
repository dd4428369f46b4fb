import type { History, Reading, Row } from './history.ts'
import type { Report } from './violation.ts'

/** A row, with the conversation that has it. */
export interface Placed {
  row: Row
  conversationId: string
}

/** The final state on which the readings agree. */
export interface FinalLog {
  /** One reading of each conversation, of a device with the highest position. */
  byConversation: ReadonlyMap<string, Reading>
  byId: ReadonlyMap<string, Placed>
}

/**
 * P4, P9: checks that every device is at the last position and holds the same as all others; returns what they hold.
 */
export const agreeOnLog = ({ readings }: History, report: Report): FinalLog => {
  const byConversation = new Map<string, Reading>()
  for (const [conversationId, held] of Map.groupBy(readings, (reading) => reading.conversationId)) {
    const [first, ...others] = held.toSorted((one, other) => other.rev - one.rev)
    if (!first) continue
    byConversation.set(conversationId, first)
    for (const other of others) {
      if (other.rev < first.rev) {
        const [is, last] = [`${other.deviceId} is at ${other.rev}`, `${first.deviceId} at ${first.rev}`]
        report('behind', `${conversationId}: ${is}, ${last}`)
      } else checkEqual(first, other, report)
    }
  }
  return { byConversation, byId: checkIds([...byConversation.values()], report) }
}

const checkEqual = (first: Reading, second: Reading, report: Report) => {
  const differ = (where: string, one: unknown, other: unknown) => {
    const [seen, also] = [JSON.stringify(one), JSON.stringify(other)]
    if (seen === also) return false
    report('unequal', `${first.conversationId} ${where}: ${first.deviceId} holds ${seen}, ${second.deviceId} ${also}`)
    return true
  }
  for (let i = 0; i < Math.max(first.rows.length, second.rows.length); i += 1) {
    if (differ(`at ${i + 1}`, inOrder(first.rows[i]), inOrder(second.rows[i]))) break
  }
  const sorted = ({ members }: Reading) => Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1))
  differ('members', sorted(first), sorted(second))
}

const inOrder = (row: Row | undefined) => row && [row.id, row.seq, row.rev, row.senderId, row.state, row.text]

/** P2: one row per id, over all conversations. */
const checkIds = (logs: Reading[], report: Report) => {
  const rows = new Map<string, Placed>()
  for (const { conversationId, rows: log } of logs) {
    for (const row of log) {
      const before = rows.get(row.id)
      if (before) {
        const places = `${before.conversationId} ${before.row.seq} and ${conversationId} ${row.seq}`
        report('duplicate', `${row.id} stands at ${places}`)
      } else rows.set(row.id, { row, conversationId })
    }
  }
  return rows
}
