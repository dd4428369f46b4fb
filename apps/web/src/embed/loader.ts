import type { FrameMessage, HostMessage } from './frame-messages.ts'

/*
 * `embed.js`: adds the chat to the page of a host, in a frame or as an element. It is one small classic script, whose
 * only global variable is `parley`, which opens and closes the chat. A strict content security policy of the host
 * allows it: its styles are a constructed sheet, and the scripts that it loads have the nonce of its own tag.
 */

const styles = `
:host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; inset-block-end: 1rem !important;
  inset-inline-end: 1rem !important; color-scheme: light dark !important; }
:host([data-theme="light"]) { color-scheme: light !important; }
:host([data-theme="dark"]) { color-scheme: dark !important; }
div { position: fixed; overflow: hidden; border-radius: 1rem; background: Canvas; inset-block-end: 5.25rem; inset-inline-end: 1rem;
  inline-size: min(var(--parley-width, 24rem), 100vw - 2rem); block-size: min(var(--parley-height, 40rem), 100dvh - 6.25rem);
  box-shadow: 0 1rem 3rem rgb(0 0 0 / 28%), 0 0 0 1px rgb(128 128 128 / 25%); }
div:not([data-open]) { visibility: hidden; }
button { position: relative; display: grid; inline-size: 3.5rem; block-size: 3.5rem; padding: 0; border: 0; border-radius: 50%; cursor: pointer;
  place-items: center; background: var(--parley-accent, light-dark(#0b6e66, #63cfbf)); color: var(--parley-accent-text, light-dark(#fff, #06211e));
  box-shadow: 0 0.25rem 1rem rgb(0 0 0 / 30%); }
button:focus-visible { outline: 3px solid var(--parley-focus, Highlight); outline-offset: 3px; }
svg { inline-size: 1.625rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
b { position: absolute; inset-block-start: -0.25rem; inset-inline-end: -0.25rem; min-inline-size: 1.375rem; padding: 0 0.25rem; border-radius: 1rem;
  box-sizing: border-box; background: #b42318; color: #fff; font: 600 0.75rem/1.375rem system-ui, sans-serif; text-align: center; }
b:empty { display: none; }
@media (max-width: 30rem) { div { inset: 0 0 5.25rem; inline-size: 100%; block-size: auto; border-radius: 0; box-shadow: none; } }
`
const speech = 'M4 5h16v11H9l-5 4z'
const cross = 'M6 6l12 12M18 6L6 18'

interface Tag {
  script: HTMLScriptElement
  /** The address of Parley: the folder of the script. */
  base: URL
  /** The element that contains the chat; null for the corner of the page. */
  place: Element | null
}

const targetOf = ({ dataset: { target } }: HTMLScriptElement) => (target ? document.querySelector(target) : null)

function start(script: HTMLScriptElement): void {
  const { mode, target } = script.dataset
  const place = targetOf(script)
  const tag = { script, base: new URL('.', script.src), place }
  if (target && !place) console.error(`Parley: there is no ${target} in this page, where the chat should be.`)
  else if (mode === 'element') startElement(tag)
  else startFrame(tag)
}

function startElement({ script, base, place }: Tag): void {
  const { conversation, tokenUrl, theme, title } = script.dataset
  const chat = document.createElement('parley-chat')
  if (conversation) chat.setAttribute('conversation', conversation)
  if (tokenUrl) chat.setAttribute('token-url', tokenUrl)
  if (title) chat.setAttribute('chat-title', title)
  if (theme) chat.dataset.theme = theme
  if (place) place.append(chat)
  else if (document.body.contains(script)) script.after(chat)
  else document.body.append(chat)
  const module = document.createElement('script')
  Object.assign(module, { type: 'module', src: `${base}element.js`, nonce: script.nonce })
  document.head.append(module)
}

async function tokenFrom(url = ''): Promise<string | null> {
  try {
    const answer = await fetch(url, { credentials: 'include', cache: 'no-store' })
    return answer.ok ? (await answer.json()).token : null
  } catch {
    // The frame gets the answer that there is none, and asks again later.
    return null
  }
}

