import type { HTMLAttributes } from 'react'
import { useIsPage } from '../hooks/component-root.ts'
import { classNames } from './class-names.ts'

interface LandmarkProps extends HTMLAttributes<HTMLElement> {
  as: 'main' | 'nav' | 'aside'
  'data-region'?: string
}

/**
 * A landmark, the element `as`, if the page belongs to Parley. In the page of a host, which has its own landmarks, a
 * `<div>`, which is a group if it has an `aria-label`. Other props go to the element.
 */
export function Landmark({ as: Element, ...native }: LandmarkProps) {
  const isPage = useIsPage()
  return isPage ? <Element {...native} /> : <div role={native['aria-label'] ? 'group' : undefined} {...native} />
}

interface TitleProps extends HTMLAttributes<HTMLElement> {
  level: 1 | 2 | 3
}

/**
 * A heading of this `level` if the page belongs to Parley. In the page of a host a paragraph with the same look. Other
 * props go to the element.
 */
export function Title({ level, className, ...native }: TitleProps) {
  const isPage = useIsPage()
  const Element = isPage ? (`h${level}` as const) : 'p'
  return <Element {...native} className={classNames('parley-title', className)} />
}
