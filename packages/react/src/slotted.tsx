import { type ComponentType, type ReactNode, useContext, useMemo } from 'react'
import { RootContext } from './hooks/component-root.ts'

interface SlottedProps<P> {
  /** The host's component, where it has one. */
  Slot: ComponentType<P & { children: ReactNode }> | undefined
  given: P
  /** What is ours. */
  children: ReactNode
}

/**
 * The host's component around ours, or in its place. In what it renders the styles of its page hold, as everywhere else in
 * that page; ours hold again in what is ours there: its `children`, and each other component of ours.
 */
export function Slotted<P extends object>({ Slot, given, children }: SlottedProps<P>) {
  const around = useContext(RootContext)
  const inside = useMemo(() => around && { ...around, isSlot: true }, [around])
  if (!Slot) return <>{children}</>
  return (
    <div className="parley-slot">
      <RootContext.Provider value={inside}>
        <Slot {...given}>
          <RootContext.Provider value={around}>
            <div className="parley-slot__ours">{children}</div>
          </RootContext.Provider>
        </Slot>
      </RootContext.Provider>
    </div>
  )
}
