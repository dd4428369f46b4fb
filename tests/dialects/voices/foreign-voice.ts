import type { Fields, Inbox } from '../inbox.ts'
import type { Happening } from './voice.ts'

/** An event as one vocabulary understands it. */
export interface Understood {
  room: string
  happening: Happening
  /** What it says of the message. */
  entity?: Fields
}

/** What each foreign client does with what it heard. */
export abstract class ForeignVoice {
  /** Messages that the client has from the answers to its own requests. */
  protected readonly answers: Understood[] = []
  protected abstract readonly inbox: Inbox
  protected abstract understand(event: string, payload: Fields): Understood | undefined

  heard = () => this.inbox.heard

  story = (room: string): Happening[] => this.understood(room).map(({ happening }) => happening)

  held = (room: string): Map<string, Fields> => {
    const held = new Map<string, Fields>()
    for (const understood of [...this.answers.filter((answer) => answer.room === room), ...this.understood(room)]) {
      const { id, what } = understood.happening
      const before = held.get(id)
      if (what === 'deletion') held.delete(id)
      else if (before || what === 'message') held.set(id, this.merge(before ?? {}, understood))
    }
    return held
  }

  protected merge(before: Fields, { entity }: Understood): Fields {
    return { ...before, ...entity }
  }

  private understood(room: string): Understood[] {
    return this.inbox.heard
      .flatMap(({ event, payload }) => this.understand(event, Object(payload)) ?? [])
      .filter((understood) => understood.room === room)
  }
}
