import type { Message } from '@parley/protocol'
import type { Action } from '../hooks/use-action.ts'
import type { MessageCommands } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { CounterDialog } from './form/counter-dialog.tsx'
import type { OfferPermissions } from './use-offer.ts'

export type Decision = 'accept' | 'decline' | 'withdraw'

interface OfferActionsProps {
  message: Message
  may: OfferPermissions
  decision: Action<[Decision]>
  commands: MessageCommands
}

/**
 * The buttons that `may` allows for an offer; nothing if it allows none. Those that accept, decline and withdraw run
 * `decision`, are disabled while it runs, and leave its error to the parent. The one that counters is there with
 * `may.accept`, and opens its dialog by `commands`.
 */
export function OfferActions({ message, may, decision, commands }: OfferActionsProps) {
  const texts = useTexts().offers
  if (!may.accept && !may.decline && !may.withdraw) return null
  const deciding = (decide: Decision) => ({
    // Like other buttons of the row, it can be reached from the row by Enter, ArrowLeft and ArrowRight.
    'data-row-action': `offer-${decide}`,
    disabled: decision.isRunning,
    onClick: () => decision.run(decide),
  })
  return (
    <div className="parley-offer__actions">
      {may.decline && <Button {...deciding('decline')}>{texts.decline}</Button>}
      {may.withdraw && <Button {...deciding('withdraw')}>{texts.withdraw}</Button>}
      {may.accept && (
        <Button
          look="quiet"
          data-row-action="offer-counter"
          onClick={(event) => commands.open(message, CounterDialog, event.currentTarget)}
        >
          {texts.counter}
        </Button>
      )}
      {may.accept && (
        <Button look="quiet" {...deciding('accept')}>
          {texts.accept}
        </Button>
      )}
    </div>
  )
}
