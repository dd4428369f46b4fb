import { Component, createRef, type HTMLAttributes, type ReactNode } from 'react'
import { nearEnd, type ScrollAnchor, type ScrollTarget, type ScrollView } from '../hooks/scroll-view.ts'
import { distanceToEnd, findAnchor, restoreAnchor, takeAnchor } from './scroll-anchor.ts'

interface AnchoredScrollerProps extends HTMLAttributes<HTMLDivElement> {
  /** Where it stands at first. */
  initialTarget: ScrollTarget
  /** Names the last row. A new one is followed if the end was near. */
  lastKey: string | undefined
  /** A new value leads to the end, wherever one stands. */
  followedKey: string | number
  /** Does what is rendered reach to the end of what there is? */
  reachesEnd: boolean
  onView: (view: ScrollView) => void
  children: ReactNode
}

interface Snapshot {
  anchor: ScrollAnchor | null
  distance: number
}

const atEnd = 2

/**
 * A scroller whose content stands still in sight, whatever is added or removed above: the element in sight is measured
 * right before each change of the document and put back right after, before anything is painted. The browser's own
 * anchoring is off: it fails at the very top, and Safari has none. A class, because only a class can look at the
 * document between rendering and its change (`getSnapshotBeforeUpdate`).
 */
export class AnchoredScroller extends Component<AnchoredScrollerProps> {
  readonly scroller = createRef<HTMLDivElement>()
  readonly content = createRef<HTMLDivElement>()
  /** How it stood after the last scroll or change: what a change of size goes back to. */
  private stood: Snapshot = { anchor: null, distance: 0 }
  /** Where it was scrolled to then. */
  private top = 0
  private sizes: ResizeObserver | undefined

  override componentDidMount() {
    const { scroller, content } = this
    if (!scroller.current || !content.current) return
    this.goTo(this.props.initialTarget)
    this.sizes = new ResizeObserver(this.resized)
    this.sizes.observe(scroller.current)
    this.sizes.observe(content.current)
  }

  override componentWillUnmount() {
    this.sizes?.disconnect()
  }

  override getSnapshotBeforeUpdate(): Snapshot {
    // A row may have grown since, of which nobody was told yet: as long as nothing was scrolled, it is to stand as it stood.
    return this.wasScrolled() ? this.snapshot() : this.stood
  }

  override componentDidUpdate(previous: AnchoredScrollerProps, _state: unknown, before: Snapshot) {
    const { lastKey, followedKey, reachesEnd } = this.props
    const isFollowed = followedKey !== previous.followedKey
    const isNew = lastKey !== previous.lastKey && before.distance <= nearEnd
    if (reachesEnd && (isFollowed || isNew)) this.toEnd()
    else this.keep(before)
    this.report()
  }

  /** Scrolls to a target; what it names must be rendered. */
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

  private keep(before: Snapshot) {
    const scroller = this.scroller.current
    if (!scroller) return
    if (before.distance <= atEnd && this.props.reachesEnd) this.toEnd()
    else restoreAnchor(scroller, before.anchor)
  }

  private snapshot(): Snapshot {
    const scroller = this.scroller.current
    if (!scroller) return { anchor: null, distance: 0 }
    return { anchor: takeAnchor(scroller), distance: distanceToEnd(scroller) }
  }

  private resized = () => {
    this.keep(this.stood)
    this.report()
  }

  private wasScrolled = () => this.scroller.current?.scrollTop !== this.top

  /** The event of our own scrolling comes a frame later, when a row may have grown: it says nothing new. */
  private scrolled = () => {
    if (this.wasScrolled()) this.report()
  }

  private report = () => {
    const scroller = this.scroller.current
    if (!scroller) return
    this.stood = this.snapshot()
    this.top = scroller.scrollTop
    this.props.onView({
      anchor: this.stood.anchor,
      distanceToStart: scroller.scrollTop,
      distanceToEnd: this.stood.distance,
      height: scroller.clientHeight,
    })
  }

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
