import type { Message } from '@parley/protocol'
import type { Chat, TokenRequest } from '../../packages/client/src/chat.ts'
import { createChatOver } from '../../packages/client/src/chat-client.ts'
import { ChatError } from '../../packages/client/src/chat-error.ts'
import type { SentMessage } from '../../packages/client/src/messages/pending-message.ts'
import type { ModelServer } from './model-server.ts'
import { PaceWatch } from './pace-watch.ts'
import { SeededRandom } from './seeded-random.ts'
import { StateWatch } from './state-watch.ts'
import type { Trace } from './trace.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { VirtualLink } from './virtual-link.ts'
import type { VirtualStorage } from './virtual-storage.ts'
import type { Weather } from './weather.ts'

/** What a tab shares with the rest of the simulation. */
export interface TabContext {
  clock: VirtualClock
  random: SeededRandom
  weather: Weather
  server: ModelServer
  trace: Trace
  /** Reports a violation. */
  blame(who: string, what: string): void
}

/** A browser, in which one user is signed in. */
export interface Browser {
  name: string
  userId: string
  storage: VirtualStorage
  token: string
}

/** A message that a user sent, and what the SDK reported about it. */
export interface Sending {
  text: string
  conversationId: string
  tab: VirtualTab
  handle: SentMessage
  message: Message | undefined
  /** It has failed at least once, so it may be stored behind messages that were sent later. */
  wasRefused: boolean
  /** The user has tried to cancel it. */
  wasToBeWithdrawn: boolean
  /** It was refused because its sender was no member, from whom the server hides whether the message is stored. */
  wasOutside: boolean
}

/** A tab with the real client, on a virtual clock, network and storage. */
export class VirtualTab {
  readonly name: string
  readonly browser: Browser
  readonly chat: Chat
  readonly link: VirtualLink
  readonly watch: StateWatch
  isAlive = true
  isClosing = false
  wasClosed = false
  readonly sendings: Sending[] = []
  readonly #around: TabContext
  readonly #wakes = new Set<() => void>()
  readonly #pace: PaceWatch

  constructor(name: string, browser: Browser, around: TabContext) {
    this.name = name
    this.browser = browser
    this.#around = around
    const { clock, weather, server } = around
    const random = new SeededRandom(around.random.between(0, 2 ** 31))
    const blame = (what: string) => this.isAlive && around.blame(name, what)
    this.#pace = new PaceWatch(clock, blame)
    this.link = new VirtualLink(name, clock, random, weather, server, this.#pace)
    // The clock of a device may be wrong, and nothing may depend on it.
    const skewMs = random.pick([0, 86_400_000, -86_400_000]) ?? 0
    const environment = {
      random: random.next,
      clock: {
        now: () => clock.now + skewMs,
        after: (ms: number, run: () => void) => clock.after(ms, () => this.isAlive && run()),
      },
      onWake: (wake: () => void) => {
        this.#wakes.add(wake)
        return () => void this.#wakes.delete(wake)
      },
    }
    const auth = (request: TokenRequest) => this.#token(request)
    const storage = browser.storage.of(this)
    this.chat = createChatOver(this.link.open, { url: 'http://virtual', auth, storage }, environment)
    this.watch = new StateWatch(this.chat, server, blame)
    this.chat.connect().catch(() => {})
  }

  /** Sends a message as the user does, and notes what the SDK reports about it in `sendings`. */
  send(conversationId: string, text: string, attachments?: string[]): void {
    const handle = this.chat.messages.send(conversationId, attachments ? { text, attachments } : text)
    const sending: Sending = {
      text,
      conversationId,
      tab: this,
      handle,
      message: undefined,
      wasRefused: false,
      wasToBeWithdrawn: false,
      wasOutside: false,
    }
    this.sendings.push(sending)
    this.#follow(sending)
  }

  /**
   * Marks a room as read up to `seq` in the client, and in the model's memory of what users marked, unless the client
   * shows a lost history.
   */
  markRead(roomId: string, seq: number): void {
    const { world } = this.#around.server
    // A position in a lost history must never be reported in the next one.
    if (this.chat.store.getState().epoch === world.epoch) world.mark(this.browser.userId, roomId, seq)
    this.chat.receipts.markRead(roomId, seq)
  }

  /** Tries a failed message again; resolves when the SDK has taken the request. */
  async retry(sending: Sending): Promise<void> {
    await sending.handle.retry()
    this.#follow(sending)
  }

  /** Tries to cancel a message; resolves with false if it is too late. */
  withdraw(sending: Sending): Promise<boolean> {
    sending.wasToBeWithdrawn = true
    return sending.handle.cancel()
  }

  /** Tells the client that the device woke up, or that its network came back. */
  wake(): void {
    this.#pace.forgive()
    for (const wake of [...this.#wakes]) wake()
  }

  /** Breaks the connection; the client may connect again early. */
  cut(): void {
    this.#pace.forgive()
    this.link.cut()
  }

  /** Connects again if the client has stopped because two tokens in a row were refused; does nothing otherwise. */
  signInAgain(): void {
    const { status, problem } = this.chat.store.getState()
    if (status !== 'closed' || problem?.code !== 'unauthenticated' || this.link.refusedTokens < 2) return
    this.chat.connect().catch(() => {})
  }

  /** Closes the client as a user closes a chat, then the tab; resolves when both are done. */
  async close(): Promise<void> {
    this.isClosing = true
    await this.chat.close()
    this.wasClosed = this.isAlive
    this.kill()
  }

  /** Ends the tab at once, as a crash does. */
  kill(): void {
    this.isAlive = false
    this.link.cut()
    this.browser.storage.leave(this)
  }

  #follow(sending: Sending): void {
    const { handle } = sending
    handle.settled.then(
      (message) => {
        sending.message = message
      },
      (error) => {
        if (!(error instanceof ChatError && error.code === 'closed')) sending.wasRefused = true
        if (error instanceof ChatError && error.code === 'not_found') sending.wasOutside = true
      },
    )
  }

  #token({ replacing }: TokenRequest): Promise<string> {
    const { browser } = this
    const { server, clock, random, weather } = this.#around
    const isGood = browser.token !== replacing && server.isGood(browser.token)
    return new Promise((resolve, reject) => {
      if (isGood) return resolve(browser.token)
      clock.after(random.between(weather.fastest, weather.slowest), () => {
        if (this.link.isDown) return reject(new ChatError('disconnected', 'The server cannot be reached.'))
        if (browser.token === replacing || !server.isGood(browser.token))
          browser.token = server.newToken(browser.userId)
        resolve(browser.token)
      })
    })
  }
}
