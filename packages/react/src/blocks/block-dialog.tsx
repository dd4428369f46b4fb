import type { User } from '@parley/protocol'
import { useDialogAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Problem } from '../ui/notice.tsx'

interface BlockDialogProps {
  user: User
  onClose: () => void
}

/**
 * A dialog that asks for confirmation, then blocks the user. Calls `onClose` once, when that succeeded or the person
 * cancels, which does not stop a block that has begun. If it fails, the dialog stays open and shows the error.
 */
export function BlockDialog({ user, onClose }: BlockDialogProps) {
  const chat = useChat()
  const { page, blocks: texts } = useTexts()
  const block = useDialogAction(() => chat.blocks.add(user.id), { onClose })
  return (
    <Dialog
      title={texts.blockTitle(user.displayName)}
      size="small"
      onClose={block.cancel}
      actions={
        <>
          <Button data-dialog-entry onClick={block.cancel}>
            {page.cancel}
          </Button>
          <Button look="danger" isBusy={block.isRunning} onClick={() => block.run()}>
            {texts.block}
          </Button>
        </>
      }
    >
      <p>{texts.consequence}</p>
      <p className="parley-hint">{texts.notTold}</p>
      <Problem error={block.error} />
    </Dialog>
  )
}
