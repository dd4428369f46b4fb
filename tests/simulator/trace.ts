const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** A log of what happened. Its `print`, a hash, is the same for the same history; details are not part of it. */
export class Trace {
  readonly lines: string[] = []
  readonly #isKept: boolean
  readonly #names = new Map<string, string>()
  readonly #startedAt: number
  #print = 0x811c9dc5

  constructor(startedAt: number, isKept: boolean) {
    this.#startedAt = startedAt
    this.#isKept = isKept
  }

  /** The hash of all notes so far, as eight hexadecimal digits. */
  get print(): string {
    return (this.#print >>> 0).toString(16).padStart(8, '0')
  }

  /**
   * Adds what happened to the hash, and to `lines` if they are kept. `now` is in milliseconds of the virtual clock;
   * details are in the line only.
   */
  note(now: number, who: string, what: string, ...details: unknown[]): void {
    const line = `${now - this.#startedAt} ${who} ${what}`
    for (let i = 0; i < line.length; i++) this.#print = Math.imul(this.#print ^ line.charCodeAt(i), 0x01000193)
    if (!this.#isKept) return
    const seconds = ((now - this.#startedAt) / 1_000).toFixed(3).padStart(9)
    const told = details.map((detail) => ` ${JSON.stringify(detail)}`).join('')
    this.lines.push(`${seconds} ${who.padEnd(8)} ${what}${told}`.replace(uuid, (id) => this.#nameOf(id)))
  }

  /** Ids do not follow from the seed, so each is replaced by a name, in the order of first appearance. */
  #nameOf(id: string): string {
    const name = this.#names.get(id) ?? `id${this.#names.size + 1}`
    this.#names.set(id, name)
    return name
  }
}
