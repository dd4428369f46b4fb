import type { History, Reading, Row } from '../history.ts'
import { type Defect, lastStep, someReading, someSent } from './defect.ts'

/** A reading of a conversation of which another device has a reading, too. */
const oneOfSeveral = (history: History): Reading =>
  history.readings.find(({ deviceId }) => deviceId === 'ana-2') as Reading

const said = ({ rows }: Reading) => rows.filter(({ state }) => state === 'said')

const onOneDevice =
  (change: (reading: Reading, row: Row) => void): Defect['make'] =>
  (history, random) => {
    const reading = oneOfSeveral(history)
    const rows = said(reading)
    if (rows.length === 0) return false
    change(reading, random.pick(rows))
  }

/** P4, P9: devices that are behind after a sync, or differ from others. */
export const deviceDefects: Record<string, Defect> = {
  'one device lacks the last message': {
    kind: 'unequal',
    make: (history) => void oneOfSeveral(history).rows.pop(),
  },
  'one device has one more': {
    kind: 'unequal',
    make: onOneDevice(({ rows }, row) => rows.push({ ...row, id: 'x', seq: rows.length + 1 })),
  },
  'one device sees two swapped': {
    kind: 'unequal',
    make: (history) => {
      const { rows } = oneOfSeveral(history)
      rows.push(rows.shift() as Row)
    },
  },
  'one device sees another text': {
    kind: 'unequal',
    make: onOneDevice((_, row) => Object.assign(row, { text: 'other' })),
  },
  'one device missed an edit': {
    kind: 'unequal',
    make: onOneDevice((_, row) => Object.assign(row, { text: 'as it was', rev: row.rev - 1 })),
  },
  'one device missed a deletion': {
    kind: 'unequal',
    make: (history) => {
      const row = oneOfSeveral(history).rows.find(({ state }) => state === 'deleted')
      if (!row) return false
      Object.assign(row, { state: 'said', text: 'still here' })
    },
  },
  'one device still shows a member who left': {
    kind: 'unequal',
    make: (history) => void Object.assign(oneOfSeveral(history).members, { eve: { role: 'member', rev: 3 } }),
  },
  'one device shows another role': {
    kind: 'unequal',
    make: (history) => void Object.assign(oneOfSeveral(history).members.ana ?? {}, { role: 'member' }),
  },
  'one device is behind after a sync': {
    kind: 'behind',
    make: (history) => {
      oneOfSeveral(history).rev -= 1
    },
  },
}

const lastChange = (history: History, isDeletion: boolean) => {
  const newest = history.changes
    .filter(({ acknowledged }) => acknowledged)
    .toSorted((a, b) => (b.acknowledged?.rev ?? 0) - (a.acknowledged?.rev ?? 0))
  const seen = new Set<string>()
  // The newest change of each message: it rightly replaced earlier ones.
  const latest = newest.filter(({ messageId }) => !seen.has(messageId) && seen.add(messageId))
  const unsure = new Set(history.changes.filter(({ acknowledged }) => !acknowledged).map(({ messageId }) => messageId))
  return latest.find(({ text, messageId }) => (text === null) === isDeletion && !unsure.has(messageId))
}

const undo =
  (isDeletion: boolean): Defect['make'] =>
  (history) => {
    const change = lastChange(history, isDeletion)
    const sent = history.sent.find(({ id }) => id === change?.messageId)
    if (!sent) return false
    for (const { rows } of history.readings) {
      const row = rows.find(({ id }) => id === sent.id)
      if (row) Object.assign(row, { text: sent.text, state: 'said', rev: 1 })
    }
  }

