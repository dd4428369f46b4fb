import type { ReactNode } from 'react'
import { useErrorText, useTexts } from '../texts/use-texts.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import type { IconDrawing } from './icon-paths.ts'
import { Title } from './landmark.tsx'

interface ProblemProps {
  /** The error; null and undefined hide it. */
  error: unknown
}

/**
 * The sentence of an error (see `errorText`), or the text that is given as `error`. Screen readers announce it at once.
 * Without an error (null, undefined, '') only its empty live region is there. It has no button.
 */
export function Problem({ error }: ProblemProps) {
  const text = useErrorText()(error)
  return (
    <div role="alert" className="parley-problem-place">
      {text && (
        <p className="parley-problem">
          <Icon name="warning" />
          <span>{text}</span>
        </p>
      )}
    </div>
  )
}

interface ListEndProps {
  /** The result of `usePages`. */
  pages: { hasMore: boolean; isLoading: boolean; error: unknown; more: () => void }
  /** The text of the button that loads the next page. */
  label: string
}

/**
 * The end of a list in pages (see `usePages`): the error of the last load, and a button that calls `more`, with the
 * text `label` or, after an error, "Try again"; it is disabled while a page is loading. After the last page the button
 * is there only with an error.
 */
export function ListEnd({ pages: { hasMore, isLoading, error, more }, label }: ListEndProps) {
  const texts = useTexts().page
  return (
    <>
      <Problem error={error} />
      {(hasMore || error !== null) && (
        <Button isBusy={isLoading} onClick={more}>
          {error === null ? label : texts.tryAgain}
        </Button>
      )}
    </>
  )
}

interface EmptyStateProps {
  icon: IconDrawing
  title: string
  /** True if it is shown instead of a conversation: its title is the heading of the page then. */
  isPage?: boolean
  children?: ReactNode
}

/**
 * The placeholder of an empty list or page: an icon, the title, and `children` that say or offer what to do. With
 * `isPage` the title is a heading (see `Title`).
 */
export function EmptyState({ icon, title, isPage, children }: EmptyStateProps) {
  return (
    <div className="parley-empty">
      <span className="parley-empty__symbol">
        <Icon name={icon} />
      </span>
      {isPage ? (
        <Title level={1} className="parley-empty__title">
          {title}
        </Title>
      ) : (
        <p className="parley-empty__title">{title}</p>
      )}
      {children && <div className="parley-empty__text">{children}</div>}
    </div>
  )
}

interface SkeletonProps {
  label: string
  rows?: number
}

/** Grey rows as a placeholder while something loads, with `label` for screen readers; visible only after 200 ms. */
export function Skeleton({ label, rows = 5 }: SkeletonProps) {
  return (
    <div className="parley-skeleton" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className="parley-skeleton__row" />
      ))}
    </div>
  )
}
