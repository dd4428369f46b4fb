import {
  deepBoxes,
  gifHead,
  jpeg,
  jpegWithPosition,
  latin,
  mp4Box,
  mp4Head,
  png,
  pngBomb,
  square,
  text,
  withJpegComment,
  withJpegSize,
  withPngText,
  zip,
} from './byte-formats.ts'
import type { HostileFile } from './hostile-files.ts'

const scriptOf = (program: string) => `<script>${program}</script>`

/** Files that are valid in two formats. */
const polyglots: HostileFile[] = [
  ['a GIF that is a program', 'a.gif', ({ program }) => latin(`GIF89a/*\0\0*/=1;${program}//`)],
  [
    'a GIF that is an archive',
    'a.gif',
    async () => Buffer.concat([await square(10).gif().toBuffer(), zip('x.class', 'x')]),
  ],
  [
    'a JPEG with a page behind it',
    'a.jpg',
    async ({ program }) => Buffer.concat([await jpeg(), text(scriptOf(program))]),
  ],
  [
    'a JPEG with a page in its comment',
    'a.jpg',
    async ({ program }) => withJpegComment(await jpeg(), scriptOf(program)),
  ],
  [
    'a PNG with a page behind it',
    'a.png',
    async ({ program }) => Buffer.concat([await png(), text(scriptOf(program))]),
  ],
  ['a PNG with a page in its text', 'a.png', async ({ program }) => withPngText(await png(), scriptOf(program))],
  [
    'a WebP with a page behind it',
    'a.webp',
    async ({ program }) => Buffer.concat([await square(10).webp().toBuffer(), text(scriptOf(program))]),
  ],
  ['a BMP that is a program', 'a.bmp', ({ program }) => latin(`BM/*\0\0*/=1;${program}`)],
  [
    'a film with a page in it',
    'a.mp4',
    ({ program }) => Buffer.concat([mp4Head(), mp4Box('free', text(scriptOf(program)))]),
    'video',
  ],
  [
    'a sound with a page in it',
    'a.wav',
    ({ program }) => Buffer.concat([latin('RIFF\xff\0\0\0WAVEfmt '), text(scriptOf(program))]),
    'audio',
  ],
  [
    'a sound with a page for its title',
    'a.mp3',
    ({ program }) => Buffer.concat([latin('ID3\x04\0\0\0\0\0\x7f'), text(scriptOf(program))]),
    'voice',
  ],
  ['a picture that says where it was made', 'home.jpg', jpegWithPosition],
]

/** Files that make a decoder use much time or memory. */
const bombs: HostileFile[] = [
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
  ['a film of boxes in boxes', 'a.mp4', () => Buffer.concat([mp4Head(), deepBoxes(2_000)]), 'video'],
  [
    'a film whose box has no end',
    'a.mp4',
    () =>
      Buffer.concat([mp4Box('ftyp', latin('isom\0\0\0\0')), latin('\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff')]),
    'video',
  ],
  [
    'ASF without end',
    'a.asf',
    () => Buffer.concat([Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex'), Buffer.alloc(100)]),
    'video',
  ],
  [
    'EBML without end',
    'a.webm',
    () => Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(64, 0xff)]),
    'video',
  ],
]

/** Files that may crash a decoder. */
const fragments: HostileFile[] = [
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
  ['nothing but zeros', 'a.bin', () => Buffer.alloc(100_000)],
  ['a single byte', 'a', () => Buffer.alloc(1)],
]

/** Hostile files that are pictures, sound or film: valid in two formats, costly to decode, or damaged. */
export const hostilePictures = [...polyglots, ...bombs, ...fragments]
