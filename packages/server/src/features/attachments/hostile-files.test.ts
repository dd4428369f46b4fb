import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { askBytes, codeOf, fileOf, sendFiles, tryUpload, tus } from '../../testing/files/uploads.ts'
import { newId, openRoom, refusalOf } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'], { timing: { inspectionMs: 10_000 } })

const latin = (text: string) => Buffer.from(text, 'latin1')
const text = (words: string) => Buffer.from(words)
const script = '<script>fetch("/api/v1/users/me")</script>'
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`
const entities = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'

const square = (width: number, height = width) => sharp({ create: { width, height, channels: 3, background: '#a43' } })
const jpeg = (width = 30) => square(width).jpeg().toBuffer()
const png = (width = 30) => square(width).png().toBuffer()

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})
const crc = (bytes: Buffer) => {
  let c = 0xffffffff
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}
const chunk = (type: string, data: Buffer) => {
  const typed = Buffer.concat([latin(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc(typed))
  return Buffer.concat([length, typed, sum])
}
/** A picture that says it is so large, made of few bytes. */
function pngBomb(width: number, height: number, rows = height): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([1, 0, 0, 0, 0], 8)
  const data = deflateSync(Buffer.alloc(rows * (Math.ceil(width / 8) + 1)), { level: 9 })
  return Buffer.concat([
    latin('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', head),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
const gifHead = (width: number, height: number) => {
  const head = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1')
  head.writeUInt16LE(width, 6)
  head.writeUInt16LE(height, 8)
  return head
}
const zip = (name: string, content: string) => {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt32LE(content.length, 18)
  head.writeUInt32LE(content.length, 22)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, latin(name + content), latin('PK\x05\x06'), Buffer.alloc(18)])
}
const box = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length + 8)
  return Buffer.concat([length, latin(type), data])
}
const deepBoxes = (depth: number): Buffer =>
  depth === 0 ? box('free', Buffer.alloc(4)) : box('moov', deepBoxes(depth - 1))

type Hostile = [what: string, name: string, make: () => Promise<Buffer> | Buffer]

/** What a browser would take for a page or a program. */
const pages: Hostile[] = [
  ['a page', 'page.html', () => text(`<!doctype html>${script}`)],
  ['a page that says it is a picture', 'photo.jpg', () => text(`<html>${script}</html>`)],
  ['a page behind a mark of order', 'photo.png', () => text(`\ufeff<html>${script}`)],
  ['a page behind blanks', 'photo.gif', () => text(`${' '.repeat(2_000)}<html>${script}`)],
  ['a page in UTF-16', 'a.txt', () => Buffer.from(`\ufeff<html>${script}`, 'utf16le')],
  ['a page in UTF-7', 'a.txt', () => text('+ADw-script+AD4-alert(1)+ADw-/script+AD4-')],
  [
    'a page of XHTML',
    'a.xhtml',
    () => text(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">${script}</html>`),
  ],
  ['a drawing with a program', 'a.svg', () => text(svg)],
  ['a drawing behind XML', 'a.svg', () => text(`<?xml version="1.0"?>${svg}`)],
  [
    'a drawing that grows without end',
    'a.svg',
    () => text(`<?xml version="1.0"?>${entities}<svg xmlns="http://www.w3.org/2000/svg"><text>&c;</text></svg>`),
  ],
  [
    'a drawing that reads a file of the server',
    'a.svg',
    () =>
      text(
        '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&f;</text></svg>',
      ),
  ],
  ['a drawing that is packed', 'a.svgz', async () => (await import('node:zlib')).gzipSync(svg)],
  [
    'a style sheet of XML',
    'a.xml',
    () => text('<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#x"?><x/>'),
  ],
  ['a program', 'a.js', () => text('fetch("/api/v1/users/me")')],
  ['a program of the shell', 'a.sh', () => text('#!/bin/sh\nrm -rf /')],
  ['a program of Windows', 'photo.jpg.exe', () => latin('MZ\x90\0\x03\0\0\0')],
  ['a program of Linux', 'a', () => latin('\x7fELF\x02\x01\x01')],
  ['a shortcut', 'a.url', () => text('[InternetShortcut]\nURL=javascript:alert(1)')],
  ['a PDF with a program', 'a.pdf', () => text('%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>')],
  ['a PDF that is a page', 'a.pdf', () => text(`<html>${script}<!--\n%PDF-1.7\n-->`)],
  ['a Flash film', 'a.swf', () => latin('CWS\x0a\0\0\0\0')],
  ['a Java archive', 'a.jar', () => zip('META-INF/MANIFEST.MF', 'Main-Class: x')],
  ['an archive that leaves its folder', 'a.zip', () => zip('../../../etc/cron.d/x', 'x')],
  ['an office file with a program', 'a.docm', () => zip('word/vbaProject.bin', 'x')],
  ['a message', 'a.eml', () => text(`Content-Type: text/html\r\n\r\n${script}`)],
]

