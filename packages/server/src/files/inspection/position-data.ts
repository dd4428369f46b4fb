import { readFile, writeFile } from 'node:fs/promises'

/*
 * Removes the place where a picture was taken from a file that cannot be decoded, and so not be re-encoded either.
 * Nothing is moved or cut: the values are overwritten, so that this works in every format without knowing its structure.
 */

/**
 * Removes where a picture was taken, in the file itself: it overwrites GPS data of EXIF, XMP packets, IPTC data of
 * JPEG, and texts and EXIF of PNG. Of an XMP packet whose end is not certain, it overwrites only the GPS values. All
 * other bytes stay, and so does the size. Rejects if the file cannot be read or written, and above 2 GiB.
 */
export async function erasePositionIn(file: string): Promise<void> {
  const bytes = await readFile(file)
  erasePosition(bytes)
  await writeFile(file, bytes)
}

/** Overwrites the same in these bytes. */
function erasePosition(bytes: Buffer): void {
  for (const header of ['II*\0', 'MM\0*']) {
    for (const at of placesOf(bytes, header)) eraseGps({ bytes, start: at, isLittle: header.startsWith('I') })
  }
  for (const [begin, end] of packets) erasePackets(bytes, begin, end)
  for (const at of placesOf(bytes, 'GPS')) eraseValue(bytes, at)
  for (const [marker, begin] of segments) {
    for (const at of placesOf(bytes, begin)) eraseSegment(bytes, at, marker)
  }
  if (bytes.subarray(0, pngSignature.length).equals(pngSignature)) eraseTexts(bytes)
}

/** More headers than a real picture with previews in it has. */
const mostPlaces = 10_000

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(text, 0, 'latin1'); at >= 0 && places.length < mostPlaces; ) {
    places.push(at)
    at = bytes.indexOf(text, at + 1, 'latin1')
  }
  return places
}

/** A TIFF structure, which EXIF is: all offsets count from its start. */
interface Tiff {
  bytes: Buffer
  start: number
  isLittle: boolean
}

/** Reads a number of 2 or 4 bytes; 0 behind the end, where a broken structure may point. */
function numberAt({ bytes, start, isLittle }: Tiff, offset: number, length: 2 | 4): number {
  const at = start + offset
  if (at + length > bytes.length) return 0
  return isLittle ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length)
}

const tiff = { gps: 0x8825, entryLength: 12, mostEntries: 1_000, mostDirectories: 16, longestValue: 65_536 }

/** The offsets of the entries of a directory. */
const entriesOf = (image: Tiff, directory: number): number[] => {
  const count = Math.min(numberAt(image, directory, 2), tiff.mostEntries)
  return Array.from({ length: count }, (_, at) => directory + 2 + at * tiff.entryLength)
}

function eraseGps(image: Tiff): void {
  let directory = numberAt(image, 4, 4)
  for (let seen = 0; directory > 0 && seen < tiff.mostDirectories; seen += 1) {
    const entries = entriesOf(image, directory)
    for (const entry of entries) {
      if (numberAt(image, entry, 2) === tiff.gps) eraseDirectory(image, numberAt(image, entry + 8, 4))
    }
    directory = numberAt(image, directory + 2 + entries.length * tiff.entryLength, 4)
  }
}

/** The bytes of one value by its type; unknown types count as one byte. */
const sizes: Record<number, number> = { 3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8 }

function eraseDirectory(image: Tiff, directory: number): void {
  if (directory === 0) return
  for (const entry of entriesOf(image, directory)) {
    const size = (sizes[numberAt(image, entry + 2, 2)] ?? 1) * numberAt(image, entry + 4, 4)
    if (size > 4) fill(image, numberAt(image, entry + 8, 4), Math.min(size, tiff.longestValue))
    fill(image, entry, tiff.entryLength)
  }
  fill(image, directory, 2)
}

const fill = ({ bytes, start }: Tiff, offset: number, length: number) =>
  bytes.fill(0, Math.min(start + offset, bytes.length), Math.min(start + offset + length, bytes.length))

/** How XMP begins and ends. */
const packets = [
  ['<x:xmpmeta', '</x:xmpmeta>'],
  ['<rdf:RDF', '</rdf:RDF>'],
] as const
const longestPacket = 1_048_576
const longestValue = 200

/**
 * Overwrites packets with spaces. One that does not end within 1 MiB or behind nothing but text stays, because its end
 * may be that of another packet, behind the picture itself. The bytes are searched once, for any number of packets.
 */
function erasePackets(bytes: Buffer, begin: string, end: string): void {
  let [erased, foundEnd, textEnd] = [0, -1, 0]
  for (const at of placesOf(bytes, begin)) {
    if (at < erased) continue
    if (foundEnd < at) foundEnd = bytes.indexOf(end, at, 'latin1')
    if (foundEnd < 0) return
    const until = foundEnd + end.length
    if (until > at + longestPacket && textEnd < at) textEnd = textEndAfter(bytes, at)
    if (until > Math.max(at + longestPacket, textEnd)) continue
    bytes.fill(' ', at, until)
    erased = until
  }
}

/** Where the text that begins here ends: at the first control character other than tab and line breaks. */
function textEndAfter(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return at
  }
  return bytes.length
}

/** Overwrites the value of an attribute or element of XMP, such as `exif:GPSLatitude`, in a packet that was not found. */
function eraseValue(bytes: Buffer, at: number): void {
  const near = bytes.toString('latin1', at, at + longestValue)
  const [, name = '', value = ''] = /^(GPS\w*\s*(?:=\s*["']|>))([^"'<]*)/.exec(near) ?? []
  bytes.fill(' ', at + name.length, at + name.length + value.length)
}

/** The segments of JPEG with IPTC and with XMP, which is divided into several if it is long: how each begins. */
const segments = [
  [0xffed, 'Photoshop 3.0\0'],
  [0xffe1, 'http://ns.adobe.com/xap/1.0/\0'],
  [0xffe1, 'http://ns.adobe.com/xmp/extension/\0'],
] as const

/** A segment of JPEG: its marker, and its length in two bytes before its content. */
function eraseSegment(bytes: Buffer, content: number, marker: number): void {
  if (content < 4 || bytes.readUInt16BE(content - 4) !== marker) return
  const end = content - 2 + bytes.readUInt16BE(content - 2)
  bytes.fill(0, content, Math.min(end, bytes.length))
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const pngTexts = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf'])

/** Chunks of PNG: length, kind, content and a checksum. Decoders skip a text whose checksum is wrong. */
function eraseTexts(bytes: Buffer): void {
  for (let at = pngSignature.length; at + 8 <= bytes.length; ) {
    const content = at + 8
    const end = content + bytes.readUInt32BE(at)
    if (pngTexts.has(bytes.toString('latin1', at + 4, content))) bytes.fill(0, content, Math.min(end, bytes.length))
    at = end + 4
  }
}
