import { UnreadBadge } from '../receipts/unread-badge.tsx'
import { Icon } from '../ui/icon.tsx'

interface JumpToLatestProps {
  isShown: boolean
  unread: number
  onJump: () => void
}

/** Leads to the end, with the number of messages that wait there. */
export function JumpToLatest({ isShown, unread, onJump }: JumpToLatestProps) {
  if (!isShown) return null
  return (
    <button type="button" className="parley-jump" onClick={onJump}>
      <Icon name="chevron" />
      <span className="parley-visually-hidden">Jump to the latest message</span>
      <UnreadBadge count={unread} />
    </button>
  )
}
