import { isDeepStrictEqual } from 'node:util'
import type { Body, SendableType } from '@parley/protocol'
import { type BodyPartRules, bodyPartRules } from '@parley/protocol/features/body/body-part-rules'
import { OperationError } from '../operation-error.ts'
import type { Beside, BodyPart, BoundPart, PartContext } from './body-part.ts'

interface Bound {
  type: SendableType
  beside: Beside
}

/** The body parts of all features together. The messages feature calls them only for bodies that have a part. */
export interface ComposedBodyParts {
  /**
   * Checks all parts of a new message, then binds them. Resolves with a refusal if a check fails or the `type`, as the
   * sender gave it, fits no part. Then nothing was bound.
   */
  bind(body: Body, type: SendableType, context: PartContext): Promise<Bound | OperationError>
  /**
   * The body after an edit. Rejects with `forbidden` if a part may not change like that, or if a sealed body would lose
   * one.
   */
  edit(before: Body, after: Body, context: PartContext): Promise<{ body: Body; beside: Beside }>
  /** Ends the parts of a deleted message; resolves with their rows as they are then. */
  drop(body: Body, context: PartContext): Promise<Beside>
}

/** A part without its types: the schema of the body has checked that each value fits its part. */
interface AnyPart {
  part: string
  check(value: unknown, context: PartContext): Promise<void>
  bind(value: unknown, context: PartContext): Promise<BoundPart>
  edit?(before: unknown, after: unknown, context: PartContext): Promise<{ value: unknown; beside?: Beside }>
  drop(value: unknown, context: PartContext): Promise<Beside>
}

const valuesOf = (body: Body) => body as unknown as Readonly<Record<string, unknown>>

/**
 * Composes the parts of features, in the order of `rules`: of the parts that a body has, the first one gives the
 * message its type. `bind` checks all parts of a message before it binds any, and resolves with a refusal, while `edit`
 * rejects with one. A part without a rule is left out: it is never checked nor bound, and an edit removes it from the
 * body.
 */
export function composeBodyParts(list: readonly BodyPart[], rules: BodyPartRules = bodyPartRules): ComposedBodyParts {
  // The part that stands first in the protocol gives the message its type.
  const parts = Object.keys(rules).flatMap(
    (name) => (list as readonly AnyPart[]).find(({ part }) => part === name) ?? [],
  )
  const partsOf = (body: Body) =>
    parts.flatMap((part) => {
      const value = valuesOf(body)[part.part]
      return value === undefined ? [] : [{ part, value, types: rules[part.part]?.types ?? [] }]
    })

  return {
    async bind(body, type, context) {
      const found = partsOf(body)
      // The type of a message whose sender names none is `text`.
      if (type !== 'text' && !found.some(({ types }) => types.includes(type))) {
        return new OperationError('invalid_input', 'type: does not fit what the body has')
      }
      try {
        for (const { part, value } of found) await part.check(value, context)
      } catch (error) {
        if (error instanceof OperationError) return error
        throw error
      }
      const bound: Bound = { type, beside: {} }
      for (const [at, { part, value, types }] of found.entries()) {
        const { type: named = types[0] ?? type, beside } = await part.bind(value, context)
        if (at === 0) bound.type = named
        Object.assign(bound.beside, beside)
      }
      return bound
    },

    async edit(before, after, context) {
      const beside: Beside = {}
      const kept: Record<string, unknown> = {}
      for (const part of parts) {
        const [old, given] = [valuesOf(before)[part.part], valuesOf(after)[part.part]]
        if (old === undefined && given === undefined) continue
        const edited = part.edit ? await part.edit(old, given, context) : { value: unchanged(part.part, old, given) }
        Object.assign(beside, edited.beside)
        if (edited.value !== undefined) kept[part.part] = edited.value
      }
      if (after.kind === 'plain') return { body: { kind: 'plain', text: after.text, ...kept }, beside }
      if (Object.keys(kept).length > 0)
        throw new OperationError('forbidden', 'What is beside the text cannot be sealed.')
      return { body: after, beside }
    },

    async drop(body, context) {
      const beside: Beside = {}
      for (const { part, value } of partsOf(body)) Object.assign(beside, await part.drop(value, context))
      return beside
    },
  }
}

/**
 * Returns `before`, the value of a part that no edit can change, if the edit has no value or a deeply equal one. Throws
 * `forbidden`, in which `name` names the part, for any other value, also if there was none before.
 */
export function unchanged<T>(name: string, before: T, after: T): T {
  if (after === undefined || isDeepStrictEqual(before, after)) return before
  throw new OperationError('forbidden', `The ${name} of a message stays as it was sent.`)
}
