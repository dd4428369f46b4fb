import { currencyCodes } from '@parley/protocol/features/body/currencies'
import { useTexts } from '../../texts/use-texts.ts'
import { TextField } from '../../ui/field.tsx'
import { DetailFields } from './detail-fields.tsx'
import { SelectField } from './select-field.tsx'
import type { useOfferForm } from './use-offer-form.ts'

/** The choices for how long an offer stays open, in hours; 0 means without an end. */
const durations = [0, 1, 24, 72, 168] as const

const currencies = currencyCodes.map((code) => ({ value: code, label: code }))

/**
 * The fields of an offer (amount, currency, note, details and duration) with their problems, without a button that
 * submits. `form` is the result of `useOfferForm`.
 */
export function OfferFields({ form }: { form: ReturnType<typeof useOfferForm> }) {
  const texts = useTexts().offers
  return (
    <>
      <div className="parley-offer-form__money">
        <TextField
          data-dialog-entry
          label={texts.amount}
          inputMode="decimal"
          autoComplete="off"
          value={form.amount}
          problem={form.isAmountWrong ? texts.amountProblem : null}
          onChange={(event) => form.setAmount(event.target.value)}
        />
        <SelectField label={texts.currency} value={form.currency} choices={currencies} onChange={form.setCurrency} />
      </div>
      <TextField
        label={texts.note}
        maxLength={500}
        value={form.note}
        onChange={(event) => form.setNote(event.target.value)}
      />
      <DetailFields form={form.detailRows} problem={form.detailsProblem} />
      <SelectField
        label={texts.openFor}
        value={form.hours}
        choices={durations.map((value) => ({ value: String(value), label: texts.duration(value) }))}
        onChange={form.setHours}
      />
    </>
  )
}
