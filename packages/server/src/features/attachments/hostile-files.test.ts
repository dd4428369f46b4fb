import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { askBytes, codeOf, fileOf, sendFiles, tryUpload, tus } from '../../testing/files/uploads.ts'
import {
  exif,
  jpeg,
  jpegWithPosition,
  latin,
  latitudeBytes,
  mp4Box,
  pngBomb,
  tiffWithPosition,
  withJpegSegment,
  withJpegSize,
  withPngText,
} from '../../testing/hostile/byte-formats.ts'
import { hostileFiles } from '../../testing/hostile/hostile-files.ts'
import { newId, openRoom, refusalOf } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'], { timing: { inspectionMs: 10_000 } })

const mark = { program: "fetch('/executed')", address: '/executed' }

const shownInline = /^(image\/(jpeg|png|webp|gif|avif)|(audio|video)\/[a-z0-9]+)$/

let room: string
beforeAll(async () => {
  room = await openRoom(ana, [bo])
})

describe.each(hostileFiles)('%s', (_, name, make, kind = 'image') => {
  test('is refused or is downloaded in a harmless form', async () => {
    const { id, answer } = await tryUpload(server, ana, await make(mark), { kind, name })
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
    if (type.startsWith('image/')) expect(body.includes('executed')).toBe(false)
    const { attachment } = await bo.ask('attachment.get', { attachmentId: id })
    if (attachment.kind !== 'image') expect(attachment.thumbhash).toBe(null)
  })
})

test('metadata and position are removed from a picture, and its orientation is applied to the pixels', async () => {
  const { id } = await tryUpload(server, ana, await jpegWithPosition(), { kind: 'image', name: 'home.jpg' })
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

/** Pictures that are not decoded, each with its position where its format has it. */
const undecoded: [string, (isLittle: boolean) => Buffer | Promise<Buffer>][] = [
  ['a JPEG of too many pixels', async (order) => withPosition(withJpegSize(await jpeg(), 65_500, 65_500), order)],
  ['a JPEG that is cut', async (order) => withPosition((await jpeg(300)).subarray(0, 400), order)],
  ['a TIFF', tiffWithPosition],
  [
    'a HEIC',
    (order) =>
      Buffer.concat([mp4Box('ftyp', latin('heic\0\0\0\0mif1heic')), mp4Box('mdat', exif(tiffWithPosition(order)))]),
  ],
]

const withPosition = (bytes: Buffer, isLittle: boolean) =>
  withJpegSegment(bytes, 0xe1, exif(tiffWithPosition(isLittle)))

const servedOf = async (bytes: Buffer, name: string) => {
  const { id, answer } = await tryUpload(server, ana, bytes, { kind: 'image', name })
  expect(answer.status).toBe(204)
  expect((await ana.ask('attachment.get', { attachmentId: id })).attachment.thumbhash).toBe(null)
  return Buffer.from(await (await fileOf(server, id, ana)).arrayBuffer())
}

describe.each([true, false])(
  'the position is removed from a picture that is not decoded (little endian: %s)',
  (isLittle) => {
    test.each(undecoded)('%s', async (_, make) => {
      const bytes = await make(isLittle)
      const position = latitudeBytes(isLittle)
      expect(bytes.includes(position)).toBe(true)
      const served = await servedOf(bytes, 'home.jpg')
      expect(served.length).toBe(bytes.length)
      expect(served.includes(position)).toBe(false)
    })
  },
)

test('nothing else of such a picture is changed', async () => {
  const plain = withJpegSize(await jpeg(), 65_500, 65_500)
  const served = await servedOf(withPosition(plain, true), 'home.jpg')
  expect(Buffer.concat([served.subarray(0, 2), served.subarray(-plain.length + 2)])).toEqual(plain)
  expect(await servedOf(plain, 'nowhere.jpg')).toEqual(plain)
})

const place = 'exif:GPSLatitude="51,30.15N" photoshop:City="Canary Wharf"'
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description ${place}/></rdf:RDF></x:xmpmeta>`
const longXmp = latin(xmp.replace('photoshop:', `${' '.repeat(1_048_576)}photoshop:`))

test.each<[string, () => Buffer | Promise<Buffer>]>([
  [
    'in XMP',
    async () =>
      withJpegSegment(withJpegSize(await jpeg(), 65_500, 65_500), 0xe1, latin(`http://ns.adobe.com/xap/1.0/\0${xmp}`)),
  ],
  ['in XMP of more than 1 MiB', () => Buffer.concat([tiffWithPosition(true), longXmp])],
  [
    'in XMP of several segments',
    async () => {
      let bytes = withJpegSize(await jpeg(), 65_500, 65_500)
      for (let end = longXmp.length; end > 0; end -= 65_000) {
        const part = longXmp.subarray(Math.max(0, end - 65_000), end)
        bytes = withJpegSegment(bytes, 0xe1, Buffer.concat([latin('http://ns.adobe.com/xmp/extension/\0'), part]))
      }
      return bytes
    },
  ],
  [
    'in XMP without an end',
    async () => {
      const begun = latin('<x:xmpmeta><rdf:Description exif:GPSLatitude="51,30.15N">')
      return withJpegSegment(withJpegSize(await jpeg(), 65_500, 65_500), 0xe1, begun)
    },
  ],
  [
    'in IPTC',
    async () =>
      withJpegSegment(withJpegSize(await jpeg(), 65_500, 65_500), 0xed, latin('Photoshop 3.0\u00008BIM Canary Wharf')),
  ],
  ['in a text of a PNG', () => withPngText(pngBomb(16_000, 16_000), 'Canary Wharf')],
])('the position %s is removed from a picture that is not decoded', async (_, make) => {
  const bytes = await make()
  const served = await servedOf(bytes, 'home.jpg')
  expect(served.length).toBe(bytes.length)
  for (const word of ['Canary', '51,30']) expect(served.includes(word)).toBe(false)
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
])('the name %j is stored as %j', async (given, kept) => {
  const { id } = await tryUpload(server, ana, Buffer.from('x'), { name: given })
  expect((await ana.ask('attachment.get', { attachmentId: id })).attachment.name).toBe(kept)
})

test.each([`${'x'.repeat(119)} and more`, `${'x'.repeat(119)}. And more`, '.. .name', 'e\u200B\u0301'])(
  'a name that is stored, such as that of %j, is stored as it is when it is sent again',
  async (given) => {
    const input = { id: newId(), size: 10 }
    const { name } = (await ana.ask('attachment.create', { ...input, name: given })).attachment
    expect((await ana.ask('attachment.create', { ...input, name })).attachment.name).toBe(name)
  },
)

test('an announced size of five gigabytes, zero or an invalid number is refused before any upload', async () => {
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
