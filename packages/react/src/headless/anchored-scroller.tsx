import { Component, createRef, type HTMLAttributes, type ReactNode } from 'react'
import { nearEnd, type ScrollAnchor, type ScrollTarget, type ScrollView } from '../hooks/scroll-view.ts'
import { currentAnchor, distanceToEnd, findAnchor, restoreAnchor } from './scroll-anchor.ts'

interface AnchoredScrollerProps extends HTMLAttributes<HTMLDivElement> {
  /** Where it scrolls when it is mounted. */
  initialTarget: ScrollTarget
  /** The key of the last row. When it changes, it scrolls to the end if the end of the list was near. */
  lastKey: string | undefined
  /** When it changes, it scrolls to the end from any position. */
  followedKey: string | number
  /** Is the last row of the whole list rendered? If not, it does not scroll to the end. */
  reachesEnd: boolean
  /** Called after each scroll and each change of size or content. */
  onView: (view: ScrollView) => void
  children: ReactNode
}

interface Snapshot {
  anchor: ScrollAnchor | null
  /** To the end, in px. */
  distance: number
}

/** Within this many px of the end it stays at the end. */
const atEnd = 2

/**
 * A scroller whose visible content does not move when rows above it are added, removed or resized: it measures the
 * first visible element with `data-anchor` (a key, in vertical order) right before each change of the document, and
 * scrolls it back right after, before the browser paints. It begins at `initialTarget`, and calls `onView` after each
 * scroll and each change of size or content. Only if `reachesEnd`, a new `followedKey` scrolls to the end; if it was
 * true before the change, too, the scroller stays at its end, and a new `lastKey` within 100 px of it scrolls there.
 * Set `overflow-anchor: none`: the browser's own anchoring fails at the very top. It is a class to measure between
 * rendering and the change.
 */
export class AnchoredScroller extends Component<AnchoredScrollerProps> {
  readonly scroller = createRef<HTMLDivElement>()
  readonly content = createRef<HTMLDivElement>()
  /** The position after the last scroll or change, which is restored after a change of size. */
  private lastSnapshot: Snapshot = { anchor: null, distance: 0 }
  /** `scrollTop` at that time. */
  private lastTop = 0
  private sizes: ResizeObserver | undefined

  /** Scrolls to `initialTarget`, calls `onView`, and begins to observe the sizes of the scroller and its content. */
  override componentDidMount() {
    const { scroller, content } = this
    if (!scroller.current || !content.current) return
    this.goTo(this.props.initialTarget)
    this.sizes = new ResizeObserver(this.resized)
    this.sizes.observe(scroller.current)
    this.sizes.observe(content.current)
  }

  /** Ends the observation of sizes. */
  override componentWillUnmount() {
    this.sizes?.disconnect()
  }

  /** What `componentDidUpdate` restores: the position of the last `onView`, or a new one if it was scrolled since. */
  override getSnapshotBeforeUpdate(): Snapshot {
    // A row may have grown without a report yet: unless somebody scrolled, the last reported position is restored.
    return this.wasScrolled() ? this.snapshot() : this.lastSnapshot
  }

  /** Scrolls to the end (see the class for when), else restores the position; then calls `onView`. */
  override componentDidUpdate(previous: AnchoredScrollerProps, _state: unknown, before: Snapshot) {
    const { lastKey, followedKey, reachesEnd } = this.props
    const isFollowed = followedKey !== previous.followedKey
    // A later page that comes is no new message: its reader stays where they are.
    const { reachesEnd: reachedEnd } = previous
    const isNew = reachedEnd && lastKey !== previous.lastKey && before.distance <= nearEnd
    if (reachesEnd && (isFollowed || isNew)) this.toEnd()
    else this.restore(before, reachesEnd && reachedEnd)
    this.report()
  }

  /** Scrolls to a target, then calls `onView`. Does not scroll if the row that the target names is not rendered. */
  goTo(target: ScrollTarget) {
    const scroller = this.scroller.current
    if (!scroller) return
    if (target === 'end') this.toEnd()
    else if ('offset' in target) restoreAnchor(scroller, target)
    else {
      const row = findAnchor(scroller, target.key)?.closest('[data-row]')
      if (row) restoreTop(scroller, row, scroller.clientHeight / 3)
    }
    this.report()
  }

  private toEnd() {
    const scroller = this.scroller.current
    if (scroller) scroller.scrollTop = scroller.scrollHeight
  }

  /** `isEnd`: was the end of the rows that of the list, and is it still? */
  private restore(before: Snapshot, isEnd: boolean) {
    const scroller = this.scroller.current
    if (!scroller) return
    if (before.distance <= atEnd && isEnd) this.toEnd()
    else restoreAnchor(scroller, before.anchor)
  }

  private snapshot(): Snapshot {
    const scroller = this.scroller.current
    if (!scroller) return { anchor: null, distance: 0 }
    return { anchor: currentAnchor(scroller), distance: distanceToEnd(scroller) }
  }

  private resized = () => {
    this.restore(this.lastSnapshot, this.props.reachesEnd)
    this.report()
  }

  private wasScrolled = () => this.scroller.current?.scrollTop !== this.lastTop

  /** Ignores the event of our own scrolling, which comes a frame later, when a row may have grown. */
  private scrolled = () => {
    if (this.wasScrolled()) this.report()
  }

  private report = () => {
    const scroller = this.scroller.current
    if (!scroller) return
    this.lastSnapshot = this.snapshot()
    this.lastTop = scroller.scrollTop
    this.props.onView({
      anchor: this.lastSnapshot.anchor,
      distanceToStart: scroller.scrollTop,
      distanceToEnd: this.lastSnapshot.distance,
      height: scroller.clientHeight,
    })
  }

  /** A `<div>` with the other props, except `onScroll`, around a second one with the children. */
  override render() {
    const { initialTarget, lastKey, followedKey, reachesEnd, onView, children, ...native } = this.props
    return (
      <div {...native} ref={this.scroller} onScroll={this.scrolled}>
        <div ref={this.content}>{children}</div>
      </div>
    )
  }
}

function restoreTop(scroller: HTMLElement, element: Element, offset: number) {
  scroller.scrollTop += element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - offset
}
