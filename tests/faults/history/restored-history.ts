import type { History, SyncAnswer } from './history.ts'

/**
 * The history without what a restored backup has lost: answers and events between the backup and its restore are no
 * promises any more. Those before the backup and after the restore still are.
 */
export const withoutForgotten = (history: History): History => {
  const isForgotten = (step: number) =>
    history.restores.some(({ backupStep, restoredStep }) => step >= backupStep && step < restoredStep)
  const isKept = ({ step }: { step: number }) => !isForgotten(step)
  // A request that began before the restore and was answered after it may be of either history.
  const isWithin = ({ invokedStep, step }: { invokedStep: number; step: number }) =>
    !isForgotten(step) && !isForgotten(invokedStep)
  // A device counts a message as read at once, and until it learns of the restore, that is in the lost history.
  const isOfLostHistory = ({ deviceId, step }: { deviceId: string; step: number }) => {
    const restored = history.restores.findLast(({ restoredStep }) => restoredStep <= step)
    const isToldOf = (sync: SyncAnswer) =>
      sync.deviceId === deviceId && sync.step <= step && sync.step > (restored?.restoredStep ?? 0)
    return restored !== undefined && !history.syncs.some(isToldOf)
  }
  const keepAnswer = <T extends { acknowledged?: { step: number } }>(deed: T): T =>
    deed.acknowledged && isForgotten(deed.acknowledged.step) ? { ...deed, acknowledged: undefined } : deed
  return {
    ...history,
    sent: history.sent.map((sent) => {
      const acknowledgements = sent.acknowledgements.filter(isKept)
      const mayBeGone = sent.acknowledgements.length > 0 && acknowledgements.length === 0
      return { ...sent, acknowledgements, mayBeGone }
    }),
    changes: history.changes.map(keepAnswer),
    admissions: history.admissions.map(keepAnswer),
    heard: history.heard.filter(isKept),
    signals: history.signals.filter(isKept),
    looks: history.looks.filter(isWithin),
    marks: history.marks.filter((mark) => isKept(mark) && !isOfLostHistory(mark)),
  }
}
