import type { MenuGroup } from '@parley/react'
import { useLayoutEffect } from 'react'
import { useChoice } from './use-choice.ts'

const names = { system: 'As the system', light: 'Light', dark: 'Dark' }

/** Light, dark, or as the system is; kept on this device. Gives the choices for a menu. */
export function useTheme(): MenuGroup {
  const [theme, group] = useChoice({ key: 'parley:theme', label: 'Colours', names })
  useLayoutEffect(() => {
    document.body.dataset.theme = theme
  }, [theme])
  return group
}
