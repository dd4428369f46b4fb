import { useConversationTitle, useTotalUnread } from '@parley/react'
import { usePageTitle } from './use-page-title.ts'

const number = new Intl.NumberFormat()

interface PageTitleProps {
  conversationId: string | null
}

/**
 * Sets the title of the page, and renders nothing: "(3) Ana · Parley", with the number of unread messages in all
 * conversations ("99+" above 99, omitted if it is 0) and the open conversation (omitted for null or if it is not
 * known).
 */
export function PageTitle({ conversationId }: PageTitleProps) {
  const unread = useTotalUnread()
  const title = useConversationTitle(conversationId)
  const count = unread > 0 ? `(${unread > 99 ? `${number.format(99)}+` : number.format(unread)}) ` : ''
  usePageTitle(`${count}${title ? `${title} · ` : ''}Parley`)
  return null
}
