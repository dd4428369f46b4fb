import type { MenuGroup } from '@parley/react'
import { useLayoutEffect, useState } from 'react'
import { storedValue, storeValue } from './storage/stored-values.ts'

interface Choice<V extends string> {
  /** The key in `localStorage`. */
  key: string
  /** The heading of the menu group. */
  label: string
  /** The name of each value in the menu. The first value is the default. */
  names: Record<V, string>
}

/**
 * A setting of this device with a few values: the present one, and a menu group under the heading `label` to change
 * it. `names` has the text of each value; the first value is the default. It is stored in `localStorage` under `key`,
 * and lasts as long as the component if the storage is blocked.
 */
export function useChoice<V extends string>({ key, label, names }: Choice<V>): [V, MenuGroup] {
  const values = Object.keys(names) as [V, ...V[]]
  const [chosen, setChosen] = useState(() => values.find((value) => value === storedValue(key)) ?? values[0])
  useLayoutEffect(() => storeValue(key, chosen), [key, chosen])
  const items = values.map((value) => ({
    label: names[value],
    isChecked: value === chosen,
    onSelect: () => setChosen(value),
  }))
  return [chosen, { label, items }]
}
