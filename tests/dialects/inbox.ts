import { patience } from '@parley/server/testing/patience'

export type Fields = Record<string, unknown>

interface Heard {
  event: string
  payload: unknown
}

/** All that a client has heard, in order, so that a test can wait for what must come and look for what must not. */
export class Inbox {
  readonly heard: Heard[] = []
  private readonly taken = new Set<Heard>()
  private readonly waiting = new Set<() => void>()

  hear(event: string, payload: unknown): void {
    this.heard.push({ event, payload })
    for (const look of this.waiting) look()
  }

  all(event: string): Fields[] {
    return this.heard.filter((entry) => entry.event === event).map(({ payload }) => payload as Fields)
  }

  /** The first of these events that fits and was not handed out before, as soon as it is there. */
  next(event: string, fields: Fields = {}): Promise<Fields> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look)
        const wanted = `${event} ${JSON.stringify(fields)}`
        reject(new Error(`${wanted} never came; heard: ${JSON.stringify(this.heard).slice(0, 4_000)}`))
      }, patience.waitMs)
      const look = () => {
        const entry = this.heard.find((candidate) => !this.taken.has(candidate) && fits(candidate, event, fields))
        if (!entry) return
        clearTimeout(timer)
        this.waiting.delete(look)
        this.taken.add(entry)
        resolve(entry.payload as Fields)
      }
      this.waiting.add(look)
      look()
    })
  }
}

const fits = ({ event, payload }: Heard, wanted: string, fields: Fields): boolean =>
  event === wanted && Object.entries(fields).every(([name, value]) => Object(payload)[name] === value)
