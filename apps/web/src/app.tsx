import type { Sessions } from '@parley/client'
import { AccountMenu, ChatPage, ChatProvider, type RoomLook, useSignedIn } from '@parley/react'
import { PageTitle } from './page-title.tsx'
import { hrefOf, useRoute } from './routes.ts'
import { SignInPage } from './sign-in-page.tsx'
import { useChoice } from './use-choice.ts'
import { useOwnChat } from './use-own-chat.ts'
import { useTheme } from './use-theme.ts'

interface AppProps {
  sessions: Sessions
}

/** Signed out: the sign-in page. Signed in: the chat of that person. */
export function App({ sessions }: AppProps) {
  const userId = useSignedIn(sessions)?.user.id
  return userId === undefined ? <SignInPage sessions={sessions} /> : <OwnChat key={userId} sessions={sessions} />
}

const roomLooks: Record<RoomLook, string> = { auto: 'By their size', bubbles: 'As bubbles', rows: 'As rows' }

function OwnChat({ sessions }: AppProps) {
  const chat = useOwnChat(sessions)
  const { conversationId, open } = useRoute()
  const theme = useTheme()
  const [roomLook, looks] = useChoice({ key: 'parley:room-look', label: 'Messages in rooms', names: roomLooks })
  if (!chat) return null
  return (
    <ChatProvider chat={chat} draftStorage={localStorage} roomLook={roomLook}>
      <PageTitle conversationId={conversationId} />
      <ChatPage
        isPage
        conversationId={conversationId}
        hrefOf={hrefOf}
        onOpen={open}
        account={<AccountMenu groups={[theme, looks]} onSignOut={() => void sessions.signOut()} />}
      />
    </ChatProvider>
  )
}
