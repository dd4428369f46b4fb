import type { Offer, OfferStatus } from '@parley/protocol'
import { useTexts } from '../texts/use-texts.ts'
import { useMe, useUser } from '../users/use-users.ts'

interface OfferOutcomeProps {
  offer: Offer
  status: OfferStatus
  /** Did the person decide after it was closed? */
  isLate: boolean
}

/**
 * One sentence on how an offer ended and, unless it expired, who decided it; an empty paragraph for an open one. If
 * `isLate`, it first says that the person's answer came too late, which screen readers announce. An unknown user has a
 * general name.
 */
export function OfferOutcome({ offer, status, isLate }: OfferOutcomeProps) {
  const { offers: texts, messages } = useTexts()
  const me = useMe()?.id
  const last = offer.history.at(-1)
  const decider = useUser(last?.userId)
  // An expired offer has no decider.
  const name = status === 'expired' || last === undefined ? '' : (decider?.displayName ?? messages.unknownSender)
  const sentence = status === 'open' ? null : texts.outcome(status, last?.userId === me ? null : name)
  return (
    <p className="parley-offer__outcome" role={isLate ? 'alert' : undefined}>
      {isLate && <strong>{texts.tooLate}</strong>} {sentence}
    </p>
  )
}
