import { limits } from '@parley/protocol/limits'

const number = new Intl.NumberFormat()

interface UnreadBadgeProps {
  count: number
}

/** How many messages wait, "99+" from 100 on; nothing for none. */
export function UnreadBadge({ count }: UnreadBadgeProps) {
  if (count === 0) return null
  const shown = count >= limits.unread ? `${number.format(limits.unread - 1)}+` : number.format(count)
  return (
    <span className="parley-badge">
      {shown}
      <span className="parley-visually-hidden"> unread</span>
    </span>
  )
}
