import { UnreadBadge } from '../receipts/unread-badge.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { Icon } from '../ui/icon.tsx'

interface JumpToLatestProps {
  isShown: boolean
  unread: number
  onJump: () => void
}

/**
 * A button that calls `onJump`, for a scroll to the end of the list, with the number of unread messages if there are
 * any; nothing while `isShown` is false.
 */
export function JumpToLatest({ isShown, unread, onJump }: JumpToLatestProps) {
  const texts = useTexts().messages
  if (!isShown) return null
  return (
    <button type="button" className="parley-jump" onClick={onJump}>
      <Icon name="chevron" />
      <span className="parley-visually-hidden">{texts.jumpToLatest}</span>
      <UnreadBadge count={unread} />
    </button>
  )
}
