import { useTexts } from '../texts/use-texts.ts'
import type { ShownMessage } from './timeline/message-rows.ts'

/** The time of day at which a message was written; the complete date shows on hover. */
export function MessageTime({ createdAt }: Pick<ShownMessage, 'createdAt'>) {
  const { times } = useTexts()
  return (
    <time
      className="parley-message-time"
      dateTime={new Date(createdAt).toISOString()}
      title={times.complete(createdAt)}
    >
      {times.time(createdAt)}
    </time>
  )
}
