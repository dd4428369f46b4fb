import { type ReactNode, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { ConversationList } from './conversation-list.tsx'
import { DirectDialog } from './direct-dialog.tsx'
import { DiscoverDialog } from './discover-dialog.tsx'
import { RoomDialog } from './room-dialog.tsx'

interface SidebarProps {
  title: string
  currentId: string | null
  hrefOf: (conversationId: string) => string
  onOpen: (conversationId: string) => void
  account?: ReactNode
}

/** The list of conversations, with the ways to a new one. */
export function Sidebar({ title, currentId, hrefOf, onOpen, account }: SidebarProps) {
  const [dialog, setDialog] = useState<'room' | 'discover' | 'direct' | null>(null)
  const close = () => setDialog(null)
  const openAndClose = (conversationId: string) => {
    close()
    onOpen(conversationId)
  }
  return (
    <nav className="parley-sidebar" data-region="sidebar" aria-label="Conversations">
      <header className="parley-sidebar__header">
        <p className="parley-sidebar__title">{title}</p>
        <IconButton label="Write to somebody" icon="write" onClick={() => setDialog('direct')} />
        <IconButton label="Public rooms" icon="compass" onClick={() => setDialog('discover')} />
        <IconButton label="New room" icon="add" onClick={() => setDialog('room')} />
        {account}
      </header>
      <div className="parley-sidebar__list parley-scroller">
        <ConversationList currentId={currentId} hrefOf={hrefOf} onOpen={onOpen} />
      </div>
      {dialog === 'room' && <RoomDialog onClose={close} onDone={({ id }) => openAndClose(id)} />}
      {dialog === 'discover' && <DiscoverDialog onClose={close} onOpen={openAndClose} />}
      {dialog === 'direct' && <DirectDialog onClose={close} onOpen={openAndClose} />}
    </nav>
  )
}
