import type { MenuGroup } from '@parley/react'
import { useLayoutEffect } from 'react'
import { useChoice } from './use-choice.ts'

const names = { system: 'As the system', light: 'Light', dark: 'Dark' }

/**
 * Sets the colours of the page: light, dark, or those of the system. Returns menu items to choose; the choice is
 * stored.
 */
export function useTheme(): MenuGroup {
  const [theme, group] = useChoice({ key: 'parley:theme', label: 'Colours', names })
  useLayoutEffect(() => {
    document.body.dataset.theme = theme
  }, [theme])
  return group
}
