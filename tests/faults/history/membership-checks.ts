import type { FinalLog } from './final-log.ts'
import type { Act, Admission, History, Sent, Signal } from './history.ts'
import type { Report } from './violation.ts'

/** A period of membership of a user. Until its end is known, the last rev and the last step are infinite. */
interface Stay {
  fromRev: number
  toRev: number
  fromStep: number
  /** The step at which the end was acknowledged. */
  toStep: number
}

/** P5, P9: compares what each user received, and the final members, with the acknowledged memberships. */
export const checkMemberships = (history: History, log: FinalLog, report: Report): void => {
  const stays = staysOf(history.admissions)
  checkHeard(history, stays, report)
  checkLooks(history, stays, report)
  checkSignals(history, stays, report)
  checkFinal(history.admissions, log, report)
}

const keyOf = (userId: string, conversationId: string) => `${userId} in ${conversationId}`

type Stays = ReadonlyMap<string, Stay[] | 'unsure'>

/**
 * The periods of membership, from acknowledged changes. `unsure`: a change was never answered, so the user is not
 * judged.
 */
const staysOf = (admissions: readonly Admission[]): Stays => {
  const stays = new Map<string, Stay[] | 'unsure'>()
  const byPerson = Map.groupBy(admissions, ({ userId, conversationId }) => keyOf(userId, conversationId))
  for (const [key, deeds] of byPerson) {
    const list: Stay[] = []
    for (const { isMember, invokedStep, acknowledged } of deeds.toSorted((a, b) => a.invokedStep - b.invokedStep)) {
      if (!acknowledged) {
        stays.set(key, 'unsure')
        break
      }
      const last = list.at(-1)
      if (isMember) {
        if (last && last.toStep === Infinity) continue
        const fromRev = acknowledged.rev ?? 0
        list.push({ fromRev, toRev: Infinity, fromStep: invokedStep, toStep: Infinity })
      } else if (last && last.toStep === Infinity) {
        last.toStep = acknowledged.step
        last.toRev = acknowledged.rev ?? Infinity
      }
    }
    if (!stays.has(key)) stays.set(key, list)
  }
  return stays
}

/** The step after whose acts nothing may reach the user any more at `step`; undefined if they are a member then. */
const endedAt = (stays: readonly Stay[], step: number): number | undefined => {
  const begun = stays.filter(({ fromStep }) => fromStep <= step)
  if (begun.some(({ toStep }) => step <= toStep)) return undefined
  return begun.reduce((latest, { toStep }) => Math.max(latest, toStep), -1)
}

const checkHeard = (history: History, stays: Stays, report: Report) => {
  const sentById = new Map(history.sent.map((sent) => [sent.id, sent]))
  for (const { userId, deviceId, conversationId, rev, messages, step } of history.heard) {
    const mine = stays.get(keyOf(userId, conversationId))
    if (mine === 'unsure' || mine === undefined) continue
    const what = `${deviceId} of ${userId} heard rev ${rev} of ${conversationId}`
    // A member may read everything from before they joined; only events from after the end of a membership are leaks.
    if (!mine.some(({ fromStep, toRev }) => fromStep <= step && rev <= toRev)) {
      const known = mine.map(
        ({ fromRev, toRev, fromStep, toStep }) => `${fromRev}–${toRev} (steps ${fromStep}–${toStep})`,
      )
      report('leaked', `${what} at step ${step}, which lies outside of their membership: ${known.join(', ')}`)
    }
    const ended = endedAt(mine, step)
    if (ended === undefined) continue
    const later = messages.find(({ id }) => isLater(sentById.get(id), ended))
    if (later) report('leaked', `${what}: ${later.id} was sent after the end of their membership was acknowledged`)
  }
}

const isLater = (sent: Sent | undefined, step: number) => sent !== undefined && sent.invokedStep > step

const checkLooks = (history: History, stays: Stays, report: Report) => {
  for (const { userId, deviceId, conversationId, invokedStep } of history.looks) {
    const mine = stays.get(keyOf(userId, conversationId))
    if (mine === 'unsure' || mine === undefined) continue
    if (endedAt(mine, invokedStep) !== undefined) {
      report('leaked', `${deviceId} of ${userId} read ${conversationId} after the end of their membership`)
    }
  }
}

const checkSignals = (history: History, stays: Stays, report: Report) => {
  const acts = Map.groupBy(history.acts, causeOf)
  for (const signal of history.signals) {
    const ended = signalEnd(signal, history, stays)
    if (ended === undefined) continue
    const cause = causeOf({ ...signal, userId: signal.aboutUserId })
    if (acts.get(cause)?.some(({ invokedStep }) => invokedStep <= ended)) continue
    const { kind, value, hearerId, aboutUserId } = signal
    report('leaked', `${hearerId} heard ${kind} ${value} of ${aboutUserId} after the end of their membership`)
  }
}

const causeOf = ({ kind, userId, conversationId, value }: Omit<Act, 'invokedStep'>) =>
  JSON.stringify([kind, userId, conversationId, value])

/** The step since which the receiver may not get such a signal; presence is for users who share a conversation. */
const signalEnd = (signal: Signal, history: History, stays: Stays): number | undefined => {
  const { hearerId, aboutUserId, conversationId, step } = signal
  if (conversationId !== null) {
    const mine = stays.get(keyOf(hearerId, conversationId))
    return mine === undefined || mine === 'unsure' ? undefined : endedAt(mine, step)
  }
  let last = -1
  for (const id of new Set(history.admissions.map((admission) => admission.conversationId))) {
    const [mine, theirs] = [stays.get(keyOf(hearerId, id)), stays.get(keyOf(aboutUserId, id))]
    if (mine === 'unsure' || theirs === 'unsure') return undefined
    if (!mine || !theirs) continue
    const ends = [endedAt(mine, step), endedAt(theirs, step)]
    if (ends.every((end) => end === undefined)) return undefined
    last = Math.max(last, Math.min(...ends.map((end) => end ?? Infinity)))
  }
  return last
}

/** Checks that the final members are those whose last acknowledged change made them members. */
const checkFinal = (admissions: readonly Admission[], log: FinalLog, report: Report) => {
  const byPerson = Map.groupBy(admissions, ({ userId, conversationId }) => keyOf(userId, conversationId))
  for (const [key, deeds] of byPerson) {
    const last = deeds.toSorted((a, b) => b.invokedStep - a.invokedStep)[0]
    const reading = last && log.byConversation.get(last.conversationId)
    if (!last?.acknowledged || !reading) continue
    if (last.userId in reading.members === last.isMember) continue
    report('undone', `${key}: ${last.isMember ? 'added' : 'removed'}, but not so at the end`)
  }
}
