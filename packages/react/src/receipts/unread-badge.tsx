import { limits } from '@parley/protocol/limits'
import { formatNumber } from '../texts/number-format.ts'
import { useTexts } from '../texts/use-texts.ts'

interface UnreadBadgeProps {
  count: number
}

/** A number of unread messages as text, "99+" from 100 on. */
export const unreadText = (count: number): string =>
  count >= limits.unread ? `${formatNumber(limits.unread - 1)}+` : formatNumber(count)

/** The number of unread messages, "99+" from 100 on; nothing for 0. */
export function UnreadBadge({ count }: UnreadBadgeProps) {
  const texts = useTexts().receipts
  if (count === 0) return null
  return (
    <span className="parley-badge">
      {unreadText(count)}
      <span className="parley-visually-hidden"> {texts.unread}</span>
    </span>
  )
}
