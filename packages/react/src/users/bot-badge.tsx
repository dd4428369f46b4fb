import type { User } from '@parley/protocol'
import { useTexts } from '../texts/use-texts.ts'

/** The mark "Bot", to show beside the name of a user; nothing for users who are not bots. */
export function BotBadge({ user }: { user: User | undefined }) {
  const texts = useTexts().users
  return user?.role === 'bot' ? <span className="parley-bot-badge">{texts.bot}</span> : null
}
