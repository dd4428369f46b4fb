import { SignInFrame } from './sign-in-frame.tsx'

/** Says where to sign in: at this server nobody can. */
export const HostSignInPage = () => (
  <SignInFrame>
    <div className="web-sign-in__elsewhere">
      <h1>You are not signed in</h1>
      <p>This chat belongs to another site, and you sign in there. Open the chat from that site.</p>
    </div>
  </SignInFrame>
)
