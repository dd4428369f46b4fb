import { fileTypeFromFile } from 'file-type'
import sharp, { type Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { type InspectedImage, type Inspection, type InspectionRequest, unknownType } from './inspection.ts'
import { erasePositionIn } from './position-data.ts'

/*
 * The program of a separate process, so that a file that crashes a decoder or never ends does not stop the server. It
 * inspects one file at a time.
 */

/** 50 million pixels are 8,600 × 5,800, and need 200 MB while the image is decoded. */
const mostPixels = 50_000_000
const longestEdge = { thumbnail: 512, thumbhash: 100 }

/** All other decoders of libvips are blocked, such as those of SVG, PDF and TIFF, some of which read other files. */
const decoders = ['jpeg', 'png', 'webp', 'gif', 'heif'].map((format) => `VipsForeignLoad${nameOf(format)}`)

function nameOf(format: string): string {
  return { jpeg: 'Jpeg', png: 'Png', webp: 'Webp', gif: 'Nsgif', heif: 'Heif' }[format] ?? format
}

sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: decoders })
sharp.cache(false)
sharp.concurrency(1)

const writers: Record<string, (image: Sharp) => Sharp> = {
  'image/jpeg': (image) => image.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }),
  'image/png': (image) => image.png(),
  'image/webp': (image) => image.webp({ quality: 90 }),
  'image/gif': (image) => image.gif(),
  'image/avif': (image) => image.avif({ quality: 60, effort: 2 }),
}
const moving = new Set(['image/gif', 'image/webp'])

const open = (file: string, animated = false) =>
  sharp(file, { animated, limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true }).autoOrient()

async function inspect({ file, isUndecodable }: InspectionRequest): Promise<Inspection> {
  const mime = await typeOf(file)
  const write = isUndecodable ? undefined : writers[mime]
  const image = write ? await reencode(file, mime, write).catch(() => null) : null
  if (image === null && mime.startsWith('image/')) await erasePositionIn(file)
  return { mime, image }
}

/** A broken file that makes the parser fail counts as unknown. */
const typeOf = async (file: string) => (await fileTypeFromFile(file).catch(() => undefined))?.mime ?? unknownType

/** Re-encodes an image without metadata, and writes it and a thumbnail beside the file. */
async function reencode(file: string, mime: string, write: (image: Sharp) => Sharp): Promise<InspectedImage> {
  const written = await write(open(file, moving.has(mime))).toFile(`${file}.original`)
  const small = {
    width: longestEdge.thumbnail,
    height: longestEdge.thumbnail,
    fit: 'inside',
    withoutEnlargement: true,
  } as const
  await open(file).resize(small).webp({ quality: 75 }).toFile(`${file}.thumbnail`)
  const { width = 0, pageHeight, height = 0 } = written
  return { width, height: pageHeight ?? height, thumbhash: await thumbhashOf(`${file}.thumbnail`) }
}

async function thumbhashOf(thumbnail: string): Promise<string> {
  const edge = longestEdge.thumbhash
  const { data, info } = await sharp(thumbnail)
    .resize({ width: edge, height: edge, fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

process.on('message', async (request: InspectionRequest) => {
  const inspection = await inspect(request).catch((): Inspection => ({ mime: unknownType, image: null }))
  process.send?.(inspection)
})
// The process ends with its server.
process.on('disconnect', () => process.exit())
