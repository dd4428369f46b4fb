import { type ReactNode, useId } from 'react'
import { moveFocus } from '../headless/move-focus.ts'

export interface Tab {
  key: string
  /** Its name, for screen readers and as a tooltip. */
  label: string
  /** Its visible content. */
  face: ReactNode
}

interface TabsProps {
  label: string
  tabs: readonly Tab[]
  /** The key of the tab that is shown; null for none. */
  current: string | null
  onChange: (key: string) => void
  /** Do the tabs stand below each other? Then ArrowDown and ArrowUp move, too. */
  isVertical?: boolean
  /** The content of the current tab. */
  children: ReactNode
}

/**
 * A row of tabs above one panel with `children`, the content of the current tab. ArrowLeft, ArrowRight, Home and End
 * move the focus; the focus of another tab and each press call `onChange`, so one press may call it twice, and the
 * parent passes the key as `current`. With null no tab is chosen, and Tab focuses the first one.
 */
export function Tabs({ label, tabs, current, onChange, isVertical = false, children }: TabsProps) {
  const id = useId()
  const entry = current ?? tabs[0]?.key
  return (
    <>
      <div
        className="parley-tabs parley-scroller"
        role="tablist"
        aria-label={label}
        aria-orientation={isVertical ? 'vertical' : undefined}
        onKeyDown={(event) => {
          moveFocus(event, [...event.currentTarget.querySelectorAll('button')], isVertical ? 1 : 0)
        }}
      >
        {tabs.map(({ key, label: name, face }) => (
          <button
            key={key}
            type="button"
            role="tab"
            className="parley-tab"
            title={name}
            aria-label={name}
            aria-selected={key === current}
            aria-controls={id}
            tabIndex={key === entry ? 0 : -1}
            onFocus={() => key !== current && onChange(key)}
            onClick={() => onChange(key)}
          >
            {face}
          </button>
        ))}
      </div>
      <div
        className="parley-tab-panel"
        role="tabpanel"
        id={id}
        aria-label={tabs.find(({ key }) => key === current)?.label}
      >
        {children}
      </div>
    </>
  )
}
