import type { Voice } from './voice.ts'

/** What a conversation must have come to, by those who made it so. */
export class Made {
  readonly room: string
  readonly left = new Map<string, { by: Voice; said: string }>()

  constructor(room: string) {
    this.room = room
  }

  async say(by: Voice, said: string): Promise<string> {
    const id = await by.send(this.room, said)
    this.left.set(id, { by, said })
    return id
  }

  async edit(id: string, by: Voice, said: string): Promise<void> {
    await by.edit?.(this.room, id, said)
    this.left.set(id, { by, said })
  }

  async remove(id: string, by: Voice): Promise<void> {
    await by.delete?.(this.room, id)
    this.left.delete(id)
  }

  /** The messages of somebody that are left. */
  of(by: Voice): string[] {
    return [...this.left].flatMap(([id, message]) => (message.by === by ? [id] : []))
  }
}
