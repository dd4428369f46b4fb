import { useConversationTitle, useTotalUnread } from '@parley/react'
import { usePageTitle } from './use-page-title.ts'

const number = new Intl.NumberFormat()

interface PageTitleProps {
  conversationId: string | null
}

/** "(3) Ana · Parley": what waits, and what is open. */
export function PageTitle({ conversationId }: PageTitleProps) {
  const unread = useTotalUnread()
  const title = useConversationTitle(conversationId)
  const count = unread > 0 ? `(${unread > 99 ? `${number.format(99)}+` : number.format(unread)}) ` : ''
  usePageTitle(`${count}${title ? `${title} · ` : ''}Parley`)
  return null
}
