import type { Fields } from '../inbox.ts'

/** Something that happened in a conversation, in none of the vocabularies. */
export type Happening =
  | { what: 'message' | 'edit'; id: string; by: string; said: string }
  | { what: 'deletion'; id: string }
  | { what: 'reaction'; id: string; by: string; emoji: string; isOn: boolean }

/**
 * The text by which tests write down opaque content; without the ciphertext for vocabularies that only know that there
 * is some.
 */
export const sealed = (ciphertext = ''): string => `<sealed ${ciphertext}>`
/** The ciphertext in a text made by `sealed`; undefined for any other text. */
export const ciphertextIn = (said: string): string | undefined => /^<sealed (.*)>$/.exec(said)?.[1]

/** Somebody at a client of one vocabulary, who does and hears what that vocabulary has words for. */
export interface Voice {
  readonly name: string
  readonly id: string
  /** What it cannot hear of. */
  readonly deafTo: { reactions?: true; sealedText?: true; ownMessages?: true }
  /** May send content that is opaque to the server. */
  readonly seals?: true
  /** Opens what it needs to hear a conversation and to speak in it. */
  enter(room: string): Promise<unknown>
  /** Each resolves when the client itself knows that it was done. */
  send(room: string, said: string): Promise<string>
  edit?(room: string, id: string, said: string): Promise<unknown>
  delete?(room: string, id: string): Promise<unknown>
  react?(room: string, id: string, emoji: string, isOn: boolean): Promise<unknown>
  /** Everything up to this message. */
  read?(room: string, id: string): Promise<unknown>
  type(room: string): Promise<unknown>
  /** All that it heard of a conversation, in that order. */
  story(room: string): Happening[]
  /** Whom it heard to have read its messages: `<message> <reader>`, as often as it heard it. */
  reads?(): string[]
  /** The messages as it holds them by what it heard, in its vocabulary’s form. */
  held(room: string): Map<string, Fields>
  /** The same from where it reads histories, the newest first. */
  history(room: string): Promise<[id: string, entity: Fields][]>
  /** Whatever the server sent to it before now has been heard after this. */
  heardAll(): Promise<unknown>
  /** Everything that it heard as it came. */
  heard(): { event: string; payload: unknown }[]
  /** Ends its connection. Left out for clients that keep their place themselves. */
  leave?(): unknown
  /** Resolves when it may be used again. */
  comeBack?(): Promise<unknown>
  /** The events of its vocabulary. */
  readonly words: RegExp
  close(): unknown
}

/**
 * A happening as this voice hears of it, in an array; an empty one if its vocabulary has no word for it. A sealed text
 * is without its ciphertext for voices that do not hear that.
 */
export function toldTo({ deafTo, id }: Voice, happening: Happening): Happening[] {
  if (happening.what === 'deletion') return [happening]
  if (happening.what === 'reaction') return deafTo.reactions ? [] : [happening]
  if (deafTo.ownMessages && happening.what === 'message' && happening.by === id) return []
  return [
    deafTo.sealedText && ciphertextIn(happening.said) !== undefined ? { ...happening, said: sealed() } : happening,
  ]
}
