import type { Random } from '../../rig/random.ts'
import type { History, Row, Sent } from '../history.ts'
import { type Defect, inLogs, logsOf, renumber, someReading, someSent } from './defect.ts'

const rowAt = (rows: Row[], at: number) => rows[at] as Row
const told = ({ acknowledgements: [first] }: Sent) => first as { seq: number; step: number }

const elsewhere = (conversationId: string) => (conversationId === 'kitchen' ? 'garden' : 'kitchen')

const swap = (rows: Row[], i: number, j: number) => {
  const [one, other] = [rowAt(rows, i), rowAt(rows, j)]
  rows[i] = { ...other, seq: one.seq }
  rows[j] = { ...one, seq: other.seq }
}

/**
 * Two messages of one conversation, the second sent after the first was acknowledged; `apart`: the distance of their
 * places.
 */
const inTurn = (history: History, random: Random, apart?: number): [Sent, Sent] | undefined => {
  const pairs = history.sent.flatMap((first) =>
    history.sent
      .filter((second) => second.conversationId === first.conversationId && second.invokedStep > told(first).step)
      .filter((second) => apart === undefined || told(second).seq === told(first).seq + apart)
      .map((second): [Sent, Sent] => [first, second]),
  )
  return pairs.length > 0 ? random.pick(pairs) : undefined
}

/**
 * Exchanges the places of two messages in rows, acknowledgements and events, so that only the order of sending is
 * violated.
 */
const exchangePlaces = (history: History, [first, second]: [Sent, Sent]) => {
  const [seq, other] = [told(first).seq, told(second).seq]
  inLogs(history, first, (rows) => swap(rows, seq - 1, other - 1))
  for (const answer of first.acknowledgements) answer.seq = other
  for (const answer of second.acknowledgements) answer.seq = seq
  const places = new Map([
    [first.id, other],
    [second.id, seq],
  ])
  for (const { messages } of history.heard) {
    for (const message of messages) message.seq = places.get(message.id) ?? message.seq
  }
}

const drop =
  (after: (rows: Row[]) => void): Defect['make'] =>
  (history, random) =>
    inLogs(history, someSent(history, random), (rows, at) => {
      rows.splice(at, 1)
      after(rows)
    })

/** P1: messages that are lost, or never answered. */
export const lossDefects: Record<string, Defect> = {
  'one dropped': { kind: 'lost', make: drop(() => {}) },
  'one dropped, the others moved up': { kind: 'lost', make: drop(renumber) },
  'the last dropped': {
    kind: 'lost',
    make: (history, random) => {
      const last = someReading(history, random).rows.at(-1)
      for (const rows of history.readings.map((reading) => reading.rows)) {
        if (rows.at(-1)?.id === last?.id) rows.pop()
      }
    },
  },
  'everything dropped': {
    kind: 'lost',
    make: (history, random) => inLogs(history, someSent(history, random), (rows) => rows.splice(0)),
  },
  'a conversation that cannot be read any more': {
    kind: 'lost',
    make: (history, random) => {
      const { conversationId } = someSent(history, random)
      history.readings = history.readings.filter((reading) => reading.conversationId !== conversationId)
    },
  },
  'shown live and gone': {
    kind: 'lost',
    make: (history, random) => void random.pick(history.heard).messages.push({ id: 'ghost', seq: 3 }),
  },
  'never acknowledged': {
    kind: 'unanswered',
    make: (history, random) => void someSent(history, random).acknowledgements.splice(0),
  },
}

