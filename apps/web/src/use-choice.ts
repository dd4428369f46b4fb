import type { MenuGroup } from '@parley/react'
import { useLayoutEffect, useState } from 'react'
import { keep, kept } from './keeping/kept-storage.ts'

interface Choice<V extends string> {
  /** Where this device keeps it. */
  key: string
  label: string
  /** The values with their names; the first is taken until another is chosen. */
  names: Record<V, string>
}

/** One of a few values, kept on this device, and the choices for a menu. */
export function useChoice<V extends string>({ key, label, names }: Choice<V>): [V, MenuGroup] {
  const values = Object.keys(names) as [V, ...V[]]
  const [chosen, setChosen] = useState(() => values.find((value) => value === kept(key)) ?? values[0])
  useLayoutEffect(() => keep(key, chosen), [key, chosen])
  const items = values.map((value) => ({
    label: names[value],
    isChecked: value === chosen,
    onSelect: () => setChosen(value),
  }))
  return [chosen, { label, items }]
}
