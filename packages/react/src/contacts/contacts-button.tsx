import { useState } from 'react'
import { formatNumber } from '../texts/number-format.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { contactIcon } from './contact-icons.ts'
import { ContactsDialog } from './contacts-dialog.tsx'
import { useReceivedCount } from './use-contacts.ts'

interface ContactsButtonProps {
  onOpen: (conversationId: string) => void
}

/**
 * The button that opens the dialog of contacts, with the number of requests that wait for an answer. When the person
 * chooses a conversation there, it closes the dialog and then calls `onOpen`.
 */
export function ContactsButton({ onOpen }: ContactsButtonProps) {
  const [isOpen, setIsOpen] = useState(false)
  const received = useReceivedCount()
  const texts = useTexts().contacts
  const close = () => setIsOpen(false)
  return (
    <>
      <Button
        className="parley-contacts-button"
        icon={contactIcon}
        aria-label={texts.contactsWaiting(received)}
        onClick={() => setIsOpen(true)}
      >
        {texts.contacts}
        {/* The stylesheet shows the number, because the label of the button says it in words. */}
        {received > 0 && <span className="parley-badge" data-count={formatNumber(received)} aria-hidden="true" />}
      </Button>
      {isOpen && (
        <ContactsDialog
          onClose={close}
          onOpen={(conversationId) => {
            close()
            onOpen(conversationId)
          }}
        />
      )}
    </>
  )
}
