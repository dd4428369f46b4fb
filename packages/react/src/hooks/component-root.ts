import { createContext, type RefObject, useContext } from 'react'

/** What components know about the outermost Parley component around them. */
export interface RootView {
  /** The element of the outermost component. */
  root: RefObject<HTMLElement | null>
  /** See `useIsPage`. */
  isPage: boolean
  /** True inside a component of the host (a slot): Parley components in it are outermost ones again. */
  isSlot?: boolean
}

/** Set by the outermost Parley component for those in it, and by a slot for its content; null outside of both. */
export const RootContext = createContext<RootView | null>(null)

/**
 * Does the whole page belong to Parley (`isPage` of the outermost component)? If not, also without a component around,
 * it belongs to a host application, and so do its landmarks, headings and focus, keys that are pressed outside of our
 * fields, and files that are dropped outside of our element.
 */
export const useIsPage = (): boolean => useContext(RootContext)?.isPage ?? false

/**
 * The outermost Parley element in the page of a host, as a ref that is filled when it is mounted. Null if the whole
 * page belongs to Parley, or if there is no Parley component around.
 */
export function useOwnArea(): RefObject<Element | null> | null {
  const around = useContext(RootContext)
  return around && !around.isPage ? around.root : null
}
