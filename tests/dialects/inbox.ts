import { patience } from '@parley/server/testing/patience'

export type Fields = Record<string, unknown>

interface Heard {
  event: string
  payload: unknown
}

/** All events that a client has received, in order: a test waits for what must come, and looks for what must not. */
export class Inbox {
  readonly heard: Heard[] = []
  private readonly taken = new Set<Heard>()
  private readonly waiting = new Set<() => void>()

  /** Adds an event; a waiting `next` that it fits resolves. */
  hear(event: string, payload: unknown): void {
    this.heard.push({ event, payload })
    for (const look of this.waiting) look()
  }

  /** The payloads of all events of this name so far. */
  all(event: string): Fields[] {
    return this.heard.filter((entry) => entry.event === event).map(({ payload }) => payload as Fields)
  }

  /**
   * Resolves with the payload of the first event of this name that has these fields and that no earlier `next`
   * returned, as soon as it is there; rejects, naming what was heard, if it does not come in time.
   */
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
