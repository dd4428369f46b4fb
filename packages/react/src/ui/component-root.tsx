import { type ReactNode, useContext, useMemo, useRef } from 'react'
import { RootContext } from '../hooks/component-root.ts'
import { useTexts } from '../texts/use-texts.ts'
import { classNames } from './class-names.ts'

interface ComponentRootProps {
  /** Does the whole page belong to Parley? */
  isPage?: boolean
  /** `fill`: as high as its parent; `inline`: part of a line of text. */
  shape?: 'block' | 'fill' | 'inline'
  /** True if it contains components of the host, to which the styles of the host's page apply. */
  isSlotted?: boolean
  children: ReactNode
}

/**
 * The outermost element of a component that a host can use by itself: the styles of Parley apply inside it, and its
 * language is that of the texts. `isPage`: the whole page belongs to Parley. `shape`: a block, as high as its parent
 * (`fill`) or part of a line of text (`inline`). `isSlotted`: it contains components of the host. Inside another
 * `ComponentRoot` it renders only its children and ignores the other props, unless a host's component (a slot) is
 * between them.
 */
export function ComponentRoot({ isPage = false, shape = 'block', isSlotted = false, children }: ComponentRootProps) {
  const around = useContext(RootContext)
  const root = useRef<HTMLDivElement & HTMLSpanElement>(null)
  const ownsPage = isPage || (around?.isPage ?? false)
  const view = useMemo(() => ({ root, isPage: ownsPage }), [ownsPage])
  const { language } = useTexts().page
  if (around && !around.isSlot) return <>{children}</>
  const classes = classNames('parley', 'parley-root', `parley-root--${shape}`, isSlotted && 'parley-root--slotted')
  const Root = shape === 'inline' ? 'span' : 'div'
  return (
    <RootContext.Provider value={view}>
      <Root ref={root} className={classes} lang={language}>
        {children}
      </Root>
    </RootContext.Provider>
  )
}
