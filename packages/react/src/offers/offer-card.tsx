import { ChatError } from '@parley/client'
import type { Message, OfferPart } from '@parley/protocol'
import { offerLimits } from '@parley/protocol/features/body/offer-rules'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useToday } from '../hooks/use-today.ts'
import type { MessageCommands, MessageContentProps } from '../messages/message-extension.ts'
import { MessageText } from '../messages/text/message-text.tsx'
import { isPending } from '../messages/timeline/message-rows.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Icon } from '../ui/icon.tsx'
import { Problem } from '../ui/notice.tsx'
import { formatMoney } from './money.ts'
import { type Decision, OfferActions } from './offer-actions.tsx'
import { OfferHistory } from './offer-history.tsx'
import { tag } from './offer-icons.ts'
import { OfferOutcome } from './offer-outcome.tsx'
import { useOffer } from './use-offer.ts'

/**
 * The offer in `body`: its amount and status, the text of the body, those of its details that are not empty, and its
 * expiry until it is closed; nothing if `body` has no offer. Below stands, once it is closed, a sentence on its end,
 * and from the second step on its history; at the foot are the buttons that the user may use. Before the message is
 * stored there is neither a status nor a button. Renders again when the offer changes or expires. It runs the
 * decisions and shows their errors itself.
 */
export function OfferCard({ message, body, commands }: MessageContentProps) {
  const texts = useTexts().offers
  const { offer, status } = useOffer(message.conversationId, message.id)
  const terms = body.offer
  if (!terms) return null
  const amount = formatMoney(terms.amount, terms.currency)
  const isCounter = terms.answers !== undefined
  return (
    <section className="parley-offer" data-status={status} aria-label={texts.offerOf(amount)}>
      <p className="parley-offer__kind">
        <Icon name={tag} />
        <span>{isCounter ? texts.counterOffer : texts.offer}</span>
        {status && (
          <span className="parley-offer__status" data-status={status}>
            {texts.statuses[status]}
          </span>
        )}
      </p>
      <p className="parley-offer__amount">
        <bdi>{amount}</bdi>
      </p>
      {body.text !== '' && (
        <p className="parley-bubble__text" dir="auto">
          <MessageText text={body.text} />
        </p>
      )}
      <OfferTerms terms={terms} isOpen={status === 'open' || status === undefined} />
      {!isPending(message) && offer && <OfferDecision message={message} commands={commands} />}
    </section>
  )
}

/**
 * The outcome of a closed offer, its history, and the buttons of an open one. If the person's decision came too late,
 * it says so, too.
 */
function OfferDecision({ message, commands }: { message: Message; commands: MessageCommands }) {
  const chat = useChat()
  const { offer, status, may } = useOffer(message.conversationId, message.id)
  const decision = useAction((decide: Decision) => chat.offers[decide](message.conversationId, message.id))
  const isLate = decision.error instanceof ChatError && decision.error.code === 'offer_closed'
  if (!offer || !status) return null
  return (
    <>
      {(isLate || status !== 'open') && (
        <OfferOutcome key={String(isLate)} offer={offer} status={status} isLate={isLate} />
      )}
      {decision.error !== null && !isLate && status === 'open' && <Problem error={decision.error} />}
      {offer.history.length > 1 && <OfferHistory steps={offer.history} />}
      <OfferActions message={message} may={may} decision={decision} commands={commands} />
    </>
  )
}

function OfferTerms({ terms: { details = {}, expiresAt }, isOpen }: { terms: OfferPart; isOpen: boolean }) {
  const { offers: texts, times } = useTexts()
  const today = useToday()
  const shown = Object.entries(details).flatMap(([key, value]) => {
    const text = detailText(value)
    return text === '' ? [] : [{ key, text }]
  })
  return (
    <>
      {shown.length > 0 && (
        <dl className="parley-offer__details">
          {shown.map(({ key, text }) => (
            <div key={key}>
              <dt dir="auto">{key}</dt>
              <dd dir="auto">{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {expiresAt !== undefined && isOpen && expiresAt <= offerLimits.expiresAt && (
        <p className="parley-offer__expiry">
          <Icon name="clock" />
          <time dateTime={new Date(expiresAt).toISOString()} title={times.complete(expiresAt)}>
            {texts.openUntil(times.coming(expiresAt, today))}
          </time>
        </p>
      )}
    </>
  )
}

/** A detail in one line: values of lists and objects are joined by commas. */
function detailText(value: unknown): string {
  if (Array.isArray(value)) return value.map(detailText).filter(Boolean).join(', ')
  if (typeof value === 'object' && value !== null)
    return Object.values(value).map(detailText).filter(Boolean).join(', ')
  return value === null ? '' : String(value)
}
