import type { Voice } from './voice.ts'

/** A room, and the messages that must be left in it: each act is done by a voice, and noted. */
export class Made {
  readonly room: string
  readonly left = new Map<string, { by: Voice; said: string }>()

  constructor(room: string) {
    this.room = room
  }

  /** Sends a message and notes it; resolves with its id. */
  async say(by: Voice, said: string): Promise<string> {
    const id = await by.send(this.room, said)
    this.left.set(id, { by, said })
    return id
  }

  /** Edits a message, if the voice can, and notes the new text in any case. */
  async edit(id: string, by: Voice, said: string): Promise<void> {
    await by.edit?.(this.room, id, said)
    this.left.set(id, { by, said })
  }

  /** Deletes a message, if the voice can, and notes that it is gone in any case. */
  async remove(id: string, by: Voice): Promise<void> {
    await by.delete?.(this.room, id)
    this.left.delete(id)
  }

  /** The ids of the messages of this voice that are left. */
  of(by: Voice): string[] {
    return [...this.left].flatMap(([id, message]) => (message.by === by ? [id] : []))
  }
}
