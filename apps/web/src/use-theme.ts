import type { MenuGroup } from '@parley/react'
import { useEffect, useState } from 'react'

const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

const names: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' }
const key = 'parley:theme'

function storedTheme(): Theme {
  const stored = localStorage.getItem(key)
  return themes.find((theme) => theme === stored) ?? 'system'
}

/** Light, dark, or as the system is; kept on this device. Gives the choices for a menu. */
export function useTheme(): MenuGroup {
  const [theme, setTheme] = useState(storedTheme)
  useEffect(() => {
    document.body.dataset.theme = theme
    localStorage.setItem(key, theme)
  }, [theme])
  const items = themes.map((value) => ({
    label: names[value],
    isChecked: value === theme,
    onSelect: () => setTheme(value),
  }))
  return { label: 'Colours', items }
}
