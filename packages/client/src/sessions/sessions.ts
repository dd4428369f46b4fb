import type { Input, SignedIn } from '@parley/protocol'
import type { CallOptions, TokenRequest, Unsubscribe } from '../chat.ts'
import { ChatError } from '../chat-error.ts'
import { createEmitter } from '../emitter.ts'
import { withTabLock } from '../tab-lock.ts'
import { requestHttp } from './http.ts'

/** Where the signed-in session is kept; `localStorage` fits. */
export interface SessionStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface SessionsOptions {
  /** Where the server is, such as `https://chat.example.org`. */
  url: string
  /** `localStorage` in browsers; elsewhere it ends with the program. */
  storage?: SessionStorage
}

/**
 * The built-in accounts: who is signed in on this device, with tokens that are always good. An app with its own users
 * does not need it.
 *
 * @example
 * const sessions = createSessions({ url: 'https://chat.example.org' })
 * if (!sessions.current) await sessions.signIn({ username: 'ana', password: 'correct horse' })
 * const chat = createChat({ url: 'https://chat.example.org', auth: sessions.accessToken })
 */
export interface Sessions {
  /** Who is signed in; the same object until it changes. Survives a reload, follows other tabs. */
  readonly current: SignedIn | null
  /** Does this device keep who is signed in? False where its storage is full or blocked: then it ends with the page. */
  readonly isKept: boolean
  /** Did the server end the session, as another device of the person asks it to? True until somebody signs in. */
  readonly wasEnded: boolean
  subscribe(listener: (current: SignedIn | null) => void): Unsubscribe
  register(input: Input<'user.register'>, options?: CallOptions): Promise<SignedIn>
  signIn(input: Input<'session.create'>, options?: CallOptions): Promise<SignedIn>
  /** Signs out on this device at once, and on the server if it can be reached. */
  signOut(): Promise<void>
  /**
   * A valid access token, refreshed ahead of time: once, however many ask, across tabs too. Throws a ChatError
   * `unauthenticated` when nobody is signed in any more.
   */
  accessToken(request?: TokenRequest): Promise<string>
  /** Stops following other tabs. */
  close(): void
}

/**
 * Keeps the built-in accounts signed in.
 *
 * @example
 * const sessions = createSessions({ url: location.origin })
 * const { user } = await sessions.register({ username: 'ana', password: 'correct horse' })
 */
export const createSessions = ({ url, storage = browserStorage() }: SessionsOptions): Sessions =>
  new BuiltInSessions(url, storage)

/** A token that ends sooner than this is exchanged before it is handed out. */
const aheadMs = 90_000

/** Undefined where there is none: Node has a `localStorage` of its own, which is nobody's browser, and a browser may refuse. */
function browserStorage(): SessionStorage | undefined {
  try {
    return typeof window === 'undefined' ? undefined : window.localStorage
  } catch {
    return undefined
  }
}

class BuiltInSessions implements Sessions {
  readonly #url: string
  /** Undefined where nothing is kept: then who is signed in is known here alone. */
  readonly #storage: SessionStorage | undefined
  readonly #key: string
  /** What is kept there outlives signing out: it says to the server that this device was signed in before. */
  readonly #deviceKey: string
  readonly #changes = createEmitter<{ current: SignedIn | null }>(undefined)
  #current: SignedIn | null
  #isKept: boolean
  #wasEnded = false
  #refreshing: Promise<string> | undefined