/** Changes that were acknowledged, and have no effect at the end. */
export const changeDefects: Record<string, Defect> = {
  'an acknowledged edit is gone': { kind: 'undone', make: undo(false) },
  'an acknowledged deletion is gone': { kind: 'undone', make: undo(true) },
  'an edit has another text than was given': {
    kind: 'changed',
    make: (history) => {
      const change = lastChange(history, false)
      if (!change) return false
      for (const { rows } of history.readings) {
        for (const row of rows) if (row.id === change.messageId) row.text = 'not what was given'
      }
    },
  },
  'a removal is gone in the end': {
    kind: 'undone',
    make: (history, random) => {
      const { conversationId, members } = someReading(history, random)
      const removed = history.admissions.find(
        (admission) => admission.conversationId === conversationId && !(admission.userId in members),
      )
      if (!removed) return false
      for (const reading of history.readings) {
        if (reading.conversationId === conversationId) reading.members[removed.userId] = { role: 'member', rev: 1 }
      }
    },
  },
}

/** P6, P7: pages and counters that contradict what their reader did or saw before. */
export const sessionDefects: Record<string, Defect> = {
  'a page without what its reader had written': {
    kind: 'unseen_write',
    make: (history, random) => {
      const sent = someSent(history, random)
      const step = lastStep(history)
      const { conversationId, senderId: userId } = sent
      const rows = [{ id: 'before', seq: 1, rev: 1 }]
      history.looks.push({ deviceId: 'new', userId, conversationId, invokedStep: step, step: step + 1, rows })
    },
  },
  'a page without the edit that its reader had made': {
    kind: 'unseen_write',
    make: (history) => {
      const change = lastChange(history, false)
      if (!change) return false
      const { messageId: id, conversationId, userId } = change
      const seq = history.sent.find((sent) => sent.id === id)?.acknowledgements[0]?.seq ?? 0
      const step = lastStep(history)
      const rows = [{ id, seq, rev: (change.acknowledged?.rev ?? 0) - 1 }]
      history.looks.push({ deviceId: 'new', userId, conversationId, invokedStep: step, step: step + 1, rows })
    },
  },
  'a device that saw more before': {
    kind: 'went_back',
    make: (history, random) => {
      const { conversationId, readerId: userId, rows } = someReading(history, random)
      const step = lastStep(history)
      for (const [i, end] of [rows.length, rows.length - 1].entries()) {
        const invokedStep = step + i * 2
        const seen = rows.slice(0, end).map(({ id, seq, rev }) => ({ id, seq, rev }))
        history.looks.push({ deviceId: 'new', userId, conversationId, invokedStep, step: invokedStep + 1, rows: seen })
      }
    },
  },
  'a page with a hole': {
    kind: 'gap',
    make: (history) => {
      const look = history.looks.find(({ rows }) => rows.length > 2)
      if (!look) return false
      look.rows.splice(1, 1)
    },
  },
  'a read mark that goes back': {
    kind: 'went_back',
    make: (history) => {
      const mark = history.marks.find(({ readSeq }) => readSeq > 0)
      if (!mark) return false
      history.marks.push({ ...mark, readSeq: mark.readSeq - 1, step: mark.step + 1 })
    },
  },
  'a read mark that is gone in the end': {
    kind: 'went_back',
    make: (history, random) => {
      const { readerId: userId, conversationId, readSeq } = someReading(history, random)
      history.marks.push({ deviceId: 'new', userId, conversationId, readSeq: readSeq + 1, step: lastStep(history) })
    },
  },
  'one too many unread': {
    kind: 'unread',
    make: (history, random) => {
      someReading(history, random).unread += 1
    },
  },
  'one too few unread': {
    kind: 'unread',
    make: (history) => {
      const reading = history.readings.find(({ unread }) => unread > 0)
      if (!reading) return false
      reading.unread -= 1
    },
  },
  'a deleted message counted as unread': {
    kind: 'unread',
    make: (history) => {
      const reading = history.readings.find(({ rows, readerId, readSeq, joinedSeq, unread }) =>
        rows.some(
          ({ state, seq, senderId }) =>
            state === 'deleted' && seq > Math.max(readSeq, joinedSeq) && senderId !== readerId && unread < 100,
        ),
      )
      if (!reading) return false
      reading.unread += 1
    },
  },
}
