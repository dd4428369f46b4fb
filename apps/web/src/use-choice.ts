import type { ChoiceFieldProps } from '@parley/react'
import { useLayoutEffect, useState } from 'react'
import { storedValue, storeValue } from './storage/stored-values.ts'

interface Choice<V extends string> {
  /** The key in `localStorage`. */
  key: string
  /** The label of the field. */
  label: string
  /** The name of each value in the field. The first value is the default. */
  names: Record<V, string>
}

/**
 * A setting of this device with a few values: the present one, and the props of a field with the `label` to change it.
 * `names` has the text of each value; the first value is the default. It is stored in `localStorage` under `key`,
 * and lasts as long as the component if the storage is blocked.
 */
export function useChoice<V extends string>({ key, label, names }: Choice<V>): [V, ChoiceFieldProps<string>] {
  const values = Object.keys(names) as [V, ...V[]]
  const [chosen, setChosen] = useState(() => values.find((value) => value === storedValue(key)) ?? values[0])
  useLayoutEffect(() => storeValue(key, chosen), [key, chosen])
  const choices = values.map((value) => ({ value, label: names[value] }))
  return [chosen, { label, value: chosen, choices, onChange: (value) => setChosen(value as V) }]
}
