import type { Texts } from '../texts/english/english.ts'

// The order matters: most browsers also contain the names of later ones in this list.
const browsers: [RegExp, string][] = [
  [/Edg\//u, 'Edge'],
  [/OPR\//u, 'Opera'],
  [/Firefox\//u, 'Firefox'],
  [/Chrom(e|ium)\//u, 'Chrome'],
  [/Safari\//u, 'Safari'],
]

const systems: [RegExp, string][] = [
  [/iPhone|iPad/u, 'iOS'],
  [/Android/u, 'Android'],
  [/Windows/u, 'Windows'],
  [/Mac OS X/u, 'macOS'],
  [/Linux/u, 'Linux'],
]

const nameIn = (list: [RegExp, string][], userAgent: string) => list.find(([sign]) => sign.test(userAgent))?.[1]

/**
 * "Firefox on Windows", from the `User-Agent` of a known browser (Edge, Opera, Firefox, Chrome, Safari); only the
 * browser's name if its system is unknown. A browser that calls itself a known one, too, can have that name: Chrome on
 * iOS is "Safari on iOS". For other programs the `User-Agent` itself, and for an empty one a general name.
 */
export function programName(userAgent: string, texts: Texts['sessions']): string {
  const browser = nameIn(browsers, userAgent)
  const system = nameIn(systems, userAgent)
  if (browser && system) return texts.browserOn(browser, system)
  return browser ?? (userAgent || texts.unknownProgram)
}
