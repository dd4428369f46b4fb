import type { ChatOptions, Sessions } from '@parley/client'
import { AccountMenu, ChatPage, ChatProvider, type RoomLook, useChatState, useSignedIn } from '@parley/react'
import type { ReactNode } from 'react'
import { OrAdministration, PasswordRoute } from './administration/administration-routes.tsx'
import { HostSignInPage } from './host-sign-in-page.tsx'
import { PageTitle } from './page-title.tsx'
import { hrefOf, useRoute } from './routes.ts'
import { SignInPage } from './sign-in-page.tsx'
import { useChoice } from './use-choice.ts'
import { useHash } from './use-hash.ts'
import { useOwnChat } from './use-own-chat.ts'
import { useTheme } from './use-theme.ts'

interface AppProps {
  sessions: Sessions
}

const openAdministration = () => location.assign('#administration')

/** Signed out: the sign-in page. Signed in: the chat of that person. */
export function App({ sessions }: AppProps) {
  const userId = useSignedIn(sessions)?.user.id
  const [, token] = useHash().split('#password=')
  if (token) return <PasswordRoute token={token} />
  if (userId === undefined) return <SignInPage sessions={sessions} />
  return <OwnChat key={userId} auth={sessions.accessToken} onSignOut={() => void sessions.signOut()} />
}

/** Where a host application has the users: its cookie says who it is, or one learns where to sign in. */
export const HostApp = () => <OwnChat refused={<HostSignInPage />} />

const roomLooks: Record<RoomLook, string> = { auto: 'By their size', bubbles: 'As bubbles', rows: 'As rows' }

interface OwnChatProps {
  auth?: ChatOptions['auth']
  onSignOut?: () => void
  /** Takes the place of the chat if the server knows nobody here. */
  refused?: ReactNode
}

function OwnChat({ auth, onSignOut, refused }: OwnChatProps) {
  const chat = useOwnChat(auth)
  const { conversationId, open } = useRoute()
  const theme = useTheme()
  const [roomLook, looks] = useChoice({ key: 'parley:room-look', label: 'Messages in rooms', names: roomLooks })
  if (!chat) return null
  return (
    <ChatProvider chat={chat} draftStorage={localStorage} roomLook={roomLook}>
      <UnlessRefused refused={refused}>
        <PageTitle conversationId={conversationId} />
        <OrAdministration>
          <ChatPage
            isPage
            conversationId={conversationId}
            hrefOf={hrefOf}
            onOpen={open}
            account={<AccountMenu groups={[theme, looks]} onSignOut={onSignOut} onAdminister={openAdministration} />}
          />
        </OrAdministration>
      </UnlessRefused>
    </ChatProvider>
  )
}

function UnlessRefused({ refused, children }: { refused: ReactNode; children: ReactNode }) {
  const isRefused = useChatState(({ status, problem }) => status === 'closed' && problem?.code === 'unauthenticated')
  return isRefused && refused !== undefined ? refused : children
}
