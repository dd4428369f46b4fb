import type { Attachment, Reply } from '@parley/protocol'
import { newId, type Person } from '../people.ts'
import type { TestServer } from '../test-server.ts'

export interface Wanted {
  id?: string
  kind?: Attachment['kind']
  name?: string
  width?: number
  height?: number
  durationMs?: number
  peaks?: number[]
}

export const tokenOf = (person: Person) => person.signedIn.accessToken

/** A request for bytes: below the path of the API, or to a signed address. */
export const askBytes = (
  server: Pick<TestServer, 'url'>,
  path: string,
  init: RequestInit & { person?: Person } = {},
) => {
  const { person, ...rest } = init
  const headers = { ...(person ? { authorization: `Bearer ${tokenOf(person)}` } : {}), ...init.headers }
  return fetch(path.startsWith('/api') ? server.url + path : `${server.url}/api/v1${path}`, { ...rest, headers })
}

export const fileOf = (
  server: Pick<TestServer, 'url'>,
  id: string,
  person?: Person,
  variant = 'original',
  headers = {},
) => askBytes(server, `/files/${id}/${variant}`, { person, headers })

export const tus = { 'tus-resumable': '1.0.0' }

/** Sends bytes at an offset. */
export const patch = (server: Pick<TestServer, 'url'>, person: Person, id: string, offset: number, body: BodyInit) =>
  askBytes(server, `/uploads/${id}`, {
    person,
    method: 'PATCH',
    headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body,
    duplex: 'half',
  } as RequestInit)

export const offsetOf = async (server: Pick<TestServer, 'url'>, person: Person, id: string): Promise<number> => {
  const answer = await askBytes(server, `/uploads/${id}`, { person, method: 'HEAD', headers: tus })
  return Number(answer.headers.get('upload-offset') ?? Number.NaN)
}

/** Uploads bytes, and gives the answer to the last of them. */
export async function tryUpload(
  server: Pick<TestServer, 'url'>,
  person: Person,
  bytes: Uint8Array,
  wanted: Wanted = {},
) {
  const { id = newId(), kind = 'file', name = 'notes.txt', ...rest } = wanted
  await person.ask('attachment.create', { id, kind, name, size: bytes.length, ...rest })
  return { id, answer: await patch(server, person, id, 0, bytes as BodyInit) }
}

/** Uploads bytes that are taken, and gives what became of them. */
export async function upload(
  server: Pick<TestServer, 'url'>,
  person: Person,
  bytes: Uint8Array,
  wanted: Wanted = {},
): Promise<Attachment> {
  const { id, answer } = await tryUpload(server, person, bytes, wanted)
  if (answer.status !== 204) throw new Error(`The upload was answered with ${answer.status}: ${await answer.text()}`)
  return (await person.ask('attachment.get', { attachmentId: id })).attachment
}

/** The code of a refusal over HTTP. */
export const codeOf = async (answer: Response): Promise<string | undefined> => {
  const reply = (await answer.json()) as Reply<unknown>
  return reply.ok ? undefined : reply.error.code
}

export const withAttachments = (ids: string[], text = '') => ({ kind: 'plain', text, attachments: ids }) as const

/** Sends a message with these attachments. */
export const sendFiles = async (person: Person, conversationId: string, ids: string[], text = '') =>
  (await person.ask('message.send', { conversationId, id: newId(), body: withAttachments(ids, text) })).message
