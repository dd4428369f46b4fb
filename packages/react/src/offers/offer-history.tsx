import type { OfferStep } from '@parley/protocol'
import { useTexts } from '../texts/use-texts.ts'
import { useUser } from '../users/use-users.ts'
import { formatMoney } from './money.ts'

/**
 * The steps of a negotiation, in a section that is closed at first: who offered, countered or decided what, and at what
 * time of day (the date shows on hover). It shows one step, too, and loads nothing: an unknown user has a general name.
 */
export function OfferHistory({ steps }: { steps: readonly OfferStep[] }) {
  const { offers: texts, messages, times } = useTexts()
  return (
    <details className="parley-offer__history">
      <summary>{texts.history}</summary>
      <ol>
        {steps.map((step) => (
          <li key={`${step.messageId} ${step.action}`}>
            <StepName userId={step.userId} unknown={messages.unknownSender} />{' '}
            <span>{texts.steps[step.action](formatMoney(step.amount, step.currency))}</span>{' '}
            <time dateTime={new Date(step.at).toISOString()} title={times.complete(step.at)}>
              {times.time(step.at)}
            </time>
          </li>
        ))}
      </ol>
    </details>
  )
}

function StepName({ userId, unknown }: { userId: string; unknown: string }) {
  const user = useUser(userId)
  return <bdi>{user?.displayName ?? unknown}</bdi>
}
