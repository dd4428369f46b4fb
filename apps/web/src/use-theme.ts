import type { ChoiceFieldProps } from '@parley/react'
import { useLayoutEffect } from 'react'
import { useChoice } from './use-choice.ts'

const names = { system: 'As the system', light: 'Light', dark: 'Dark' }

/**
 * Sets the colours of the page: light, dark, or those of the system. Returns the props of a field to choose; the
 * choice is stored.
 */
export function useTheme(): ChoiceFieldProps<string> {
  const [theme, field] = useChoice({ key: 'parley:theme', label: 'Colours', names })
  useLayoutEffect(() => {
    document.body.dataset.theme = theme
  }, [theme])
  return field
}
