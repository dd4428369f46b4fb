import { memo } from 'react'
import { useTexts } from '../texts/use-texts.ts'

/** `waiting`: not on the server yet; `delivered`, `read`: for all other members. */
export type SendStage = 'waiting' | 'failed' | 'sent' | 'delivered' | 'read'

const drawings: Record<SendStage, string> = {
  waiting: 'M8 4.6V8l2.2 1.4M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z',
  failed: 'M8 4.5v4.2M8 11.3v.01M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z',
  sent: 'M3.5 8.5l3 3 6-7',
  delivered: 'M.8 8.5l3 3 6-7M6.8 10.7l.8.8 6-7',
  read: 'M.8 8.5l3 3 6-7M6.8 10.7l.8.8 6-7',
}
/** Below the ticks of "read" where the word is not: they are those of "delivered". */
const line = 'M1.5 14.2h12'

interface SendStateProps {
  stage: SendStage
  /** Shows the word "Read" instead of a line, for people who cannot distinguish it from "delivered" by colour. */
  withWord?: boolean
}

/**
 * The stage of an own message as a mark: clock (only after 400 ms), exclamation mark, one tick, two ticks, two coloured
 * ticks with a line or, if `withWord`, with the word "Read"; in words for screen readers. Memoised.
 */
export const SendState = memo(function SendState({ stage, withWord }: SendStateProps) {
  const texts = useTexts().receipts
  const hasWord = withWord && stage === 'read'
  const drawing = stage === 'read' && !hasWord ? drawings.read + line : drawings[stage]
  return (
    <span className="parley-send-state" data-stage={stage} title={texts[stage]}>
      <span className={hasWord ? undefined : 'parley-visually-hidden'}>{texts[stage]}</span>
      <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={drawing} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </svg>
    </span>
  )
})
