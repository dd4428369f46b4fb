import { gzipSync } from 'node:zlib'
import { latin, png, text, zip } from './byte-formats.ts'
import type { HostileFile } from './hostile-files.ts'

const scriptOf = (program: string) => `<script>${program}</script>`
const svgOf = (program: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" onload="${program}">${scriptOf(program)}</svg>`
const xhtmlOf = (program: string) => `<html xmlns="http://www.w3.org/1999/xhtml">${scriptOf(program)}</html>`
const xml = '<?xml version="1.0"?>'
const entities = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'

/** Files that a browser may treat as a page. */
const pages: HostileFile[] = [
  ['a page', 'page.html', ({ program }) => text(`<!doctype html>${scriptOf(program)}`)],
  ['a page that says it is a picture', 'photo.jpg', ({ program }) => text(`<html>${scriptOf(program)}</html>`)],
  ['a page behind a mark of order', 'photo.png', ({ program }) => text(`\ufeff<html>${scriptOf(program)}`)],
  ['a page behind blanks', 'photo.gif', ({ program }) => text(`${' '.repeat(2_000)}<html>${scriptOf(program)}`)],
  ['a page with two endings', 'photo.png.html', ({ program }) => text(`<html>${scriptOf(program)}`)],
  ['a page whose name turns around', 'photo\u202Egnp.html', ({ program }) => text(`<html>${scriptOf(program)}`)],
  [
    'a page behind a picture',
    'photo.html',
    async ({ program }) => Buffer.concat([await png(), text(scriptOf(program))]),
  ],
  ['a page in UTF-16', 'a.txt', ({ program }) => Buffer.from(`\ufeff<html>${scriptOf(program)}`, 'utf16le')],
  ['a page in UTF-7', 'a.txt', ({ program }) => text(`+ADw-script+AD4-${program}+ADw-/script+AD4-`)],
  ['a page of XHTML', 'a.xhtml', ({ program }) => text(`${xml}${xhtmlOf(program)}`)],
  // As a page its first line is a comment and loads the file as a program, in which that line is a comment, too.
  ['a page that is its own program', 'a.html', ({ program }) => text(`<!--><script src="#"></script>\n${program}`)],
  ['a drawing with a program', 'a.svg', ({ program }) => text(svgOf(program))],
  ['a drawing behind XML', 'a.svg', ({ program }) => text(`${xml}${svgOf(program)}`)],
  ['a drawing that is packed', 'a.svgz', ({ program }) => gzipSync(svgOf(program))],
  [
    'a drawing that grows without end',
    'a.svg',
    () => text(`${xml}${entities}<svg xmlns="http://www.w3.org/2000/svg"><text>&c;</text></svg>`),
  ],
  [
    'a drawing that reads a file of the server',
    'a.svg',
    () =>
      text(
        `${xml}<!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&f;</text></svg>`,
      ),
  ],
  ['a style sheet of XML', 'a.xml', () => text(`${xml}<?xml-stylesheet type="text/xsl" href="#x"?><x/>`)],
  ['a feed', 'a.rss', ({ program }) => text(`${xml}<rss><channel>${xhtmlOf(program)}</channel></rss>`)],
  ['a message', 'a.eml', ({ program }) => text(`Content-Type: text/html\r\n\r\n${scriptOf(program)}`)],
  [
    'a page that is packed with its parts',
    'a.mhtml',
    ({ program }) => text(`MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${scriptOf(program)}`),
  ],
]

/** Files that a page, or an operating system, may treat as a program. */
const programs: HostileFile[] = [
  ['a program', 'a.js', ({ program }) => text(program)],
  ['a module', 'a.mjs', ({ program }) => text(`export const x = 1;${program}`)],
  ['an answer that is a program', 'a.json', ({ program }) => text(`/**/${program}`)],
  ['a style sheet', 'a.css', ({ address }) => text(`@import url(${address});`)],
  ['a program of the shell', 'a.sh', () => text('#!/bin/sh\nrm -rf /')],
  ['a program of Windows', 'photo.jpg.exe', () => latin('MZ\x90\0\x03\0\0\0')],
  ['a program of Linux', 'a', () => latin('\x7fELF\x02\x01\x01')],
  ['a program for the web', 'a.wasm', () => latin('\0asm\x01\0\0\0')],
  ['a shortcut', 'a.url', ({ program }) => text(`[InternetShortcut]\nURL=javascript:${program}`)],
  ['a page of Windows', 'a.hta', ({ program }) => text(`<hta:application>${scriptOf(program)}`)],
  ['a Flash film', 'a.swf', () => latin('CWS\x0a\0\0\0\0')],
  ['a Java archive', 'a.jar', () => zip('META-INF/MANIFEST.MF', 'Main-Class: x')],
  ['an archive that leaves its folder', 'a.zip', () => zip('../../../etc/cron.d/x', 'x')],
  ['an office file with a program', 'a.docm', () => zip('word/vbaProject.bin', 'x')],
  [
    'a PDF with a program',
    'a.pdf',
    ({ program }) => text(`%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(${program})>>>>`),
  ],
  ['a PDF that is a page', 'a.pdf', ({ program }) => text(`<html>${scriptOf(program)}<!--\n%PDF-1.7\n-->`)],
]

/** Hostile files that are pages or programs, under any name. */
export const hostilePages = [...pages, ...programs]
