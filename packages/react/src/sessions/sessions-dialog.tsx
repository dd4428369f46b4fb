import type { Session } from '@parley/protocol'
import { errorText } from '../texts/error-text.ts'
import { formatAgo, formatComplete } from '../texts/time-format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Problem, Skeleton } from '../ui/notice.tsx'
import { programName } from './program-name.ts'
import { useOwnSessions } from './use-own-sessions.ts'

interface SessionsDialogProps {
  onClose: () => void
}

/** Where one is signed in, with the means to end it. */
export function SessionsDialog({ onClose }: SessionsDialogProps) {
  const { sessions, revoke, error } = useOwnSessions()
  return (
    <Dialog title="Where you are signed in" onClose={onClose}>
      <Problem>{errorText(error)}</Problem>
      {!sessions && !error && <Skeleton label="Loading sessions" rows={3} />}
      <ul className="parley-people" aria-label="Sessions">
        {sessions?.map((session) => (
          <li key={session.id} className="parley-person">
            <SessionText session={session} />
            {session.current ? (
              <span className="parley-role">This device</span>
            ) : (
              <Button
                disabled={revoke.isRunning}
                aria-label={`Sign out ${programName(session.userAgent)}`}
                onClick={() => revoke.run(session.id)}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function SessionText({ session: { userAgent, lastUsedAt } }: { session: Session }) {
  return (
    <span className="parley-person__names">
      <bdi className="parley-person__name" title={userAgent}>
        {programName(userAgent)}
      </bdi>
      <time
        className="parley-person__username"
        dateTime={new Date(lastUsedAt).toISOString()}
        title={formatComplete(lastUsedAt)}
      >
        Used {formatAgo(lastUsedAt, Date.now())}
      </time>
    </span>
  )
}
