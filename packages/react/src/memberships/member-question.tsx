import type { User } from '@parley/protocol'
import { useDialogAction } from '../hooks/use-action.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Problem } from '../ui/notice.tsx'

/** Changes of a member that need a confirmation. */
export type MemberChange = 'remove' | 'ban' | 'makeOwner'

interface MemberQuestionProps {
  change: MemberChange
  user: User
  /** Makes the change. */
  act: () => Promise<unknown>
  onClose: () => void
}

/**
 * A dialog that asks for confirmation before a member is removed, banned or made an owner, because no second press can
 * undo that; then it calls `act`. Calls `onClose` once, when `act` succeeded or the person cancels, which does not stop
 * an act that has begun; if `act` rejects, it stays open and shows the error.
 */
export function MemberQuestion({ change, user, act, onClose }: MemberQuestionProps) {
  const { page, memberships: texts } = useTexts()
  const words = texts.questions[change]
  const action = useDialogAction(act, { onClose })
  return (
    <Dialog
      title={words.title(user.displayName)}
      size="small"
      onClose={action.cancel}
      actions={
        <>
          <Button data-dialog-entry onClick={action.cancel}>
            {page.cancel}
          </Button>
          <Button
            look={change === 'makeOwner' ? 'primary' : 'danger'}
            isBusy={action.isRunning}
            onClick={() => action.run()}
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      <p>{words.consequence}</p>
      <Problem error={action.error} />
    </Dialog>
  )
}