/** Two things at once. */
const polyglots: Hostile[] = [
  ['a GIF that is a program', 'a.gif', () => latin('GIF89a/*\0\0*/=1;alert(1)//')],
  [
    'a GIF that is an archive',
    'a.gif',
    async () => Buffer.concat([await square(10).gif().toBuffer(), zip('x.class', 'x')]),
  ],
  ['a JPEG with a page behind it', 'a.jpg', async () => Buffer.concat([await jpeg(), text(script)])],
  ['a JPEG with a page in its comment', 'a.jpg', async () => withJpegComment(await jpeg(), script)],
  ['a PNG with a page behind it', 'a.png', async () => Buffer.concat([await png(), text(script)])],
  ['a PNG with a page in its text', 'a.png', async () => withPngText(await png(), script)],
  [
    'a WebP with a page behind it',
    'a.webp',
    async () => Buffer.concat([await square(10).webp().toBuffer(), text(script)]),
  ],
  ['a BMP that is a program', 'a.bmp', () => latin('BM/*\0\0*/=1;alert(1)')],
  [
    'a film with a page in it',
    'a.mp4',
    () => Buffer.concat([box('ftyp', latin('isom\0\0\0\0isom')), box('free', text(script))]),
  ],
  ['a sound with a page in it', 'a.wav', () => Buffer.concat([latin('RIFF\xff\0\0\0WAVEfmt '), text(script)])],
  ['a sound with a page for its title', 'a.mp3', () => Buffer.concat([latin('ID3\x04\0\0\0\0\0\x7f'), text(script)])],
]

/** What keeps a decoder busy, or breaks it. */
const bombs: Hostile[] = [
  ['a PNG of 16,000 × 16,000', 'a.png', () => pngBomb(16_000, 16_000)],
  ['a PNG of 60,000 × 60,000', 'a.png', () => pngBomb(60_000, 60_000, 10)],
  ['a PNG of the largest size that can be said', 'a.png', () => pngBomb(0x7fffffff, 0x7fffffff, 1)],
  ['a PNG of no size', 'a.png', () => pngBomb(0, 0, 1)],
  ['a long PNG', 'a.png', () => pngBomb(1, 60_000_000, 10)],
  ['a GIF of 65,535 × 65,535', 'a.gif', () => Buffer.concat([gifHead(65_535, 65_535), latin(';')])],
  [
    'a GIF of ten thousand large pictures',
    'a.gif',
    () =>
      Buffer.concat([
        gifHead(5_000, 5_000),
        Buffer.concat(
          Array.from({ length: 10_000 }, () => Buffer.from(',\0\0\0\0\x88\x13\x88\x13\0\x02\x02D\x01\0', 'latin1')),
        ),
        latin(';'),
      ]),
  ],
  ['a JPEG that says it is larger', 'a.jpg', async () => withJpegSize(await jpeg(), 65_500, 65_500)],
  ['a JPEG that is cut', 'a.jpg', async () => (await jpeg(300)).subarray(0, 400)],
  ['a PNG that is cut', 'a.png', async () => (await png(300)).subarray(0, 100)],
  ['a WebP that is cut', 'a.webp', async () => (await square(300).webp().toBuffer()).subarray(0, 60)],
  ['a GIF that is cut', 'a.gif', async () => (await square(300).gif().toBuffer()).subarray(0, 60)],
  ['an AVIF that is cut', 'a.avif', async () => (await square(30).avif().toBuffer()).subarray(0, 200)],
  ['the first bytes of a JPEG alone', 'a.jpg', () => latin('\xff\xd8\xff')],
  [
    'a PNG with wrong sums',
    'a.png',
    async () => Buffer.concat([(await png()).subarray(0, 60), Buffer.alloc(200, 0xff)]),
  ],
  ['a TIFF, whose decoder is off', 'a.tiff', () => square(10).tiff().toBuffer()],
  ['an icon', 'a.ico', () => latin('\0\0\x01\0\xff\xff')],
  [
    'a film of boxes in boxes',
    'a.mp4',
    () => Buffer.concat([box('ftyp', latin('isom\0\0\0\0isom')), deepBoxes(2_000)]),
  ],
  [
    'a film whose box has no end',
    'a.mp4',
    () => Buffer.concat([box('ftyp', latin('isom\0\0\0\0')), latin('\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff')]),
  ],
  [
    'ASF without end',
    'a.asf',
    () => Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), Buffer.alloc(100)]),
  ],
  ['EBML without end', 'a.webm', () => Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(64, 0xff)])],
  ['nothing but zeros', 'a.bin', () => Buffer.alloc(100_000)],
  ['a single byte', 'a', () => Buffer.alloc(1)],
]