/** P2: messages that are not stored exactly once, as they were sent. */
export const onceDefects: Record<string, Defect> = {
  'one stored twice, the others moved down': {
    kind: 'duplicate',
    make: (history, random) =>
      inLogs(history, someSent(history, random), (rows, at) => {
        rows.splice(at + 1, 0, { ...rowAt(rows, at) })
        renumber(rows)
      }),
  },
  'one stored twice at the end': {
    kind: 'duplicate',
    make: (history, random) =>
      inLogs(history, someSent(history, random), (rows, at) => rows.push({ ...rowAt(rows, at), seq: rows.length + 1 })),
  },
  'one stored in a second conversation': {
    kind: 'duplicate',
    make: (history, random) => {
      const sent = someSent(history, random)
      const copy = logsOf(history, sent.conversationId)[0]?.find(({ id }) => id === sent.id) as Row
      for (const rows of logsOf(history, elsewhere(sent.conversationId))) rows.push({ ...copy, seq: rows.length + 1 })
    },
  },
  'two under one number': {
    kind: 'duplicate',
    make: (history, random) =>
      inLogs(history, someSent(history, random), (rows, at) => Object.assign(rowAt(rows, at), { seq: at })),
  },
  'a page in the wrong order': {
    kind: 'duplicate',
    make: (history, random) => inLogs(history, someSent(history, random), (rows) => rows.reverse()),
  },
  'an acknowledgement with a wrong place': {
    kind: 'moved',
    make: (history, random) => void Object.assign(told(someSent(history, random)), { seq: 999 }),
  },
  'a resend acknowledged with another place': {
    kind: 'moved',
    make: (history, random) => void someSent(history, random).acknowledgements.push({ seq: 999, step: 1_000_000 }),
  },
  'stored in another conversation than it was sent to': {
    kind: 'moved',
    make: (history, random) => {
      const sent = someSent(history, random)
      sent.conversationId = elsewhere(sent.conversationId)
    },
  },
  'shown live at another place': {
    kind: 'moved',
    make: (history, random) => {
      const [message] = random.pick(history.heard.filter(({ messages }) => messages.length > 0)).messages
      Object.assign(message ?? {}, { seq: 999 })
    },
  },
  'shown live in another conversation': {
    kind: 'moved',
    make: (history, random) => {
      const heard = random.pick(history.heard.filter(({ messages }) => messages.length > 0))
      heard.conversationId = elsewhere(heard.conversationId)
    },
  },
  'another body under the same id accepted': {
    kind: 'no_conflict',
    make: (history, random) => void Object.assign(someSent(history, random), { conflictCode: 'ok' }),
  },
  'another body under the same id refused for a wrong reason': {
    kind: 'no_conflict',
    make: (history, random) => void Object.assign(someSent(history, random), { conflictCode: 'internal' }),
  },
  'refused, and stored all the same': {
    kind: 'refused_but_stored',
    make: (history, random) =>
      void Object.assign(someSent(history, random), {
        acknowledgements: [],
        refusal: 'not_found',
        transmissions: 1,
      }),
  },
  'another text': {
    kind: 'changed',
    make: (history, random) =>
      inLogs(history, someSent(history, random), (rows, at) => Object.assign(rowAt(rows, at), { text: 'other' })),
  },
  'another sender': {
    kind: 'changed',
    make: (history, random) =>
      inLogs(history, someSent(history, random), (rows, at) => Object.assign(rowAt(rows, at), { senderId: 'eve' })),
  },
  'a message that was never sent': {
    kind: 'invented',
    make: (history, random) =>
      inLogs(history, someSent(history, random), (rows) => {
        const row = { id: 'x', seq: rows.length + 1, rev: 999, senderId: 'bo', text: 'boo', state: 'said' } as const
        rows.push(row)
      }),
  },
}

/** P3: gaps and a wrong order. */
export const orderDefects: Record<string, Defect> = {
  'one dropped, its place left empty': {
    kind: 'gap',
    make: (history, random) => {
      const sent = someSent(history, random)
      const isLast = logsOf(history, sent.conversationId)[0]?.at(-1)?.id === sent.id
      if (isLast) return false
      inLogs(history, sent, (rows, at) => rows.splice(at, 1))
    },
  },
  'the first dropped': {
    kind: 'gap',
    make: (history, random) => inLogs(history, someSent(history, random), (rows) => rows.shift()),
  },
  'a gap': {
    kind: 'gap',
    make: (history, random) =>
      inLogs(history, someSent(history, random), (rows, at) => {
        for (const row of rows.slice(at)) row.seq += 1
      }),
  },
  'two swapped': {
    kind: 'moved',
    make: (history, random) => {
      const pair = inTurn(history, random)
      if (!pair) return false
      inLogs(history, pair[0], (rows) => swap(rows, told(pair[0]).seq - 1, told(pair[1]).seq - 1))
    },
  },
  'two swapped, also in acknowledgements and events': {
    kind: 'reordered',
    make: (history, random) => {
      const pair = inTurn(history, random)
      if (!pair) return false
      exchangePlaces(history, pair)
    },
  },
  'a log in the order of clocks that differ': {
    kind: 'reordered',
    make: (history, random) => {
      // As if the clock of the second sender were slow: the second message is put before the first.
      const pair = inTurn(history, random, 1)
      if (!pair) return false
      exchangePlaces(history, pair)
    },
  },
}
