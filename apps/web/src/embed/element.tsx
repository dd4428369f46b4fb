import { type Chat, type ChatOptions, createChat } from '@parley/client'
import { ChatPage, ChatProvider, ChatWindow, type TextOverrides } from '@parley/react'
import styles from '@parley/react/styles.css?inline'
import { useEffect } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { fetchToken } from './fetch-token.ts'
import { useShownUnread } from './use-shown-unread.ts'

const here = import.meta.url

/** A constructed style sheet, because a content security policy does not restrict it. */
function sheetOf(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  return sheet
}

const ownSheet = sheetOf(
  `:host { display: block; block-size: 100%; } :host([hidden]) { display: none; } .place { block-size: 100%; } ${styles}`,
)

/**
 * `<parley-chat>`: the chat in a page of the same origin, in a shadow root. The page's styles do not apply to it, but
 * its variables (such as `--parley-accent`) and its `data-theme` do. Attributes: `conversation` (an id) shows only that
 * conversation; `server` is the address of the server (default: the folder of this script); `token-url` gives access
 * tokens (default: the site's cookie signs in); `chat-title`. Properties: `chat`, `texts`. The event `parley-unread`
 * has the number of unread messages, of that conversation or of all, as its `detail`.
 *
 * @example <parley-chat conversation="0198c0de-…"></parley-chat>
 */
class ParleyChat extends HTMLElement {
  static readonly observedAttributes = ['conversation', 'server', 'token-url', 'chat-title']
  readonly #place = document.createElement('div')
  readonly #themes = new MutationObserver(() => this.#followTheme())
  #root: Root | undefined
  /** The chat that this element made and must close. */
  #own: Chat | undefined
  /** The chat that the page set. */
  #given: Chat | undefined
  #texts: TextOverrides | undefined

  /**
   * The chat that is shown: the one that the page set, or the one that the element makes while it is connected to the
   * page.
   */
  get chat(): Chat | undefined {
    return this.#given ?? this.#own
  }

  set chat(chat: Chat | undefined) {
    this.#given = chat
    this.#closeOwn()
    this.#show()
  }

  /** Texts that replace the English ones. */
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
    this.#adoptEarlier('chat')
    this.#adoptEarlier('texts')
    this.#show()
  }

  disconnectedCallback(): void {
    // An element that is moved is disconnected and connected again in the same task.
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#themes.disconnect()
      this.#root?.unmount()
      this.#root = undefined
      this.#closeOwn()
    })
  }

  attributeChangedCallback(name: string): void {
    // The browser reports the attributes of the markup before it connects the element, and `connectedCallback` reads
    // them.
    if (!this.#root) return
    if (name === 'server' || name === 'token-url') this.#closeOwn()
    this.#show()
  }

  /**
   * Uses a property that was set before this class was defined: as an own property it hides the setter of the class.
   */
  #adoptEarlier(name: 'chat' | 'texts'): void {
    if (!Object.hasOwn(this, name)) return
    const value = Reflect.get(this, name)
    Reflect.deleteProperty(this, name)
    Reflect.set(this, name, value)
  }

  /**
   * Copies the theme of the nearest element, because style rules in a shadow root do not match elements outside of it.
   */
  #followTheme(): void {
    const theme = this.closest<HTMLElement>('[data-theme]')?.dataset.theme
    if (theme === undefined) delete this.#place.dataset.theme
    else this.#place.dataset.theme = theme
  }

  #closeOwn(): void {
    void this.#own?.close()
    this.#own = undefined
  }

  #show(): void {
    if (!this.isConnected) return
    const chat = this.#given ?? this.#ownChat()
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

  #ownChat(): Chat {
    if (this.#own) return this.#own
    const url = this.getAttribute('server') ?? new URL('.', here).href
    const tokenUrl = this.getAttribute('token-url')
    const auth: ChatOptions['auth'] = tokenUrl === null ? undefined : () => fetchToken(tokenUrl)
    this.#own = createChat({ url, auth, client: 'parley-element/0.1' })
    // The chat shows a failure, which is in its state.
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
  // Without `void` the effect would return the result of `dispatchEvent`, and React would call it as the cleanup.
  useEffect(() => void onChange(count), [count])
  return null
}

// A page may load two scripts with this element; the first one defines it.
if (!customElements.get('parley-chat')) customElements.define('parley-chat', ParleyChat)
