import type { Offer, OfferStatus } from '@parley/protocol'
import { useTexts } from '../texts/use-texts.ts'
import { useMe, useUser } from '../users/use-users.ts'

interface OfferOutcomeProps {
  offer: Offer
  status: OfferStatus
  /** Did this person decide when it was closed already? */
  isLate: boolean
}

/** What became of an offer and by whom, in a sentence; before it, that one's own answer came too late. */
export function OfferOutcome({ offer, status, isLate }: OfferOutcomeProps) {
  const { offers: texts, messages } = useTexts()
  const me = useMe()?.id
  const last = offer.history.at(-1)
  const decider = useUser(last?.userId)
  // Nobody decides that a time is over.
  const name = status === 'expired' || last === undefined ? '' : (decider?.displayName ?? messages.unknownSender)
  const sentence = status === 'open' ? null : texts.outcome(status, last?.userId === me ? null : name)
  return (
    <p className="parley-offer__outcome" role={isLate ? 'alert' : undefined}>
      {isLate && <strong>{texts.tooLate}</strong>} {sentence}
    </p>
  )
}