  constructor(url: string, storage: SessionStorage | undefined) {
    this.#url = url
    this.#storage = storage
    this.#key = `parley-session ${url}`
    this.#deviceKey = `parley-device ${url}`
    this.#current = this.#stored()
    const probe = `${this.#key}?`
    this.#isKept = this.#write(probe, url) && this.#write(probe, null)
    if (typeof window !== 'undefined') window.addEventListener('storage', this.#follow)
  }

  get current(): SignedIn | null {
    return this.#current
  }

  get isKept(): boolean {
    return this.#isKept
  }

  get wasEnded(): boolean {
    return this.#wasEnded
  }

  readonly subscribe = (listener: (current: SignedIn | null) => void): Unsubscribe =>
    this.#changes.on('current', listener)

  readonly register = async (input: Input<'user.register'>, options?: CallOptions): Promise<SignedIn> =>
    this.#keepDevice(await requestHttp(this.#url, 'user.register', input, options))

  readonly signIn = async (input: Input<'session.create'>, options?: CallOptions): Promise<SignedIn> =>
    this.#keepDevice(await requestHttp(this.#url, 'session.create', { ...this.#device(), ...input }, options))

  readonly signOut = async (): Promise<void> => {
    const signedIn = this.#current
    if (!signedIn) return
    this.#forget()
    await this.#end(signedIn).catch(() => {})
  }

  readonly accessToken = async ({ replacing }: TokenRequest = {}): Promise<string> => {
    const good = goodToken(this.#current, replacing)
    if (good !== undefined) return good
    this.#refreshing ??= this.#alone(() => this.#refresh(replacing)).finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  readonly close = (): void => {
    if (typeof window !== 'undefined') window.removeEventListener('storage', this.#follow)
  }

  readonly #follow = (event: StorageEvent): void => {
    if (event.key === this.#key || event.key === null) this.#adopt(this.#stored())
  }

  /** Of all tabs, one refreshes at a time, and the next finds what it brought. */
  #alone(refresh: () => Promise<string>): Promise<string> {
    return withTabLock(this.#key, refresh)
  }

  async #refresh(replacing: string | undefined): Promise<string> {
    const before = this.#current
    const stored = this.#stored()
    // What could not be kept is here alone: that nothing is stored does not say that another tab signed out.
    if (stored || this.#isKept) this.#adopt(stored)
    const signedIn = this.#current
    if (!signedIn) throw new ChatError('unauthenticated', 'Nobody is signed in.')
    // What another tab has just brought is new, even if it looks the same.
    const good = goodToken(signedIn, signedIn === before ? replacing : undefined)
    if (good !== undefined) return good
    try {
      const { refreshToken } = signedIn
      const next = await requestHttp(this.#url, 'session.refresh', { refreshToken })
      if (this.#current) return this.#keep(next).accessToken
    } catch (error) {
      const isOver = error instanceof ChatError && error.code === 'unauthenticated'
      if (isOver && this.#current?.refreshToken === signedIn.refreshToken) {
        this.#wasEnded = true
        this.#forget()
      }
      throw error
    }
    throw new ChatError('unauthenticated', 'Signed out meanwhile.')
  }

  /** An access token that has grown old cannot end its session: then a newer one is had first. */
  async #end(signedIn: SignedIn): Promise<void> {
    const { refreshToken } = signedIn
    const good = goodToken(signedIn, undefined)
    const accessToken = good ?? (await requestHttp(this.#url, 'session.refresh', { refreshToken })).accessToken
    await requestHttp(this.#url, 'session.end', {}, { accessToken, keepalive: true })
  }

  #stored(): SignedIn | null {
    try {
      return JSON.parse(this.#storage?.getItem(this.#key) ?? 'null')
    } catch {
      return null
    }
  }

  #device(): { deviceToken?: string } {
    try {
      const deviceToken = this.#storage?.getItem(this.#deviceKey)
      return deviceToken ? { deviceToken } : {}
    } catch {
      return {}
    }
  }

  #keepDevice({ deviceToken, ...signedIn }: SignedIn): SignedIn {
    if (deviceToken !== undefined) this.#write(this.#deviceKey, deviceToken)
    return this.#keep(signedIn)
  }

  #keep(signedIn: SignedIn): SignedIn {
    this.#isKept = this.#write(this.#key, JSON.stringify(signedIn))
    this.#adopt(signedIn)
    return signedIn
  }

  #forget(): void {
    this.#write(this.#key, null)
    this.#adopt(null)
  }

  /**
   * Keeps a value, or deletes it for null; false if the storage refuses. An old value gives way first: it takes room, and an
   * old refresh token would end the session when it came back with the next page.
   */
  #write(key: string, value: string | null): boolean {
    const storage = this.#storage
    for (const isLast of storage ? [false, true] : []) {
      try {
        if (isLast || value === null) storage?.removeItem(key)
        if (value !== null) storage?.setItem(key, value)
        return true
      } catch {}
    }
    return false
  }

  #adopt(signedIn: SignedIn | null): void {
    const before = this.#current
    if (before === signedIn || (before && signedIn && before.refreshToken === signedIn.refreshToken)) return
    this.#current = signedIn
    if (signedIn) this.#wasEnded = false
    this.#changes.emit('current', signedIn)
  }
}

/**
 * The token, if it may be used. Whether it has ended is the server's clock's matter: where ours is wrong, the server
 * refuses the token, and it comes back here as the one to replace.
 */
function goodToken(signedIn: SignedIn | null, replacing: string | undefined): string | undefined {
  if (!signedIn || signedIn.accessToken === replacing) return undefined
  return signedIn.expiresAt - Date.now() > aheadMs ? signedIn.accessToken : undefined
}
