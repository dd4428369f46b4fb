import { createContext, type RefObject, useContext } from 'react'

/** What the components inside of an outermost one share about where it stands. */
export interface RootView {
  /** The outermost element of ours. */
  root: RefObject<HTMLElement | null>
  isPage: boolean
  /** Here stands a component of the host, in which each of ours is an outermost one again. */
  isSlot?: boolean
}

export const RootContext = createContext<RootView | null>(null)

/**
 * Is the page all chat? Otherwise it belongs to a host application, and so do its landmarks, its headings, the focus, the
 * keys that are pressed outside of our fields, and the files that are dropped outside of our element.
 */
export const useIsPage = (): boolean => useContext(RootContext)?.isPage ?? false

/** The element outside of which nothing is ours; null where the page is all chat. */
export function useOwnArea(): RefObject<Element | null> | null {
  const around = useContext(RootContext)
  return around && !around.isPage ? around.root : null
}
