import { type SyntheticEvent, useId } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { OfferFields } from './offer-fields.tsx'
import { type AnsweredOffer, useOfferForm } from './use-offer-form.ts'

interface OfferDialogProps {
  conversationId: string
  /** The offer that this one counters; undefined for a new one. */
  answers?: AnsweredOffer
  onClose: () => void
}

/**
 * A dialog with the form that makes an offer or, with `answers`, counters one, and sends it as a message. It calls
 * `onClose` as soon as it has handed over the message, without waiting for the server: the row of the message shows a
 * refusal. If a field is wrong, it says so and stays open.
 */
export function OfferDialog({ conversationId, answers, onClose }: OfferDialogProps) {
  const { offers: texts, page } = useTexts()
  const id = useId()
  const form = useOfferForm(conversationId, answers)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (form.submit()) onClose()
  }
  return (
    <Dialog
      title={answers ? texts.counterTitle : texts.makeTitle}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{page.cancel}</Button>
          <Button type="submit" form={id} look="primary">
            {answers ? texts.sendCounter : texts.sendOffer}
          </Button>
        </>
      }
    >
      <form id={id} className="parley-offer-form" onSubmit={submit} noValidate>
        <OfferFields form={form} />
      </form>
    </Dialog>
  )
}
