import type { Attachment, Reply } from '@parley/protocol'
import { newId, type Person } from '../people.ts'
import type { TestServer } from '../test-server.ts'

/** The attachment to create; each field has a default. */
export interface WantedAttachment {
  id?: string
  kind?: Attachment['kind']
  name?: string
  width?: number
  height?: number
  durationMs?: number
  peaks?: number[]
}

/** The access token that this person got at the sign-in. */
export const tokenOf = (person: Person) => person.signedIn.accessToken

/** Sends a request to a path below that of the API, or to a signed address, which begins with `/api`. */
export const askBytes = (
  server: Pick<TestServer, 'url'>,
  path: string,
  init: RequestInit & { person?: Person } = {},
) => {
  const { person, ...rest } = init
  const headers = { ...(person ? { authorization: `Bearer ${tokenOf(person)}` } : {}), ...init.headers }
  return fetch(path.startsWith('/api') ? server.url + path : `${server.url}/api/v1${path}`, { ...rest, headers })
}

/** Requests the bytes of an attachment. */
export const fileOf = (
  server: Pick<TestServer, 'url'>,
  id: string,
  person?: Person,
  variant = 'original',
  headers = {},
) => askBytes(server, `/files/${id}/${variant}`, { person, headers })

/** The header of every request of a resumable upload (tus). */
export const tus = { 'tus-resumable': '1.0.0' }

/** Uploads bytes at an offset; resolves with the response. */
export const patch = (server: Pick<TestServer, 'url'>, person: Person, id: string, offset: number, body: BodyInit) =>
  askBytes(server, `/uploads/${id}`, {
    person,
    method: 'PATCH',
    headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body,
    duplex: 'half',
  } as RequestInit)

/** Asks how many bytes of an upload the server has; NaN if it is refused. */
export const offsetOf = async (server: Pick<TestServer, 'url'>, person: Person, id: string): Promise<number> => {
  const answer = await askBytes(server, `/uploads/${id}`, { person, method: 'HEAD', headers: tus })
  return Number(answer.headers.get('upload-offset') ?? Number.NaN)
}

/**
 * Creates an attachment and uploads its bytes in one request; resolves with the response, also if that is a refusal.
 */
export async function tryUpload(
  server: Pick<TestServer, 'url'>,
  person: Person,
  bytes: Uint8Array,
  wanted: WantedAttachment = {},
) {
  const { id = newId(), kind = 'file', name = 'notes.txt', ...rest } = wanted
  await person.ask('attachment.create', { id, kind, name, size: bytes.length, ...rest })
  return { id, answer: await patch(server, person, id, 0, bytes as BodyInit) }
}

/** The same, but resolves with the attachment, and rejects if the upload is refused. */
export async function upload(
  server: Pick<TestServer, 'url'>,
  person: Person,
  bytes: Uint8Array,
  wanted: WantedAttachment = {},
): Promise<Attachment> {
  const { id, answer } = await tryUpload(server, person, bytes, wanted)
  if (answer.status !== 204) throw new Error(`The upload was answered with ${answer.status}: ${await answer.text()}`)
  return (await person.ask('attachment.get', { attachmentId: id })).attachment
}

/** The error code of a response; undefined for a success. */
export const codeOf = async (answer: Response): Promise<string | undefined> => {
  const reply = (await answer.json()) as Reply<unknown>
  return reply.ok ? undefined : reply.error.code
}

/** The body of a message with these attachments. */
export const withAttachments = (ids: string[], text = '') => ({ kind: 'plain', text, attachments: ids }) as const

/** Sends a message with these attachments. */
export const sendFiles = async (person: Person, conversationId: string, ids: string[], text = '') =>
  (await person.ask('message.send', { conversationId, id: newId(), body: withAttachments(ids, text) })).message
