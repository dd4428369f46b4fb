import { type ReactNode, useContext, useMemo, useRef } from 'react'
import { RootContext } from '../hooks/component-root.ts'
import { useTexts } from '../texts/use-texts.ts'
import { classNames } from './class-names.ts'

interface ComponentRootProps {
  /** The page is all chat. */
  isPage?: boolean
  /** `fill` takes the height of what it stands in; `inline` stands in a line of text. */
  shape?: 'block' | 'fill' | 'inline'
  children: ReactNode
}

/**
 * The outermost element of a component that can be used by itself: from here on our styles hold, and the language is that of
 * our texts. Inside of another one it is nothing.
 */
export function ComponentRoot({ isPage = false, shape = 'block', children }: ComponentRootProps) {
  const around = useContext(RootContext)
  const root = useRef<HTMLDivElement & HTMLSpanElement>(null)
  const view = useMemo(() => ({ root, isPage }), [isPage])
  const { language } = useTexts().page
  if (around) return <>{children}</>
  const Root = shape === 'inline' ? 'span' : 'div'
  return (
    <RootContext.Provider value={view}>
      <Root ref={root} className={classNames('parley', 'parley-root', `parley-root--${shape}`)} lang={language}>
        {children}
      </Root>
    </RootContext.Provider>
  )
}
