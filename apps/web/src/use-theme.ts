import type { MenuGroup } from '@parley/react'
import { useEffect } from 'react'
import { useChoice } from './use-choice.ts'

const names = { system: 'As the system', light: 'Light', dark: 'Dark' }

/**
 * Sets the colours of the page: light, dark, or those of the system. Returns menu items to choose; the choice is
 * stored.
 */
export function useTheme(): MenuGroup {
  const [theme, group] = useChoice({ key: 'parley:theme', label: 'Colours', names })
  useEffect(() => {
    document.body.dataset.theme = theme
  }, [theme])
  return group
}
