type Row = NonNullable<unknown>
type Rows<T> = Record<string, T>

/** A node of the tree: on the lowest level rows, above it nodes. */
type Node = readonly unknown[]

const bits = 5
const mask = (1 << bits) - 1
/** Five levels of 32 have room for 33 million rows. */
const top = 4 * bits

/**
 * The place of each key in the tree. Keys are added and never taken away, so that all versions of a record share them.
 */
interface Places {
  of: Map<string, number>
  keys: string[]
}

const version = Symbol('version')

/**
 * One version of a record: a tree of rows by their places, which shares with the version before all nodes but the five
 * above the changed row. It is the handler of a proxy, through which it looks like a plain object.
 */
class RecordVersion implements ProxyHandler<Rows<Row>> {
  readonly root: Node
  readonly places: Places

  constructor(root: Node, places: Places) {
    this.root = root
    this.places = places
  }

  row(key: PropertyKey): Row | undefined {
    const place = this.places.of.get(key as string)
    let node: unknown = place === undefined ? undefined : this.root
    for (let shift = top; shift >= 0; shift -= bits)
      node = (node as Node | undefined)?.[indexOf(place as number, shift)]
    return node as Row | undefined
  }

  get(target: Rows<Row>, key: PropertyKey): unknown {
    return key === version ? this : (this.row(key) ?? Reflect.get(target, key))
  }

  has(target: Rows<Row>, key: PropertyKey): boolean {
    return this.row(key) !== undefined || Reflect.has(target, key)
  }

  ownKeys(): string[] {
    return this.places.keys.filter((key) => this.row(key) !== undefined)
  }

  getOwnPropertyDescriptor(_: Rows<Row>, key: PropertyKey): PropertyDescriptor | undefined {
    const value = this.row(key)
    return value === undefined ? undefined : { value, enumerable: true, configurable: true }
  }

  /** A mistake in an app: it throws there, instead of changing what nothing reads. */
  set(): boolean {
    return false
  }
}

const versionOf = (record: Rows<unknown>) => (record as { [version]?: RecordVersion })[version]

const recordOf = (root: Node, places: Places): Rows<never> =>
  new Proxy({}, new RecordVersion(root, places)) as Rows<never>

/**
 * The beginning of a record that may hold a row for each conversation or each user. Each version of it that `putAll`
 * and `without` return is as immutable as a copy, but costs no copy: what a change takes does not grow with the rows.
 * It reads like a plain object; only `structuredClone` refuses it.
 */
export const emptyRecord = recordOf([], { of: new Map(), keys: [] })

const indexOf = (place: number, shift: number) => (place >> shift) & mask

function withRow(node: Node | undefined, place: number, row: Row | undefined, shift = top): Node {
  const next = node?.slice() ?? []
  const at = indexOf(place, shift)
  next[at] = shift === 0 ? row : withRow(next[at] as Node | undefined, place, row, shift - bits)
  return next
}

/** The version after this one, in which a row is another or, with undefined, is gone. The first row begins a family. */
function nextVersion({ root, places }: RecordVersion, key: string, row: Row | undefined) {
  const { of, keys } = root.length > 0 ? places : { of: new Map<string, number>(), keys: [] as string[] }
  const place = of.get(key) ?? keys.push(key) - 1
  of.set(key, place)
  return recordOf(withRow(root, place, row), { of, keys })
}

/** Returns a copy of the object with these fields; the same object if it has the identical values already. */
export const withFields = <O extends object>(object: O, fields: Partial<O>): O =>
  Object.entries(fields).every(([field, value]) => object[field as keyof O] === value)
    ? object
    : { ...object, ...fields }

/**
 * Returns the record with these rows; the given record is not changed. The same record if it has each identical row
 * (`===`) already. Of several rows with one key the last stays. Rows of a version of `emptyRecord` must not be
 * undefined.
 */
export function putAll<T>(record: Rows<T>, rows: readonly (readonly [string, T])[]): Rows<T> {
  let next = record
  for (const [key, row] of rows) {
    if (next[key] === row) continue
    const before = versionOf(next)
    if (before) {
      next = nextVersion(before, key, row as Row)
    } else {
      if (next === record) next = { ...record }
      next[key] = row
    }
  }
  return next
}

/** As `putAll`, for rows that contain their key in the field `key`. */
export const putRows = <K extends string, T extends Record<K, string>>(
  record: Rows<T>,
  rows: readonly T[],
  key: K,
): Rows<T> =>
  putAll(
    record,
    rows.map((row) => [row[key], row] as const),
  )

/**
 * Returns the record with those rows of an account that it lacks or holds with a smaller rev, because an answer may be
 * overtaken; the same record if there are none. `key` names the field that has the key. Of several such rows with one
 * key the last stays, so `rows` must not contain an older state after a newer one.
 */
export const putNewer = <K extends string, T extends Record<K, string> & { rev: number }>(
  record: Rows<T>,
  rows: readonly T[],
  key: K,
): Rows<T> =>
  putRows(
    record,
    rows.filter((row) => row.rev > (record[row[key]]?.rev ?? -1)),
    key,
  )

/** Returns the record without a key; the given record is not changed. The same record if it does not have the key. */
export function without<T>(record: Rows<T>, key: string): Rows<T> {
  if (!Object.hasOwn(record, key)) return record
  const before = versionOf(record)
  if (before) return nextVersion(before, key, undefined)
  const { [key]: _, ...rest } = record
  return rest
}

/** Adds the places below two nodes at which different rows stand. What both share is passed over. */
function addDifferences(found: number[], one: Node, other: Node, shift = top, before = 0): void {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    if (one[at] === other[at]) continue
    const place = (before << bits) + at
    if (shift === 0) found.push(place)
    else addDifferences(found, (one[at] ?? []) as Node, (other[at] ?? []) as Node, shift - bits, place)
  }
}

/**
 * The keys of which two versions of a record have different rows (`===`), each once: changed, added and removed ones.
 * What it takes grows with the number of these keys alone, unless the records are plain objects or one did not come
 * from the other, as after a reset: then it compares all rows.
 */
export function changedKeys<T>(before: Rows<T>, after: Rows<T>): string[] {
  const [one, other] = [versionOf(before), versionOf(after)]
  if (one && other && one.places.of === other.places.of) {
    const found: number[] = []
    addDifferences(found, one.root, other.root)
    return found.map((place) => one.places.keys[place] as string)
  }
  return Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key])
}
