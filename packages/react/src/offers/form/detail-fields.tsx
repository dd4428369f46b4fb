import { offerLimits } from '@parley/protocol/features/body/offer-rules'
import { useLayoutEffect, useRef } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import type { DetailRow, DetailsProblem, useDetailRows } from './use-detail-rows.ts'

interface DetailFieldsProps {
  form: ReturnType<typeof useDetailRows>
  problem: DetailsProblem
}

/** The form adds no further rows beyond this; programs can set more details. */
const maxRows = 12

/**
 * The fields for other terms of an offer, each row with a name, a value and a button that removes it: "Days: 2",
 * "Operator: included". `form` is the result of `useDetailRows`; a button adds a row, which takes the focus, while
 * there are fewer than 12, but more can be given. `problem` is shown as a sentence, null for none.
 */
export function DetailFields({ form: { rows, add, change, remove }, problem }: DetailFieldsProps) {
  const texts = useTexts().offers
  return (
    <fieldset className="parley-offer-form__details">
      <legend className="parley-field__label">{texts.details}</legend>
      {rows.map((row, at) => (
        <DetailFieldsRow
          key={row.key}
          row={row}
          place={at + 1}
          onChange={(changed) => change(row.key, changed)}
          onRemove={() => remove(row.key)}
        />
      ))}
      {problem && (
        <p role="alert" className="parley-field__problem">
          {texts.detailsProblems[problem]}
        </p>
      )}
      {rows.length < maxRows && (
        <Button look="quiet" icon="add" className="parley-offer-form__add" onClick={add}>
          {texts.addDetail}
        </Button>
      )}
    </fieldset>
  )
}

interface DetailFieldsRowProps {
  row: DetailRow
  place: number
  onChange: (change: Partial<DetailRow>) => void
  onRemove: () => void
}

function DetailFieldsRow({ row, place, onChange, onRemove }: DetailFieldsRowProps) {
  const texts = useTexts().offers
  const nameField = useRef<HTMLInputElement>(null)
  // Focuses a row that was just added, but not the rows that a counter-offer takes from the offer.
  const isNew = useRef(row.name === '' && row.value === '')
  useLayoutEffect(() => {
    if (isNew.current) nameField.current?.focus()
  }, [])
  return (
    <div className="parley-offer-form__detail">
      <input
        className="parley-input"
        aria-label={texts.detailName(place)}
        placeholder={texts.detailNameExample}
        maxLength={offerLimits.detailsKey}
        ref={nameField}
        value={row.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <input
        className="parley-input"
        aria-label={texts.detailValue(place)}
        placeholder={texts.detailValueExample}
        maxLength={500}
        value={row.value}
        onChange={(event) => onChange({ value: event.target.value })}
      />
      <IconButton label={texts.removeDetail(place)} icon="close" onClick={onRemove} />
    </div>
  )
}
