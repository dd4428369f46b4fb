import type { ChatOptions, Sessions } from '@parley/client'
import {
  AccountMenu,
  ChatPage,
  ChatProvider,
  type ListDensity,
  type RoomLook,
  useChatState,
  useSignedIn,
} from '@parley/react'
import { type ReactNode, useRef } from 'react'
import { OrAdministration, PasswordRoute } from './administration/administration-routes.tsx'
import { HostSignInPage } from './host-sign-in-page.tsx'
import { PageTitle } from './page-title.tsx'
import { hrefOf, useRoute } from './routes.ts'
import { SignInPage } from './sign-in-page.tsx'
import { StorageNotice } from './storage/storage-notice.tsx'
import { forgetDrafts, localStorageIfAllowed } from './storage/stored-values.ts'
import { useChoice } from './use-choice.ts'
import { useHash } from './use-hash.ts'
import { useOwnChat } from './use-own-chat.ts'
import { useTheme } from './use-theme.ts'

interface AppProps {
  sessions: Sessions
  /** True if the server has no account yet. */
  isFirst: boolean
}

const openAdministration = () => location.assign('#administration')

/**
 * The app of a server with its own accounts: the form of a password link, if the address has one; else the sign-in
 * page, or the chat of the signed-in user. Another user gets a new chat. `isFirst` (the server has no account yet)
 * lets the sign-in page begin with registration, until a user has signed in.
 */
export function App({ sessions, isFirst }: AppProps) {
  const userId = useSignedIn(sessions)?.user.id
  const [, token] = useHash().split('#password=')
  const wasSignedIn = useRef(false)
  wasSignedIn.current ||= userId !== undefined
  if (token) return <PasswordRoute token={token} />
  if (userId === undefined) return <SignInPage sessions={sessions} isFirst={isFirst && !wasSignedIn.current} />
  const account = { userId, signOut: sessions.signOut }
  return <OwnChat key={userId} auth={sessions.accessToken} account={account} keepsSession={sessions.isKept} />
}

/**
 * The app of a server whose host application manages the users: the chat of the user whom the cookie signs in, or, if
 * the server refuses it, a page that says that people sign in at the host.
 */
export const HostApp = () => <OwnChat refused={<HostSignInPage />} />

const roomLooks: Record<RoomLook, string> = { auto: 'By their size', bubbles: 'As bubbles', rows: 'As rows' }

const densities: Record<ListDensity, string> = { comfortable: 'With the last message', compact: 'Names alone' }

interface OwnChatProps {
  auth?: ChatOptions['auth']
  /** The signed-in user and how to sign out; undefined if a host application manages the users. */
  account?: { userId: string; signOut: () => Promise<void> }
  /** Does the session survive a reload? Default: true, as with a host application. */
  keepsSession?: boolean
  /** Shown instead of the chat if the server refuses the user as not signed in. */
  refused?: ReactNode
}

function OwnChat({ auth, account, keepsSession = true, refused }: OwnChatProps) {
  const chat = useOwnChat(auth)
  const { conversationId, isPanelOpen, open, changePanel } = useRoute()
  const theme = useTheme()
  const [roomLook, lookField] = useChoice({ key: 'parley:room-look', label: 'Messages in rooms', names: roomLooks })
  const [density, densityField] = useChoice({ key: 'parley:density', label: 'Conversations', names: densities })
  if (!chat) return null
  const signOut = ({ userId, signOut: endSession }: NonNullable<typeof account>) => {
    forgetDrafts(userId)
    void chat.close({ forget: userId })
    void endSession()
  }
  return (
    <ChatProvider chat={chat} draftStorage={localStorageIfAllowed} roomLook={roomLook}>
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
            density={density}
            account={
              <AccountMenu
                appearance={[theme, lookField, densityField]}
                onSignOut={account && (() => signOut(account))}
                onAdminister={openAdministration}
              />
            }
          />
        </OrAdministration>
        <ChatStorageNotice keepsSession={keepsSession} />
      </UnlessRefused>
    </ChatProvider>
  )
}

function ChatStorageNotice({ keepsSession }: { keepsSession: boolean }) {
  const keepsUnsent = useChatState((state) => state.keepsUnsent)
  return <StorageNotice keepsSession={keepsSession} keepsUnsent={keepsUnsent} />
}

function UnlessRefused({ refused, children }: { refused: ReactNode; children: ReactNode }) {
  const isRefused = useChatState(({ status, problem }) => status === 'closed' && problem?.code === 'unauthenticated')
  return isRefused && refused !== undefined ? refused : children
}
