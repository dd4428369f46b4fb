import type { User } from '@parley/protocol'
import { useState } from 'react'
import { ContactButtons } from '../contacts/contact-buttons.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { BlockDialog } from './block-dialog.tsx'
import { blockIcon } from './block-icons.ts'
import { UnblockButton } from './unblock-button.tsx'
import { useIsBlocked } from './use-blocks.ts'

/**
 * Buttons for the other person of a direct conversation: those of `ContactButtons` for a request (none for a contact),
 * and block, which asks for confirmation; or, if the user blocks them, only the button that lifts the block. Shows
 * errors itself. Do not render it for oneself.
 */
export function PersonActions({ user }: { user: User }) {
  const isBlocked = useIsBlocked(user.id)
  const [isConfirming, setIsConfirming] = useState(false)
  const texts = useTexts().blocks
  return (
    <div className="parley-contact__buttons parley-person-actions">
      {isBlocked ? (
        <UnblockButton user={user} />
      ) : (
        <>
          <ContactButtons user={user} />
          <Button icon={blockIcon} aria-label={texts.blockOf(user.displayName)} onClick={() => setIsConfirming(true)}>
            {texts.block}
          </Button>
        </>
      )}
      {isConfirming && <BlockDialog user={user} onClose={() => setIsConfirming(false)} />}
    </div>
  )
}
