import type { FinalLog, Placed } from './final-log.ts'
import type { Change, Heard, History, Reading, Sent } from './history.ts'
import type { Report } from './violation.ts'

/** P1, P2, P3: compares the messages that were sent, acknowledged and shown with the final log. */
export const checkMessages = (history: History, log: FinalLog, report: Report): void => {
  const changes = Map.groupBy(history.changes, ({ messageId }) => messageId)
  for (const sent of history.sent) checkSent(sent, log.byId.get(sent.id), changes.get(sent.id) ?? [], report)
  checkInvented(history.sent, log, report)
  for (const heard of history.heard) checkHeard(heard, log, report)
  for (const reading of log.byConversation.values()) {
    checkNumbers(reading, report)
    checkOrder(reading, history.sent, report)
  }
}

const checkSent = (sent: Sent, placed: Placed | undefined, changes: Change[], report: Report) => {
  const [first] = sent.acknowledgements
  if (placed) checkText(sent, placed, changes, report)
  if (sent.conflictCode !== undefined && sent.conflictCode !== 'message_id_conflict') {
    report('no_conflict', `${sent.id} with another body was answered ${sent.conflictCode}`)
  }
  if (!first) {
    if (sent.mayBeGone) return
    if (sent.refusal === undefined) report('unanswered', `${sent.id} was never acknowledged`)
    else if (placed && sent.transmissions === 1) {
      report('refused_but_stored', `${sent.id} was refused (${sent.refusal}) and stands at ${placed.row.seq}`)
    }
    return
  }
  const other = sent.acknowledgements.find(({ seq }) => seq !== first.seq)
  if (other) report('moved', `${sent.id} was acknowledged at ${first.seq} and again at ${other.seq}`)
  if (!placed) return report('lost', `${sent.id} was acknowledged at ${first.seq} and is gone`)
  if (placed.conversationId !== sent.conversationId || placed.row.seq !== first.seq) {
    const [told, found] = [`${sent.conversationId} ${first.seq}`, `${placed.conversationId} ${placed.row.seq}`]
    report('moved', `${sent.id} was acknowledged at ${told} and stands at ${found}`)
  }
}

/** The stored text is the one that was sent, or that of the last change. */
const checkText = (sent: Sent, { row }: Placed, changes: Change[], report: Report) => {
  if (row.senderId !== sent.senderId) {
    return report('changed', `${sent.id} was sent by ${sent.senderId} and stands there as of ${row.senderId}`)
  }
  const told = changes.flatMap(({ text, acknowledged }) => (acknowledged ? [{ text, rev: acknowledged.rev }] : []))
  const last = told.toSorted((one, other) => other.rev - one.rev)[0]
  if (last && row.rev < last.rev) return report('undone', `${sent.id} is at ${row.rev}, it was changed at ${last.rev}`)
  const isLast = last?.rev === row.rev
  const unsure = changes.filter(({ acknowledged }) => !acknowledged).map(({ text }) => text)
  const possible = isLast ? [last.text] : [...(last ? [] : [sent.text]), ...unsure]
  if (possible.includes(row.text)) return
  report('changed', `${sent.id} should read ${JSON.stringify(possible)} and reads ${JSON.stringify(row.text)}`)
}

const checkInvented = (sent: Sent[], log: FinalLog, report: Report) => {
  const known = new Set(sent.map(({ id }) => id))
  for (const { row } of log.byId.values()) {
    if (row.state !== 'system' && !known.has(row.id)) report('invented', `${row.id} was never sent: "${row.text}"`)
  }
}

/** Every message that a device received is in the final log, at the same `seq`. */
const checkHeard = (heard: Heard, log: FinalLog, report: Report) => {
  for (const { id, seq } of heard.messages) {
    const placed = log.byId.get(id)
    if (!placed) {
      // A conversation without a final reading cannot be compared.
      if (log.byConversation.has(heard.conversationId)) report('lost', `${id} was shown at ${seq} and is gone`)
    } else if (placed.row.seq !== seq || placed.conversationId !== heard.conversationId) {
      report('moved', `${id} was shown at ${seq} and stands at ${placed.row.seq}`)
    }
  }
}

/** The numbers are 1..n, in this order. */
const checkNumbers = ({ conversationId, rows }: Reading, report: Report) => {
  let last = 0
  for (const { seq } of rows) {
    if (seq <= last) report('duplicate', `${conversationId}: place ${seq} comes after ${last}`)
    else if (seq > last + 1) report('gap', `${conversationId}: ${seq} follows ${last}`)
    last = Math.max(last, seq)
  }
}

/** A message that was acknowledged before another was sent comes before it. */
const checkOrder = ({ conversationId, rows }: Reading, sent: Sent[], report: Report) => {
  const byId = new Map(sent.map((each) => [each.id, each]))
  let latest: Sent | undefined
  for (const { id, seq } of rows) {
    const each = byId.get(id)
    const acknowledged = each?.acknowledgements[0]
    if (!each || !acknowledged) continue
    if (latest && acknowledged.step < latest.invokedStep) {
      report('reordered', `${conversationId}: ${id} at ${seq} was acknowledged before ${latest.id} was sent`)
    }
    if (!latest || each.invokedStep > latest.invokedStep) latest = each
  }
}
