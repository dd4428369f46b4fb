import type { Session } from '@parley/protocol'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Problem, Skeleton } from '../ui/notice.tsx'
import { programName } from './program-name.ts'
import { useOwnSessions } from './use-own-sessions.ts'

/**
 * The user's sessions with their program and last use, the latest used first; each other one has a button that ends it
 * without asking again, disabled while one is being ended. Loads them once when it is mounted, and shows errors itself;
 * after a failed load the list is empty, and no button tries again.
 */
export function SessionList() {
  const { sessions, revoke, error } = useOwnSessions()
  const texts = useTexts().sessions
  return (
    <>
      <Problem error={error} />
      {!sessions && !error && <Skeleton label={texts.loadingSessions} rows={3} />}
      <ul className="parley-people" aria-label={texts.sessions}>
        {sessions?.map((session) => (
          <li key={session.id} className="parley-person">
            <SessionText session={session} />
            {session.current ? (
              <span className="parley-role">{texts.thisDevice}</span>
            ) : (
              <Button
                disabled={revoke.isRunning}
                aria-label={texts.signOutOf(programName(session.userAgent, texts))}
                onClick={() => revoke.run(session.id)}
              >
                {texts.signOut}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

function SessionText({ session: { userAgent, lastUsedAt } }: { session: Session }) {
  const { sessions: texts, times } = useTexts()
  return (
    <span className="parley-person__names">
      <bdi className="parley-person__name" title={userAgent}>
        {programName(userAgent, texts)}
      </bdi>
      <time
        className="parley-person__username"
        dateTime={new Date(lastUsedAt).toISOString()}
        title={times.complete(lastUsedAt)}
      >
        {texts.used(times.ago(lastUsedAt, Date.now()))}
      </time>
    </span>
  )
}