const withJpegComment = (bytes: Buffer, words: string) => {
  const head = Buffer.from([0xff, 0xfe, 0, words.length + 2])
  return Buffer.concat([bytes.subarray(0, 2), head, latin(words), bytes.subarray(2)])
}
const withPngText = (bytes: Buffer, words: string) =>
  Buffer.concat([bytes.subarray(0, 33), chunk('tEXt', latin(`Comment\0${words}`)), bytes.subarray(33)])
const withJpegSize = (bytes: Buffer, width: number, height: number) => {
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  const changed = Buffer.from(bytes)
  changed.writeUInt16BE(height, at + 5)
  changed.writeUInt16BE(width, at + 7)
  return changed
}

const shownInline = /^(image\/(jpeg|png|webp|gif|avif)|(audio|video)\/[a-z0-9]+)$/

let room: string
beforeAll(async () => {
  room = await openRoom(ana, [bo])
})

describe.each([...pages, ...polyglots, ...bombs])('%s', (_, name, make) => {
  test('is refused, or is harmless when it is given', async () => {
    const bytes = await make()
    const { id, answer } = await tryUpload(server, ana, bytes, { kind: 'image', name })
    expect(answer.status).toBe(204)
    await sendFiles(ana, room, [id])
    const given = await fileOf(server, id, bo)
    const { headers } = given
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    const type = headers.get('content-type') ?? ''
    const isInline = headers.get('content-disposition')?.startsWith('inline')
    expect(isInline ? type : 'application/octet-stream').toMatch(isInline ? shownInline : /^application\/octet-stream$/)
    if (!isInline) expect(type).toBe('application/octet-stream')
    const body = Buffer.from(await given.arrayBuffer())
    // What was written anew holds nothing but the picture.
    if (type.startsWith('image/')) expect(body.includes('script')).toBe(false)
    const { attachment } = await bo.ask('attachment.get', { attachmentId: id })
    if (attachment.kind !== 'image') expect(attachment.thumbhash).toBe(null)
  })
})

test('a picture says nothing of where, when and with what it was made, and stands upright', async () => {
  const where = await square(40, 20)
    .withExif({
      IFD0: { Make: 'Canary Camera', Artist: 'Ana' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  const { id } = await tryUpload(server, ana, where, { kind: 'image', name: 'home.jpg' })
  const given = Buffer.from(await (await fileOf(server, id, ana)).arrayBuffer())
  const { exif, orientation, width, height } = await sharp(given).metadata()
  expect({ exif, orientation, width, height }).toEqual({
    exif: undefined,
    orientation: undefined,
    width: 20,
    height: 40,
  })
  for (const word of ['Canary', 'Ana', 'GPS', 'Exif']) expect(given.includes(word)).toBe(false)
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Windows\\system32\\cmd.exe', 'cmd.exe'],
  ['photo\u202Egpj.exe', 'photogpj.exe'],
  ['photo.jpg\u0007.exe', 'photo.jpg.exe'],
  ['a\u200Bb\u2066c.txt', 'abc.txt'],
  ['..', 'file'],
  ['.htaccess', 'htaccess'],
  ['   ', 'file'],
  ['con<>:"|?*.txt', 'con_______.txt'],
  ['a\r\nSet-Cookie: x=1', 'aSet-Cookie_ x=1'],
  [`${'x'.repeat(300)}.jpeg`, `${'x'.repeat(115)}.jpeg`],
])('the name %j is kept as %j', async (given, kept) => {
  const { id } = await tryUpload(server, ana, Buffer.from('x'), { name: given })
  expect((await ana.ask('attachment.get', { attachmentId: id })).attachment.name).toBe(kept)
})

test('what says it has five gigabytes, nothing, or less is refused before a byte of it comes', async () => {
  const create = (size: unknown) => refusalOf(ana, 'attachment.create', { id: newId(), name: 'x', size })
  expect(await create(5 * 1024 ** 3)).toMatchObject({ code: 'file_too_large' })
  for (const size of [0, -1, 0.5, 2 ** 53, '5', null])
    expect(await create(size)).toMatchObject({ code: 'invalid_input' })
  for (const length of ['5368709120', '-1', '1e9', '', 'NaN']) {
    const answer = await askBytes(server, '/uploads', {
      person: ana,
      method: 'POST',
      headers: { ...tus, 'upload-length': length },
    })
    expect(['file_too_large', 'invalid_input']).toContain(await codeOf(answer))
  }
})
