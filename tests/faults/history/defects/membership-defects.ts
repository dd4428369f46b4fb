import type { Admission, History } from '../history.ts'
import { type Defect, lastStep } from './defect.ts'

/** The acknowledged removal of a user who did not come back. */
const removedFor = (history: History): (Admission & { rev: number; step: number }) | undefined => {
  const last = new Map<string, Admission>()
  for (const admission of history.admissions) last.set(`${admission.userId} ${admission.conversationId}`, admission)
  const removed = [...last.values()].find(({ isMember }) => !isMember)
  const rev = removed?.acknowledged?.rev
  if (!removed?.acknowledged || rev == null) return undefined
  return { ...removed, rev, step: removed.acknowledged.step }
}

const afterRemoval =
  (spoil: (history: History, removed: Admission & { rev: number; step: number }) => void): Defect['make'] =>
  (history) => {
    const removed = removedFor(history)
    if (!removed) return false
    spoil(history, removed)
  }

/** A message that was sent after everything else. */
const sendLate = (history: History, conversationId: string) => {
  const step = lastStep(history)
  const reading = history.readings.find((each) => each.conversationId === conversationId)
  const seq = (reading?.rows.length ?? 0) + 1
  const row = { id: 'late', seq, rev: (reading?.rev ?? 0) + 1, senderId: 'ana', text: 'late', state: 'said' as const }
  for (const held of history.readings) {
    if (held.conversationId !== conversationId) continue
    held.rows.push({ ...row })
    held.rev = row.rev
    held.unread += held.readerId === 'ana' ? 0 : 1
  }
  history.sent.push({
    ...{ id: row.id, conversationId, senderId: 'ana', text: 'late', invokedStep: step, transmissions: 1 },
    acknowledgements: [{ seq, step: step + 1 }],
  })
  return { id: row.id, seq, rev: row.rev, step: step + 1 }
}

const act = (history: History, kind: 'typing' | 'receipt' | 'presence', { userId, conversationId }: Admission) => {
  const step = lastStep(history)
  const cause = { kind, conversationId: kind === 'presence' ? null : conversationId, value: 'afterwards' }
  history.acts.push({ ...cause, userId: 'ana', invokedStep: step })
  history.signals.push({ ...cause, hearerId: userId, aboutUserId: 'ana', step: step + 1 })
}

/** P5: events and pages that reach a user who is no member. */
export const membershipDefects: Record<string, Defect> = {
  'a message reaches the removed': {
    kind: 'leaked',
    make: afterRemoval((history, { userId, conversationId }) => {
      const { id, seq, rev, step } = sendLate(history, conversationId)
      history.heard.push({ deviceId: 'x', userId, conversationId, rev, messages: [{ id, seq }], step })
    }),
  },
  'a message reaches the removed under an older rev': {
    kind: 'leaked',
    make: afterRemoval((history, { userId, conversationId, rev }) => {
      const { id, seq, step } = sendLate(history, conversationId)
      history.heard.push({ deviceId: 'x', userId, conversationId, rev: rev - 1, messages: [{ id, seq }], step })
    }),
  },
  'a change of members reaches the removed': {
    kind: 'leaked',
    make: afterRemoval((history, { userId, conversationId, rev }) => {
      const step = lastStep(history)
      history.heard.push({ deviceId: 'x', userId, conversationId, rev: rev + 1, messages: [], step })
    }),
  },
  'an event from before a user joined': {
    kind: 'leaked',
    make: (history) => {
      const first = history.admissions.find(({ userId }) => userId === 'dan')
      if (!first?.acknowledged) return false
      const { userId, conversationId, invokedStep } = first
      const rev = (first.acknowledged.rev ?? 0) - 1
      history.heard.push({ deviceId: 'dan-1', userId, conversationId, rev, messages: [], step: invokedStep - 1 })
    },
  },
  'the removed reads a page': {
    kind: 'leaked',
    make: afterRemoval((history, { userId, conversationId }) => {
      const step = lastStep(history)
      history.looks.push({ deviceId: 'x', userId, conversationId, invokedStep: step, step: step + 1, rows: [] })
    }),
  },
  'the removed sees who types': { kind: 'leaked', make: afterRemoval((history, who) => act(history, 'typing', who)) },
  'the removed sees who reads': { kind: 'leaked', make: afterRemoval((history, who) => act(history, 'receipt', who)) },
  'the removed sees who is here': {
    kind: 'leaked',
    make: afterRemoval((history, who) => {
      // They share no conversation any more.
      const conversationIds = [...new Set(history.admissions.map(({ conversationId }) => conversationId))]
      for (const conversationId of conversationIds) {
        const step = lastStep(history)
        const out = { conversationId, userId: who.userId, isMember: false, invokedStep: step }
        history.admissions.push({ ...out, acknowledged: { rev: null, step: step + 1 } })
      }
      act(history, 'presence', who)
    }),
  },
}

/** A backup is restored after everything else, and one device gets this epoch by a sync. */
const restoreAndSync = (history: History, epoch: string, isReset: boolean) => {
  const step = lastStep(history)
  history.restores.push({ backupStep: step, restoredStep: step })
  history.syncs.push({ deviceId: 'ana-1', epoch, isReset, invokedStep: step + 1, step: step + 2 })
}

/** P8: restores that epochs do not show, or that a device ignores; P1: a loss from before the backup. */
export const epochDefects: Record<string, Defect> = {
  'a restored backup under the same epoch': {
    kind: 'same_epoch',
    make: (history) => restoreAndSync(history, 'first', false),
  },
  'an epoch that comes back after a restore': {
    kind: 'same_epoch',
    make: (history) => {
      for (const epoch of ['second', 'first']) restoreAndSync(history, epoch, true)
    },
  },
  'a device that keeps what it held of another epoch': {
    kind: 'mixed',
    make: (history) => restoreAndSync(history, 'second', false),
  },
  'lost from before a backup': {
    kind: 'lost',
    make: (history) => {
      const step = lastStep(history)
      history.restores.push({ backupStep: step, restoredStep: step + 1 })
      const [first] = history.sent
      if (!first) return false
      for (const { rows } of history.readings) {
        const at = rows.findIndex(({ id }) => id === first.id)
        if (at >= 0) rows.splice(at, 1)
      }
    },
  },
}
