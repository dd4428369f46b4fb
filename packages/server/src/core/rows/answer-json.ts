/** A row of an answer with its JSON, which both measures it and becomes a part of the answer. */
export interface WrittenRow<T = unknown> {
  row: T
  json: string
}

/** Writes the JSON of a row. Throws a TypeError for what JSON cannot express, such as undefined. */
export const written = <T>(row: T): WrittenRow<T> => ({ row, json: JSON.stringify(row) })

/** The length of the JSON in UTF-8. */
export const bytesOfWritten = ({ json }: WrittenRow): number => Buffer.byteLength(json)

const piecesOf = new WeakMap<object, readonly string[]>()

/**
 * The JSON of an answer that `answerOf` made, in pieces to be written one after the other; undefined for every other
 * value. Joined, they would be copied once more into memory that is new each time, which costs more than writing them.
 */
export const jsonPieces = (answer: unknown): readonly string[] | undefined => piecesOf.get(answer as object)

/**
 * Makes an answer of its fields: `lists` are lists of written rows, `others` all other values, of which those that are
 * undefined are left out. Keeps the JSON for `jsonPieces`, so that a socket need not write a large answer again. Do not
 * change the answer afterwards.
 *
 * @example
 * answerOf({ summaries: [written(summary)] }, { hasMore: false }) // { summaries: [summary], hasMore: false }
 */
export function answerOf<L extends Record<string, readonly WrittenRow[]>, O extends object>(
  lists: L,
  others: O,
): { [F in keyof L]: L[F][number]['row'][] } & O {
  const answer: Record<string, unknown> = {}
  const pieces: string[] = []
  const begin = (field: string) => `${pieces.length === 0 ? '{' : ','}${JSON.stringify(field)}:`
  for (const [field, rows] of Object.entries(lists)) {
    answer[field] = rows.map(({ row }) => row)
    pieces.push(`${begin(field)}[`)
    for (const [index, { json }] of rows.entries()) pieces.push(index === 0 ? '' : ',', json)
    pieces.push(']')
  }
  for (const [field, value] of Object.entries(others)) {
    if (value === undefined) continue
    answer[field] = value
    pieces.push(begin(field), ...(jsonPieces(value) ?? [JSON.stringify(value)]))
  }
  pieces.push('}')
  piecesOf.set(answer, pieces)
  return answer as { [F in keyof L]: L[F][number]['row'][] } & O
}
