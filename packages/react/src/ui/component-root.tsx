import { type ReactNode, useContext, useMemo, useRef } from 'react'
import { RootContext } from '../hooks/component-root.ts'
import { useTexts } from '../texts/use-texts.ts'
import { classNames } from './class-names.ts'

interface ComponentRootProps {
  /** The page is all chat. */
  isPage?: boolean
  /** `fill` takes the height of what it stands in; `inline` stands in a line of text. */
  shape?: 'block' | 'fill' | 'inline'
  /** Components of the host stand in it, which have the styles of its page. */
  isSlotted?: boolean
  children: ReactNode
}

/**
 * The outermost element of a component that can be used by itself: from here on our styles hold, and the language is that of
 * our texts. Inside of another one it is nothing, unless the host's component in a slot is between them.
 */
export function ComponentRoot({ isPage = false, shape = 'block', isSlotted = false, children }: ComponentRootProps) {
  const around = useContext(RootContext)
  const root = useRef<HTMLDivElement & HTMLSpanElement>(null)
  const isAllChat = isPage || (around?.isPage ?? false)
  const view = useMemo(() => ({ root, isPage: isAllChat }), [isAllChat])
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
