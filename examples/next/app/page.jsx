import Script from 'next/script'

export default function Page() {
  return (
    <>
      <h1>Orders</h1>
      <form method="post" encType="text/plain">
        <button type="submit" formAction="/sign-in/ana">
          Sign in as Ana
        </button>
        <button type="submit" formAction="/sign-in/bo">
          Sign in as Bo
        </button>
      </form>
      <div id="chat" style={{ height: '32rem' }} />
      <Script src="/parley/embed.js" data-target="#chat" strategy="lazyOnload" />
    </>
  )
}
