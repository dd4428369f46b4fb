import { SignInFrame } from './sign-in-frame.tsx'

/** Says that people sign in at the host application, because this server has no accounts. */
export const HostSignInPage = () => (
  <SignInFrame>
    <div className="web-sign-in__elsewhere">
      <h1>You are not signed in</h1>
      <p>This chat belongs to another site, and you sign in there. Open the chat from that site.</p>
    </div>
  </SignInFrame>
)
