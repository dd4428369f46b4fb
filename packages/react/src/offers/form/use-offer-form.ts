import type { OfferDetails } from '@parley/protocol'
import { decimalText } from '@parley/protocol/features/body/currencies'
import { useState } from 'react'
import { useChat, useConversationState } from '../../hooks/use-chat.ts'
import { parseMoney } from '../money.ts'
import { useDetailRows } from './use-detail-rows.ts'

/** The offer that another one counters. */
export interface AnsweredOffer {
  messageId: string
  amount: number
  currency: string
  details?: OfferDetails
}

const hourMs = 3_600_000

/**
 * The state of the form that makes an offer, for a form of your own. `answers`, the offer to counter, fills it at the
 * first render, except note and `hours`; else the currency is that of the latest offer here, or EUR. Each `submit`
 * sends an offer as a message, returns true at once and empties nothing: the row of the message shows a refusal. If a
 * field is wrong, also for an amount above the limit of offers, it sends nothing and returns false, and `isAmountWrong`
 * or `detailsProblem` say why; both are empty before the first `submit`. `hours` count from the `submit`; '0' means
 * without an end.
 */
export function useOfferForm(conversationId: string, answers?: AnsweredOffer) {
  const chat = useChat()
  const lastCurrency = useLastCurrency(conversationId)
  const [amount, setAmount] = useState(answers ? decimalText(answers.amount, answers.currency) : '')
  const [currency, setCurrency] = useState(answers?.currency ?? lastCurrency)
  const [hours, setHours] = useState('0')
  const [note, setNote] = useState('')
  const detailRows = useDetailRows(answers?.details)
  const [wasSubmitted, setWasSubmitted] = useState(false)
  const units = parseMoney(amount, currency)
  const submit = (): boolean => {
    setWasSubmitted(true)
    if (units === null || detailRows.problem) return false
    const offer = {
      amount: units,
      currency,
      ...(detailRows.details ? { details: detailRows.details } : {}),
      ...(hours === '0' ? {} : { expiresAt: Date.now() + Number(hours) * hourMs }),
      ...(answers ? { answers: answers.messageId } : {}),
    }
    // The row of the message shows a refusal.
    chat.messages.send(conversationId, { text: note.trim(), offer }).settled.catch(() => undefined)
    return true
  }
  return {
    amount,
    setAmount,
    currency,
    setCurrency,
    hours,
    setHours,
    note,
    setNote,
    detailRows,
    isAmountWrong: wasSubmitted && units === null,
    detailsProblem: wasSubmitted ? detailRows.problem : null,
    submit,
  }
}

/** The currency of the latest offer in the conversation, or EUR. */
const useLastCurrency = (conversationId: string): string =>
  useConversationState(conversationId, (held) => {
    const offers = Object.values(held?.offers ?? {})
    return offers.at(-1)?.history.at(-1)?.currency ?? 'EUR'
  })
