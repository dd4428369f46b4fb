import type { Page } from 'playwright-core'

/** What a key is to the browser, beside its name. */
const named: Readonly<Record<string, { windowsVirtualKeyCode: number; text?: string }>> = {
  Backspace: { windowsVirtualKeyCode: 8 },
  Tab: { windowsVirtualKeyCode: 9 },
  Enter: { windowsVirtualKeyCode: 13, text: '\r' },
  Escape: { windowsVirtualKeyCode: 27 },
  End: { windowsVirtualKeyCode: 35 },
  Home: { windowsVirtualKeyCode: 36 },
  ArrowLeft: { windowsVirtualKeyCode: 37 },
  ArrowUp: { windowsVirtualKeyCode: 38 },
  ArrowRight: { windowsVirtualKeyCode: 39 },
  ArrowDown: { windowsVirtualKeyCode: 40 },
  Delete: { windowsVirtualKeyCode: 46 },
}

/** `key` is a name above, or a character that the key writes: the numbers of signs are those of other keys. */
const factsOf = (key: string) =>
  named[key] ?? { windowsVirtualKeyCode: /[a-z]/i.test(key) ? key.toUpperCase().charCodeAt(0) : 0, text: key }

/**
 * Makes the timers and frames of the page such that `pressQuickly` can hold them back. Call it before the page is
 * loaded.
 */
export async function makeHoldable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let isHeld = false
    const hold = (begin: 'setTimeout' | 'requestAnimationFrame', end: 'clearTimeout' | 'cancelAnimationFrame') => {
      const waiting = new Map<number, () => void>()
      const [real, clear] = [window[begin].bind(window) as typeof setTimeout, window[end].bind(window)]
      const later = (run: (...given: unknown[]) => void, ...rest: number[]): number => {
        const id: number = real(
          (...given: unknown[]) => {
            if (isHeld) waiting.set(id, () => run(...given))
            else run(...given)
          },
          ...rest,
        ) as unknown as number
        return id
      }
      const drop = (id: number) => {
        waiting.delete(id)
        clear(id)
      }
      Object.assign(window, { [begin]: later, [end]: drop })
      return () => {
        for (const run of waiting.values()) run()
        waiting.clear()
      }
    }
    const releases = [hold('setTimeout', 'clearTimeout'), hold('requestAnimationFrame', 'cancelAnimationFrame')]
    const setHeld = (held: boolean) => {
      isHeld = held
      if (!held) for (const release of releases) release()
    }
    Object.assign(window, { setHeld })
  })
}

/**
 * Presses keys one right after the other: between them the page draws no frame, and none of its timers fires. Needs
 * `makeHoldable`.
 */
export async function pressQuickly(page: Page, ...keys: string[]): Promise<void> {
  const setHeld = (held: boolean) => page.evaluate((to) => Reflect.get(window, 'setHeld')(to), held)
  const session = await page.context().newCDPSession(page)
  await setHeld(true)
  await Promise.all(
    keys.flatMap((key) =>
      (['keyDown', 'keyUp'] as const).map((type) => {
        const { text, ...facts } = factsOf(key)
        const down = type === 'keyDown' && text !== undefined ? { text } : {}
        return session.send('Input.dispatchKeyEvent', { type, key, ...facts, ...down })
      }),
    ),
  )
  await setHeld(false)
  await session.detach()
}
