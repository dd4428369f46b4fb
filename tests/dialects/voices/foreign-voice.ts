import type { Socket } from 'socket.io-client'
import type { Fields, Inbox } from '../inbox.ts'
import type { Happening } from './voice.ts'

/** An event as one vocabulary understands it. */
export interface Understood {
  room: string
  happening: Happening
  /** What it says of the message. */
  entity?: Fields
}

/** A client of a document, with its connection. */
export interface Connected {
  readonly id: string
  readonly inbox: Inbox
  readonly socket: Socket
  heardAll(): Promise<unknown>
}

/**
 * What all foreign voices do in the same way: with their connection, and with the events they received, which
 * `understand` translates.
 */
export abstract class ForeignVoice<C extends Connected> {
  readonly id: string
  protected readonly client: C
  protected readonly inbox: Inbox
  /** Messages that the client has from the answers to its own requests. */
  protected readonly answers: Understood[] = []
  protected abstract understand(event: string, payload: Fields): Understood | undefined

  protected constructor(client: C) {
    this.client = client
    this.inbox = client.inbox
    this.id = client.id
  }

  leave = () => this.client.socket.disconnect()
  close = () => this.client.socket.close()

  async comeBack(): Promise<unknown> {
    const { socket } = this.client
    return new Promise<void>((resolve) => socket.once('connect', resolve).connect())
  }

  heardAll = () => this.client.heardAll()
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
