import type { FinalLog } from './final-log.ts'
import type { History, Look, Reading } from './history.ts'
import type { Report } from './violation.ts'

/** P6, P7: checks what each device saw during the run, and the counters that it shows at the end. */
export const checkSessions = (history: History, log: FinalLog, report: Report): void => {
  checkOwnWrites(history, report)
  checkMonotonic(history.looks, report)
  checkMarks(history, report)
  for (const reading of history.readings) {
    const rows = log.byConversation.get(reading.conversationId)?.rows ?? reading.rows
    checkUnread({ ...reading, rows }, report)
  }
}

const keyOf = ({ userId, conversationId }: { userId: string; conversationId: string }) => `${userId} ${conversationId}`

/** The acknowledged writes of a user are in every page that they request afterwards, from any node. */
const checkOwnWrites = (history: History, report: Report) => {
  const own = Map.groupBy(
    history.sent.flatMap(({ id, senderId: userId, conversationId, acknowledgements: [told] }) =>
      told ? [{ id, userId, conversationId, ...told }] : [],
    ),
    keyOf,
  )
  const changed = Map.groupBy(
    history.changes.flatMap(({ messageId, acknowledged, ...rest }) =>
      acknowledged ? [{ ...rest, id: messageId, ...acknowledged }] : [],
    ),
    keyOf,
  )
  for (const look of history.looks) {
    const byId = new Map(look.rows.map((row) => [row.id, row]))
    const first = look.rows[0]?.seq ?? 0
    const unseen = own.get(keyOf(look))?.find(({ id, seq, step }) => {
      return step < look.invokedStep && seq >= first && !byId.has(id)
    })
    const stale = changed.get(keyOf(look))?.find(({ id, rev, step }) => {
      const row = byId.get(id)
      return step < look.invokedStep && row !== undefined && row.rev < rev
    })
    const missing = unseen ?? stale
    if (missing) report('unseen_write', `${look.deviceId} did not see ${missing.id}, acknowledged at ${missing.step}`)
  }
}

/** A page has no holes, and a device that has seen a message sees it in every later page. */
const checkMonotonic = (looks: readonly Look[], report: Report) => {
  const byDevice = Map.groupBy(looks, ({ deviceId, conversationId }) => `${deviceId} ${conversationId}`)
  for (const [key, mine] of byDevice) {
    let seen = 0
    // A request that began before another one was answered may show less than that one.
    const ends = mine.map(({ rows, step, invokedStep }) => ({ end: rows.at(-1)?.seq ?? 0, step, invokedStep }))
    for (const look of mine) {
      const hole = look.rows.find(({ seq }, i) => i > 0 && seq !== (look.rows[i - 1]?.seq ?? 0) + 1)
      if (hole) report('gap', `${key}: a page has a hole before ${hole.seq}`)
    }
    const answered = ends.toSorted((a, b) => a.step - b.step)
    let next = 0
    for (const { end, invokedStep } of ends.toSorted((a, b) => a.invokedStep - b.invokedStep)) {
      for (; next < answered.length && (answered[next]?.step ?? 0) < invokedStep; next += 1) {
        seen = Math.max(seen, answered[next]?.end ?? 0)
      }
      if (end < seen) report('went_back', `${key}: saw ${seen}, and later only ${end}`)
    }
  }
}

const checkMarks = (history: History, report: Report) => {
  for (const [key, mine] of Map.groupBy(
    history.marks,
    ({ deviceId, conversationId }) => `${deviceId} ${conversationId}`,
  )) {
    let last = 0
    for (const { readSeq } of mine.toSorted((a, b) => a.step - b.step)) {
      if (readSeq < last) report('went_back', `${key}: the read mark went from ${last} to ${readSeq}`)
      last = Math.max(last, readSeq)
    }
  }
  const told = Map.groupBy(history.marks, keyOf)
  for (const { readerId, conversationId, readSeq, deviceId } of history.readings) {
    const marks = told.get(keyOf({ userId: readerId, conversationId })) ?? []
    const best = marks.reduce((most, mark) => Math.max(most, mark.readSeq), 0)
    if (readSeq < best) report('went_back', `${deviceId} ${conversationId}: read up to ${best}, in the end ${readSeq}`)
  }
}

/** The interface says "99+". */
const mostShown = 100

const checkUnread = (
  { deviceId, readerId, conversationId, rows, readSeq, joinedSeq, unread }: Reading,
  report: Report,
) => {
  const after = Math.max(readSeq, joinedSeq)
  const isUnread = ({ seq, senderId, state }: Reading['rows'][number]) =>
    seq > after && senderId !== readerId && state !== 'deleted'
  const count = Math.min(rows.filter(isUnread).length, mostShown)
  if (count !== unread)
    report('unread', `${deviceId} ${conversationId} shows ${unread} unread, a recount says ${count}`)
}
