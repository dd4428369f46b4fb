import { type Chat, type ChatOptions, createChat } from '@parley/client'
import { ChatPage, ChatProvider, ChatWindow, type TextOverrides } from '@parley/react'
import styles from '@parley/react/styles.css?inline'
import { useEffect } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { fetchToken } from './fetch-token.ts'
import { useShownUnread } from './use-shown-unread.ts'

const here = import.meta.url

/** A sheet that a script makes needs no leave of a content security policy. */
function sheetOf(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  return sheet
}

const ownSheet = sheetOf(
  `:host { display: block; block-size: 100%; } :host([hidden]) { display: none; } .place { block-size: 100%; } ${styles}`,
)

/**
 * `<parley-chat>`: the chat in a page of the same origin, in a shadow root: the page's styles do not reach it, but its
 * variables (`--parley-accent`) and its `data-theme` do. Attributes: `conversation` for one conversation by id, `server` for
 * another place than that of this script, `token-url` where the site's cookie does not say who it is, `chat-title`.
 * Properties: `chat`, `texts`. The event `parley-unread` has the number of unread messages as its `detail`: of that conversation,
 * or of all.
 *
 * @example <parley-chat conversation="0198c0de-…"></parley-chat>
 */
class ParleyChat extends HTMLElement {
  static readonly observedAttributes = ['conversation', 'server', 'token-url', 'chat-title']
  readonly #place = document.createElement('div')
  readonly #themes = new MutationObserver(() => this.#followTheme())
  #root: Root | undefined
  /** The chat that this element made, and closes. */
  #own: Chat | undefined
  #given: Chat | undefined
  #texts: TextOverrides | undefined

  /** The chat that is shown: a given one, or that which the element makes while it is in a page. */
  get chat(): Chat | undefined {
    return this.#given ?? this.#own
  }

  set chat(chat: Chat | undefined) {
    this.#given = chat
    this.#leave()
    this.#show()
  }

  /** Other words than the English ones. */
  get texts(): TextOverrides | undefined {
    return this.#texts
  }

  set texts(texts: TextOverrides | undefined) {
    this.#texts = texts
    this.#show()
  }

  constructor() {
    super()
    this.#place.className = 'place'
    const shadow = this.attachShadow({ mode: 'open' })
    shadow.adoptedStyleSheets = [ownSheet]
    shadow.append(this.#place)
  }

  connectedCallback(): void {
    this.#themes.observe(document, { subtree: true, attributeFilter: ['data-theme'] })
    this.#followTheme()
    this.#takeEarlier('chat')
    this.#takeEarlier('texts')
    this.#show()
  }

  disconnectedCallback(): void {
    // An element that is moved is taken out and put in again in one go.
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#themes.disconnect()
      this.#root?.unmount()
      this.#root = undefined
      this.#leave()
    })
  }

  attributeChangedCallback(name: string): void {
    // The browser reports the attributes of the markup before it connects the element, and `connectedCallback` reads them.
    if (!this.#root) return
    if (name === 'server' || name === 'token-url') this.#leave()
    this.#show()
  }

  /** A property that was set before the page knew this class hides ours. */
  #takeEarlier(name: 'chat' | 'texts'): void {
    if (!Object.hasOwn(this, name)) return
    const value = Reflect.get(this, name)
    Reflect.deleteProperty(this, name)
    Reflect.set(this, name, value)
  }

  /** The rules for a theme do not see the elements around a shadow root. */
  #followTheme(): void {
    const theme = this.closest<HTMLElement>('[data-theme]')?.dataset.theme
    if (theme === undefined) delete this.#place.dataset.theme
    else this.#place.dataset.theme = theme
  }

  #leave(): void {
    void this.#own?.close()
    this.#own = undefined
  }

  #show(): void {
    if (!this.isConnected) return
    const chat = this.#given ?? this.#connected()
    const conversation = this.getAttribute('conversation')
    this.#root ??= createRoot(this.#place)
    this.#root.render(
      <ChatProvider chat={chat} texts={this.#texts}>
        <Unread
          conversation={conversation}
          onChange={(detail) => this.dispatchEvent(new CustomEvent('parley-unread', { detail }))}
        />
        {conversation ? (
          <ChatWindow conversationId={conversation} />
        ) : (
          <ChatPage title={this.getAttribute('chat-title') ?? undefined} />
        )}
      </ChatProvider>,
    )
  }

  #connected(): Chat {
    if (this.#own) return this.#own
    const url = this.getAttribute('server') ?? new URL('.', here).href
    const tokenUrl = this.getAttribute('token-url')
    const auth: ChatOptions['auth'] = tokenUrl === null ? undefined : () => fetchToken(tokenUrl)
    this.#own = createChat({ url, auth, client: 'parley-element/0.1' })
    // What goes wrong is in the state, where the chat shows it.
    this.#own.connect().catch(() => undefined)
    return this.#own
  }
}

interface UnreadProps {
  conversation: string | null
  onChange: (count: number) => void
}

function Unread({ conversation, onChange }: UnreadProps) {
  const count = useShownUnread(conversation)
  // Without `void` the effect returns what `dispatchEvent` does, and React calls that as its cleanup.
  useEffect(() => void onChange(count), [count])
  return null
}

// Where two scripts bring it, the first is as good.
if (!customElements.get('parley-chat')) customElements.define('parley-chat', ParleyChat)
