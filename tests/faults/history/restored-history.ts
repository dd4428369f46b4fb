import type { History, SyncAnswer } from './history.ts'

/**
 * The history without what a restored backup has forgotten: whatever was told between the backup and the moment at which
 * it was put back is no promise any more. What was told before the backup, or after the restore, still is.
 */
export const withoutForgotten = (history: History): History => {
  const isForgotten = (step: number) =>
    history.restores.some(({ backupStep, restoredStep }) => step >= backupStep && step < restoredStep)
  const isKept = ({ step }: { step: number }) => !isForgotten(step)
  // Begun before the restore and answered after it: either of the two histories may have answered.
  const isWithin = ({ invokedStep, step }: { invokedStep: number; step: number }) =>
    !isForgotten(step) && !isForgotten(invokedStep)
  // What somebody reads counts on their device at once, and until it is told of the restore it reads the lost history.
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
