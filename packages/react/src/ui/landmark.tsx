import type { HTMLAttributes } from 'react'
import { useIsPage } from '../hooks/component-root.ts'
import { classNames } from './class-names.ts'

interface LandmarkProps extends HTMLAttributes<HTMLElement> {
  as: 'main' | 'nav' | 'aside'
  'data-region'?: string
}

/** A landmark where the page is all chat. In the page of a host, whose landmarks these are, a group. */
export function Landmark({ as: Element, ...native }: LandmarkProps) {
  const isPage = useIsPage()
  return isPage ? <Element {...native} /> : <div role={native['aria-label'] ? 'group' : undefined} {...native} />
}

interface TitleProps extends HTMLAttributes<HTMLElement> {
  level: 1 | 2 | 3
}

/** A heading where the page is all chat. In the page of a host it looks like one, and is none in its outline. */
export function Title({ level, className, ...native }: TitleProps) {
  const isPage = useIsPage()
  const Element = isPage ? (`h${level}` as const) : 'p'
  return <Element {...native} className={classNames('parley-title', className)} />
}
