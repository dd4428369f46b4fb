import type { OfferDetails } from '@parley/protocol'
import { isDetails, offerLimits } from '@parley/protocol/features/body/offer-rules'
import { useRef, useState } from 'react'

/** A detail as it is written: what it is called, and what it is. */
export interface DetailRow {
  key: number
  name: string
  value: string
}

/** Why the details cannot be sent; null if they can, or are not there. */
export type DetailsProblem = 'unnamed' | 'doubled' | 'refused' | null

const isWritable = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

/**
 * The details of an offer as rows that a person can write. Of the given ones, those that are no single text or number
 * go along as they are.
 */
export function useDetailRows(given: OfferDetails = {}) {
  const nextKey = useRef(0)
  const row = (name = '', value = ''): DetailRow => ({ key: nextKey.current++, name, value })
  const [rows, setRows] = useState<readonly DetailRow[]>(() =>
    Object.entries(given).flatMap(([name, value]) => (isWritable(value) ? [row(name, String(value))] : [])),
  )
  const written = rows.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '')
  const unwritable = Object.entries(given).filter(([, value]) => !isWritable(value))
  const entries = [...unwritable, ...written.map((one): [string, unknown] => entryOf(one, given))]
  const details: OfferDetails = Object.fromEntries(entries)
  return {
    rows,
    add: () => setRows([...rows, row()]),
    change: (key: number, change: Partial<DetailRow>) =>
      setRows(rows.map((one) => (one.key === key ? { ...one, ...change } : one))),
    remove: (key: number) => setRows(rows.filter((one) => one.key !== key)),
    /** Undefined where there are none. */
    details: entries.length === 0 ? undefined : details,
    problem: problemOf(entries, details),
  }
}

/** A number that nobody changed stays one. */
function entryOf({ name, value }: DetailRow, given: OfferDetails): [string, unknown] {
  const before = given[name]
  return [name.trim(), isWritable(before) && String(before) === value ? before : value.trim()]
}

function problemOf(entries: readonly [string, unknown][], details: OfferDetails): DetailsProblem {
  if (entries.some(([name]) => name === '')) return 'unnamed'
  if (new Set(entries.map(([name]) => name)).size < entries.length) return 'doubled'
  return isDetails(details) && entries.length <= offerLimits.detailsValues ? null : 'refused'
}
