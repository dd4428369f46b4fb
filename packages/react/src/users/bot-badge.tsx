import type { User } from '@parley/protocol'
import { useTexts } from '../texts/use-texts.ts'

/** Stands by the name of a bot, and of nobody else. */
export function BotBadge({ user }: { user: User | undefined }) {
  const texts = useTexts().users
  return user?.role === 'bot' ? <span className="parley-bot-badge">{texts.bot}</span> : null
}
