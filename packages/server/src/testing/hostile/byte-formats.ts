import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/*
 * Just enough of some file formats to write hostile files.
 */

/** The bytes of a text, one for each character; each must be at most U+00FF. */
export const latin = (text: string) => Buffer.from(text, 'latin1')
/** The bytes of a text in UTF-8. */
export const text = (words: string) => Buffer.from(words)

/** An image in one colour, which the caller must encode; a square if the height is left out. */
export const square = (width: number, height = width) =>
  sharp({ create: { width, height, channels: 3, background: '#a43' } })
/** A valid JPEG in one colour, a square of this width. */
export const jpeg = (width = 30) => square(width).jpeg().toBuffer()
/** A valid PNG in one colour, a square of this width. */
export const png = (width = 30) => square(width).png().toBuffer()

const pngChunk = (type: string, data: Buffer) => {
  const typed = Buffer.concat([latin(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}

/** A PNG of few bytes that declares a large size. `rows`: how many rows of pixels it really has. */
export function pngBomb(width: number, height: number, rows = height): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([1, 0, 0, 0, 0], 8)
  const data = deflateSync(Buffer.alloc(rows * (Math.ceil(width / 8) + 1)), { level: 9 })
  return Buffer.concat([
    latin('\x89PNG\r\n\x1a\n'),
    pngChunk('IHDR', head),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** The PNG with these words in a text chunk behind its header. */
export const withPngText = (bytes: Buffer, words: string) =>
  Buffer.concat([bytes.subarray(0, 33), pngChunk('tEXt', latin(`Comment\0${words}`)), bytes.subarray(33)])

/** The JPEG with a comment at its start, of at most 253 characters. */
export const withJpegComment = (bytes: Buffer, words: string) => {
  const head = Buffer.from([0xff, 0xfe, 0, words.length + 2])
  return Buffer.concat([bytes.subarray(0, 2), head, latin(words), bytes.subarray(2)])
}

/** The JPEG with another declared size. */
export const withJpegSize = (bytes: Buffer, width: number, height: number) => {
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  const changed = Buffer.from(bytes)
  changed.writeUInt16BE(height, at + 5)
  changed.writeUInt16BE(width, at + 7)
  return changed
}

/** A JPEG whose metadata has a position, a camera and an author, and an orientation that turns it. */
export const jpegWithPosition = () =>
  square(40, 20)
    .withExif({
      IFD0: { Make: 'Canary Camera', Artist: 'Ana' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()

/** The beginning of a GIF of this size, without a picture. */
export const gifHead = (width: number, height: number) => {
  const head = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1')
  head.writeUInt16LE(width, 6)
  head.writeUInt16LE(height, 8)
  return head
}

/** A zip archive with one file, complete enough to be recognised as one. */
export const zip = (name: string, content: string) => {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt32LE(content.length, 18)
  head.writeUInt32LE(content.length, 22)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, latin(name + content), latin('PK\x05\x06'), Buffer.alloc(18)])
}

/** A box, which is the container of data in MP4. */
export const mp4Box = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length + 8)
  return Buffer.concat([length, latin(type), data])
}

/** The first box of an MP4, by which it is recognised. */
export const mp4Head = () => mp4Box('ftyp', latin('isom\0\0\0\0isom'))

/** Boxes nested to this depth. */
export const deepBoxes = (depth: number): Buffer =>
  depth === 0 ? mp4Box('free', Buffer.alloc(4)) : mp4Box('moov', deepBoxes(depth - 1))

/** How the latitude of every made picture is written: 51° 30′ 9″ as three fractions. */
const latitude = [51, 1, 30, 1, 9, 1]

/** The bytes of the latitude that every made picture has, to look for; little-endian if `isLittle`, else big-endian. */
export const latitudeBytes = (isLittle: boolean) => {
  const bytes = Buffer.alloc(4 * latitude.length)
  for (const [at, number] of latitude.entries()) {
    if (isLittle) bytes.writeUInt32LE(number, 4 * at)
    else bytes.writeUInt32BE(number, 4 * at)
  }
  return bytes
}

/** The structure of EXIF, which is that of TIFF, with nothing but the made latitude in it. */
export function tiffWithPosition(isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(44)
  const write = (at: number, length: number, number: number) =>
    isLittle ? bytes.writeUIntLE(number, at, length) : bytes.writeUIntBE(number, at, length)
  const entry = (at: number, [tag, type, count, value]: readonly [number, number, number, number]) => {
    write(at, 2, tag)
    write(at + 2, 2, type)
    write(at + 4, 4, count)
    write(at + 8, 4, value)
  }
  bytes.write(isLittle ? 'II*\0' : 'MM\0*', 'latin1')
  write(4, 4, 8)
  write(8, 2, 1)
  entry(10, [0x8825, 4, 1, 26])
  write(26, 2, 1)
  entry(28, [2, 5, 3, 44])
  return Buffer.concat([bytes, latitudeBytes(isLittle)])
}

/** Puts a segment with this kind and content at the start of a JPEG. */
export const withJpegSegment = (bytes: Buffer, kind: number, content: Buffer) => {
  const head = Buffer.from([0xff, kind, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([bytes.subarray(0, 2), head, content, bytes.subarray(2)])
}

/** What a JPEG or HEIC file has before its EXIF. */
export const exif = (tiff: Buffer) => Buffer.concat([latin('Exif\0\0'), tiff])
