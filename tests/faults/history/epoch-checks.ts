import type { History } from './history.ts'
import type { Report } from './violation.ts'

/** P8: checks that a restored backup has a new epoch, and that no device carries anything over into the next epoch. */
export const checkEpochs = ({ syncs, restores }: History, report: Report): void => {
  const eras = [...restores].sort((a, b) => a.restoredStep - b.restoredStep)
  const eraOf = (step: number) => eras.filter(({ restoredStep }) => restoredStep <= step).length
  const eraOfEpoch = new Map<string, number>()
  const answers = syncs.toSorted((a, b) => a.step - b.step)
  for (const { epoch, invokedStep, step } of answers) {
    const era = eraOf(step)
    // A sync that began before a restore and was answered after it may be of either era.
    if (era !== eraOf(invokedStep)) continue
    const known = eraOfEpoch.get(epoch)
    if (known === undefined) eraOfEpoch.set(epoch, era)
    else if (known !== era) report('same_epoch', `${epoch} was the epoch before a restore, and again after it`)
  }
  for (const [deviceId, mine] of Map.groupBy(answers, (answer) => answer.deviceId)) {
    let held: string | undefined
    for (const { epoch, isReset } of mine) {
      if (held !== undefined && held !== epoch && !isReset) {
        report('mixed', `${deviceId} went from ${held} to ${epoch} and kept what it held`)
      }
      held = epoch
    }
  }
}
