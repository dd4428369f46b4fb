import type { Message } from '@parley/protocol'
import type { Lent } from '../dialect.ts'

/** A file that lies elsewhere. This server never reads it: what it is called is what its sender said. */
export interface FileLink {
  fileUrl: string
  fileName?: string
}

const longest = { address: 2_048, name: 255 }

// Nothing that programs read in different ways, and nothing that ends a line.
const characters = /^https:\/\/[^\s\\"<>\p{C}]+$/u

/** Is it an address of the web that shows nobody's password and is written as it is meant? */
export const isLink = (address: string): boolean => {
  if (address.length > longest.address || !characters.test(address) || !URL.canParse(address)) return false
  const { username, password } = new URL(address)
  return username === '' && password === ''
}

export const isLinkName = (name: string): boolean =>
  name.length <= longest.name && name === name.trim() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name)

/** As other clients see it: its last line is the name, if it has one, and the address. */
export const withLink = (text: string, { fileUrl, fileName = '' }: FileLink): string =>
  [...(text === '' ? [] : [text]), `${fileName} ${fileUrl}`.trim()].join('\n')

/** What such a text says, and the file; of any other message its text. */
export function readLink({ type, body }: Message, { fileLinks }: Lent): Partial<FileLink> & { text: string } {
  const text = body?.kind === 'plain' ? body.text : ''
  const isOfFile = (type === 'image' || type === 'file') && body?.kind === 'plain' && body.attachments === undefined
  if (!fileLinks || !isOfFile) return { text }
  const lines = text.split('\n')
  const [last = ''] = lines.splice(-1)
  const space = last.lastIndexOf(' ')
  const [fileName, fileUrl] = [last.slice(0, Math.max(space, 0)), last.slice(space + 1)]
  if (!isLink(fileUrl)) return { text }
  return { text: lines.join('\n'), fileUrl, ...(fileName === '' ? {} : { fileName }) }
}
