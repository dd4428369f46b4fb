import type { Message } from '@parley/protocol'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import type { MessageCommands } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/notice.tsx'
import { CounterDialog } from './counter-dialog.tsx'
import type { OfferPermissions } from './use-offer.ts'

interface OfferActionsProps {
  message: Message
  may: OfferPermissions
  commands: MessageCommands
}

/** The buttons of an open offer. What somebody else was faster with shows in the card by itself. */
export function OfferActions({ message, may, commands }: OfferActionsProps) {
  const chat = useChat()
  const texts = useTexts().offers
  const decision = useAction((decide: 'accept' | 'decline' | 'withdraw') =>
    chat.offers[decide](message.conversationId, message.id),
  )
  const deciding = (decide: 'accept' | 'decline' | 'withdraw') => ({
    // Reached from the row by Enter and the sideways arrows, as its other buttons are.
    'data-row-action': `offer-${decide}`,
    disabled: decision.isRunning,
    onClick: () => decision.run(decide),
  })
  const isOffered = may.accept || may.decline || may.withdraw
  return (
    <>
      {isOffered && (
        <div className="parley-offer__actions">
          {may.accept && (
            <Button look="primary" {...deciding('accept')}>
              {texts.accept}
            </Button>
          )}
          {may.decline && <Button {...deciding('decline')}>{texts.decline}</Button>}
          {may.accept && (
            <Button
              data-row-action="offer-counter"
              onClick={(event) => commands.open(message, CounterDialog, event.currentTarget)}
            >
              {texts.counter}
            </Button>
          )}
          {may.withdraw && <Button {...deciding('withdraw')}>{texts.withdraw}</Button>}
        </div>
      )}
      {decision.error !== null && <Problem error={decision.error} />}
    </>
  )
}
