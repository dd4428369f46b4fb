import type { Locator, Page } from 'playwright-core'

/**
 * The actions of a person on a page of the web app; they find elements by what is written on the page, never by what is
 * in the code.
 */
export class Visitor {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** The field of the composer. */
  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message / })
  }

  /** The open dialog. */
  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  /** The panel beside the conversation. */
  get panel(): Locator {
    return this.page.getByRole('complementary')
  }

  /** The button with this name. */
  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name })
  }

  /** Makes an account by the form, with the password `password of USERNAME`, and waits until the chat is there. */
  async register(username: string, displayName: string) {
    await this.page.getByLabel('User name').waitFor()
    // On a server without an account the page asks for the first one by itself.
    if (!(await this.button('Create account').isVisible())) await this.button('Create an account').click()
    await this.page.getByLabel('User name').fill(username)
    await this.page.getByLabel('Display name').fill(displayName)
    await this.page.getByLabel('Password').fill(`password of ${username}`)
    await this.button('Create account').click()
    await this.isIn()
  }

  /** Signs in by the form, and waits until the chat is there. */
  async signIn(username: string, password: string) {
    await this.page.getByLabel('User name').fill(username)
    await this.page.getByLabel('Password').fill(password)
    await this.button('Sign in').click()
    await this.isIn()
  }

  /** Waits until the list of conversations is there. */
  async isIn() {
    await this.page.getByRole('navigation', { name: 'Conversations' }).waitFor()
  }

  /** Chooses from the menu of new conversations. */
  async begins(way: 'Write to somebody' | 'Public rooms' | 'New room') {
    await this.page.getByRole('button', { name: 'New', exact: true }).click()
    await this.page.getByRole('menuitem', { name: way }).click()
  }

  /** Makes a room by its dialog, and waits until it is open. */
  async createRoom(name: string) {
    await this.begins('New room')
    await this.dialog.getByLabel('Name').fill(name)
    await this.dialog.getByRole('button', { name: 'Create room' }).click()
    await this.heading(name).waitFor()
  }

  /** Joins a public room by its dialog, and waits until it is open. */
  async joinRoom(name: string) {
    await this.begins('Public rooms')
    await this.dialog.getByRole('button', { name: `Join ${name}` }).click()
    await this.heading(name).waitFor()
  }

  /** The heading of the open conversation, if it has this title. */
  heading(title: string): Locator {
    return this.page.getByRole('heading', { level: 1, name: title })
  }

  /** The row of a conversation in the list. */
  conversation(title: string): Locator {
    return this.page.getByRole('navigation').getByRole('link').filter({ hasText: title })
  }

  /** Opens a conversation from the list, and waits until it is open. */
  async open(title: string) {
    await this.conversation(title).click()
    await this.heading(title).waitFor()
  }

  /** Writes a message and presses Enter; does not wait for its row. */
  async say(text: string) {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  /** The row of the message that has exactly this text. */
  message(text: string | RegExp): Locator {
    const rows = this.page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
    return rows.filter({ has: this.page.getByText(text, { exact: true }) })
  }

  /** Waits until a message is there and, with `stage`, shows that (Sent, Delivered, Read). */
  async sees(text: string | RegExp, stage?: string) {
    const row = this.message(text)
    await (stage ? row.filter({ hasText: stage }) : row).waitFor()
  }

  /** Chooses from the menu of a message, with the mouse. */
  async chooses(text: string, action: string) {
    await this.message(text).locator('[data-anchor]').hover()
    await this.message(text).getByRole('button', { name: 'More actions' }).click()
    await this.page.getByRole('menuitem', { name: action }).click()
  }

  /**
   * Puts a finger on the middle of an element; the returned functions move and lift it. Throws if the element is not
   * visible.
   */
  async touches(
    target: Locator,
  ): Promise<{ moves(by: { x: number; y: number }): Promise<void>; lifts(): Promise<void> }> {
    const box = await target.boundingBox()
    if (!box) throw new Error(`${target} is not in sight`)
    const session = await this.page.context().newCDPSession(this.page)
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] })
    return {
      moves: async (by) => {
        const touchPoints = [{ x: at.x + by.x, y: at.y + by.y }]
        await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints })
      },
      lifts: async () => {
        await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
        await session.detach()
      },
    }
  }

  /** Chooses a status in the account menu. */
  async sets(status: string) {
    await this.button(/^Your account/).click()
    await this.page.getByRole('menuitemradio', { name: status }).click()
  }

  /** Opens a section of the settings by the account menu. */
  async opensSettings(section: string) {
    await this.button(/^Your account/).click()
    await this.page.getByRole('menuitem', { name: 'Settings' }).click()
    await this.dialog.getByRole('tab', { name: section }).click()
  }

  /** Chooses a value in the appearance of the app. */
  async choosesLook(value: string) {
    await this.opensSettings('Appearance')
    await this.dialog.getByRole('radio', { name: value }).check()
    await this.page.keyboard.press('Escape')
    await this.dialog.waitFor({ state: 'detached' })
  }

  /** Stops the clock and the timers of the page; `page.clock` must be installed there. */
  async stopsClock() {
    await this.page.clock.pauseAt(await this.page.evaluate(() => Date.now() + 10_000))
  }
}