function startFrame({ script, base, place }: Tag): void {
  const { tokenUrl, conversation, theme, title = 'Chat' } = script.dataset
  const page = document.documentElement
  const frame = document.createElement('iframe')
  frame.title = title
  frame.allow = 'microphone; clipboard-write; autoplay; fullscreen'
  frame.src = `${base}embed#origin=${encodeURIComponent(location.origin)}`
  const themeNow = () => theme ?? page.dataset.theme
  const send = (message: HostMessage) => frame.contentWindow?.postMessage(message, base.origin)
  const launcher = place ? null : launch(frame, title, (isShown) => send({ parley: 'shown', isShown }))
  addEventListener('message', async ({ data, source, origin }: MessageEvent<FrameMessage>) => {
    if (source !== frame.contentWindow || origin !== base.origin) return
    if (data.parley === 'ready') {
      send({ parley: 'settings', hasTokens: Boolean(tokenUrl), title, conversation, theme: themeNow() })
      // The person may have opened the chat before the frame could receive messages.
      send({ parley: 'shown', isShown: launcher?.isOpen() ?? false })
    }
    if (data.parley === 'token') send({ parley: 'token', token: await tokenFrom(tokenUrl) })
    if (data.parley === 'close') launcher?.close()
    if (data.parley === 'unread') {
      launcher?.count(data.count)
      dispatchEvent(new CustomEvent('parley:unread', { detail: data.count }))
    }
  })
  const followTheme = () => {
    send({ parley: 'theme', theme: themeNow() })
    if (launcher) launcher.element.dataset.theme = themeNow() ?? ''
  }
  new MutationObserver(followTheme).observe(page, { attributeFilter: ['data-theme'] })
  followTheme()
  Object.assign(frame.style, { display: 'block', width: '100%', height: '100%', minHeight: '20rem', border: '0' })
  place?.append(frame)
  if (launcher) Object.assign(globalThis, { parley: { open: launcher.open, close: launcher.close } })
}

/** The button and the panel above it, in a shadow root, so that the styles of the page do not apply. */
function drawLauncher(frame: HTMLIFrameElement) {
  const element = document.createElement('parley-launcher')
  const root = element.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(styles)
  root.adoptedStyleSheets = [sheet]
  const panel = document.createElement('div')
  const button = document.createElement('button')
  const badge = document.createElement('b')
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  button.type = 'button'
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.append(path)
  button.append(svg, badge)
  panel.append(frame)
  root.append(panel, button)
  document.body.append(element)
  return { element, panel, button, badge, path }
}

/**
 * Adds a button with the number of unread messages to the corner of the page, and a panel with the frame above it.
 * Calls `onShown` when the panel opens or closes.
 */
function launch(frame: HTMLIFrameElement, title: string, onShown: (isShown: boolean) => void) {
  const { element, panel, button, badge, path } = drawLauncher(frame)
  let unread = 0
  const isOpen = () => 'open' in panel.dataset
  const draw = () => {
    button.ariaExpanded = String(isOpen())
    button.ariaLabel = unread > 0 ? `${title} (${unread})` : title
    badge.textContent = isOpen() || unread === 0 ? '' : unread > 99 ? '99+' : String(unread)
    path.setAttribute('d', isOpen() ? cross : speech)
  }
  const open = () => {
    panel.dataset.open = ''
    draw()
    frame.focus()
    onShown(true)
  }
  const close = () => {
    if (!isOpen()) return
    delete panel.dataset.open
    draw()
    button.focus()
    onShown(false)
  }
  button.onclick = () => (isOpen() ? close() : open())
  button.onkeydown = ({ key }) => key === 'Escape' && close()
  const count = (now: number) => {
    unread = now
    draw()
  }
  draw()
  return { element, isOpen, open, close, count }
}

// The script may run before the page has a body, or the element that it names.
const own = document.currentScript as HTMLScriptElement
if (document.readyState !== 'loading' || (own.dataset.target ? targetOf(own) : document.body)) start(own)
else addEventListener('DOMContentLoaded', () => start(own))
