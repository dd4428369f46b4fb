import type { Message } from '@parley/protocol'
import type { Lent } from '../dialect.ts'

/** A file on another server. This server never reads it; the name is the sender's. */
export interface FileLink {
  fileUrl: string
  fileName?: string
}

const longest = { address: 2_048, name: 255 }

// Excludes characters that programs interpret differently, and line breaks.
const characters = /^https:\/\/[^\s\\"<>\p{C}]+$/u

/**
 * True for an https address of at most 2,048 characters without a user name or password and without ambiguous
 * characters.
 */
export const isLink = (address: string): boolean => {
  if (address.length > longest.address || !characters.test(address) || !URL.canParse(address)) return false
  const { username, password } = new URL(address)
  return username === '' && password === ''
}

/**
 * True if a text can be the name of a linked file: one trimmed line of at most 255 characters without control
 * characters; it may be empty.
 */
export const isLinkName = (name: string): boolean =>
  name.length <= longest.name && name === name.trim() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name)

/**
 * Appends a link to a text, for other clients, as its last line: the name, if any, then a space and the address. Does
 * not check the link.
 */
export const withLink = (text: string, { fileUrl, fileName = '' }: FileLink): string =>
  [...(text === '' ? [] : [text]), `${fileName} ${fileUrl}`.trim()].join('\n')

/**
 * Splits the text that `withLink` made into text and link. Returns only the text if the operator does not allow links
 * to files, the message is neither image nor file, it has attachments, or its last line does not end with a link. The
 * text of a sealed or deleted message is ''.
 */
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
