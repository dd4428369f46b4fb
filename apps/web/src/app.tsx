import type { Sessions } from '@parley/client'
import { AccountMenu, ChatPage, ChatProvider, useSignedIn } from '@parley/react'
import { PageTitle } from './page-title.tsx'
import { hrefOf, useRoute } from './routes.ts'
import { SignInPage } from './sign-in-page.tsx'
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

function OwnChat({ sessions }: AppProps) {
  const chat = useOwnChat(sessions)
  const { conversationId, open } = useRoute()
  const theme = useTheme()
  if (!chat) return null
  return (
    <ChatProvider chat={chat} draftStorage={localStorage}>
      <PageTitle conversationId={conversationId} />
      <ChatPage
        conversationId={conversationId}
        hrefOf={hrefOf}
        onOpen={open}
        account={<AccountMenu groups={[theme]} onSignOut={() => void sessions.signOut()} />}
      />
    </ChatProvider>
  )
}
