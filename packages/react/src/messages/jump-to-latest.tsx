import { unreadText } from '../receipts/unread-badge.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { Icon } from '../ui/icon.tsx'

const arrowDown = { path: 'M12 5v14M6 13l6 6 6-6' }

interface JumpToLatestProps {
  isShown: boolean
  unread: number
  onJump: () => void
}

/**
 * A button that calls `onJump`, for a scroll to the end of the list, with how many messages are new, if any is;
 * nothing while `isShown` is false.
 */
export function JumpToLatest({ isShown, unread, onJump }: JumpToLatestProps) {
  const texts = useTexts().messages
  if (!isShown) return null
  return (
    <button type="button" className="parley-jump" onClick={onJump}>
      <Icon name={arrowDown} />
      <span className="parley-visually-hidden">{texts.jumpToLatest}</span>
      {unread > 0 && <span className="parley-jump__count">{texts.countOfNew(unreadText(unread))}</span>}
    </button>
  )
}
