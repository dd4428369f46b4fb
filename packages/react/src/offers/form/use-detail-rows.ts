import type { OfferDetails } from '@parley/protocol'
import { isDetails, offerLimits } from '@parley/protocol/features/body/offer-rules'
import { useRef, useState } from 'react'

/** A detail in the form, with its name and value as text. */
export interface DetailRow {
  key: number
  name: string
  value: string
  /** The detail that the row began with; undefined for a new row. */
  given?: OfferDetails[string]
}

/**
 * Why the details cannot be sent: a name is missing, a name is used twice, or they exceed the limits; null if they can.
 */
export type DetailsProblem = 'unnamed' | 'doubled' | 'refused' | null

const isEditable = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

/**
 * The details of an offer as editable `rows`, which begin with the texts, numbers and booleans of `given`; its other
 * details get no row and are kept unchanged. `details` leaves out empty rows; undefined if nothing is left. A value
 * keeps its type while it is not changed, also if its name is; others become texts. Do not send it while `problem` is
 * not null: a row has no name (`unnamed`), two have the same one (`doubled`), or the limits of offers are exceeded
 * (`refused`). Pass the same `given` each time.
 */
export function useDetailRows(given: OfferDetails = {}) {
  const nextKey = useRef(0)
  const nextRow = (row: Omit<DetailRow, 'key'>): DetailRow => ({ key: nextKey.current++, ...row })
  const [rows, setRows] = useState<readonly DetailRow[]>(() =>
    Object.entries(given).flatMap(([name, value]) =>
      isEditable(value) ? [nextRow({ name, value: String(value), given: value })] : [],
    ),
  )
  const filled = rows.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '')
  const uneditable = Object.entries(given).filter(([, value]) => !isEditable(value))
  const entries = [...uneditable, ...filled.map(entryOf)]
  const details: OfferDetails = Object.fromEntries(entries)
  return {
    rows,
    add() {
      const added = nextRow({ name: '', value: '' })
      setRows((now) => [...now, added])
    },
    change: (key: number, change: Partial<DetailRow>) =>
      setRows((now) => now.map((one) => (one.key === key ? { ...one, ...change } : one))),
    remove: (key: number) => setRows((now) => now.filter((one) => one.key !== key)),
    /** Undefined if there are none. */
    details: entries.length === 0 ? undefined : details,
    problem: problemOf(entries, details),
  }
}

/** The detail of a row. An unchanged value keeps its type, so that a number stays a number. */
const entryOf = ({ name, value, given }: DetailRow): [string, unknown] => [
  name.trim(),
  given !== undefined && String(given) === value ? given : value.trim(),
]

function problemOf(entries: readonly [string, unknown][], details: OfferDetails): DetailsProblem {
  if (entries.some(([name]) => name === '')) return 'unnamed'
  if (new Set(entries.map(([name]) => name)).size < entries.length) return 'doubled'
  return isDetails(details) && entries.length <= offerLimits.detailsValues ? null : 'refused'
}
