import { type ComponentType, type ReactNode, useContext, useMemo } from 'react'
import { RootContext } from './hooks/component-root.ts'

interface SlottedProps<P> {
  /** The host's component; undefined if there is none for this slot. */
  Slot: ComponentType<P & { children: ReactNode }> | undefined
  given: P
  /** The component that the slot replaces. */
  children: ReactNode
}

/**
 * Renders the host's component with the props `given` and ours as its `children`, or only ours if there is no slot. The
 * styles of the host's page apply to the host's component; ours apply to its `children` and to other Parley components
 * inside it.
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
