import type { ChatOptions, Sessions } from '@parley/client'
import { AccountMenu, ChatPage, ChatProvider, type RoomLook, useChatState, useSignedIn } from '@parley/react'
import { type ReactNode, useRef } from 'react'
import { OrAdministration, PasswordRoute } from './administration/administration-routes.tsx'
import { HostSignInPage } from './host-sign-in-page.tsx'
import { KeepingNotice } from './keeping/keeping-notice.tsx'
import { forgetDrafts, keptStorage } from './keeping/kept-storage.ts'
import { PageTitle } from './page-title.tsx'
import { hrefOf, useRoute } from './routes.ts'
import { SignInPage } from './sign-in-page.tsx'
import { useChoice } from './use-choice.ts'
import { useHash } from './use-hash.ts'
import { useOwnChat } from './use-own-chat.ts'
import { useTheme } from './use-theme.ts'

interface AppProps {
  sessions: Sessions
  /** The server has no account yet. */
  isFirst: boolean
}

const openAdministration = () => location.assign('#administration')

/** Signed out: the sign-in page. Signed in: the chat of that person. */
export function App({ sessions, isFirst }: AppProps) {
  const userId = useSignedIn(sessions)?.user.id
  const [, token] = useHash().split('#password=')
  const wasIn = useRef(false)
  wasIn.current ||= userId !== undefined
  if (token) return <PasswordRoute token={token} />
  if (userId === undefined) return <SignInPage sessions={sessions} isFirst={isFirst && !wasIn.current} />
  const ending = { userId, signOut: sessions.signOut }
  return <OwnChat key={userId} auth={sessions.accessToken} ending={ending} keepsSession={sessions.isKept} />
}

/** Where a host application has the users: its cookie says who it is, or one learns where to sign in. */
export const HostApp = () => <OwnChat refused={<HostSignInPage />} />

const roomLooks: Record<RoomLook, string> = { auto: 'By their size', bubbles: 'As bubbles', rows: 'As rows' }

interface OwnChatProps {
  auth?: ChatOptions['auth']
  /** How this person signs out; left out where a host application does that. */
  ending?: { userId: string; signOut: () => Promise<void> }
  /** Is the person still signed in after a reload? A host application sees to that by itself. */
  keepsSession?: boolean
  /** Takes the place of the chat if the server knows nobody here. */
  refused?: ReactNode
}

function OwnChat({ auth, ending, keepsSession = true, refused }: OwnChatProps) {
  const chat = useOwnChat(auth)
  const { conversationId, isPanelOpen, open, changePanel } = useRoute()
  const theme = useTheme()
  const [roomLook, looks] = useChoice({ key: 'parley:room-look', label: 'Messages in rooms', names: roomLooks })
  if (!chat) return null
  const signOut = ({ userId, signOut: end }: NonNullable<typeof ending>) => {
    forgetDrafts(userId)
    void chat.close({ forget: userId })
    void end()
  }
  return (
    <ChatProvider chat={chat} draftStorage={keptStorage} roomLook={roomLook}>
      <UnlessRefused refused={refused}>
        <PageTitle conversationId={conversationId} />
        <OrAdministration>
          <ChatPage
            isPage
            conversationId={conversationId}
            hrefOf={hrefOf}
            onOpen={open}
            isPanelOpen={isPanelOpen}
            onPanelChange={changePanel}
            account={
              <AccountMenu
                groups={[theme, looks]}
                onSignOut={ending && (() => signOut(ending))}
                onAdminister={openAdministration}
              />
            }
          />
        </OrAdministration>
        <OwnKeepingNotice keepsSession={keepsSession} />
      </UnlessRefused>
    </ChatProvider>
  )
}

function OwnKeepingNotice({ keepsSession }: { keepsSession: boolean }) {
  const keepsUnsent = useChatState((state) => state.keepsUnsent)
  return <KeepingNotice keepsSession={keepsSession} keepsUnsent={keepsUnsent} />
}

function UnlessRefused({ refused, children }: { refused: ReactNode; children: ReactNode }) {
  const isRefused = useChatState(({ status, problem }) => status === 'closed' && problem?.code === 'unauthenticated')
  return isRefused && refused !== undefined ? refused : children
}
