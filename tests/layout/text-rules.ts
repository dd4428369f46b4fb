import { isCode, type SourceFile } from './source-file.ts'

interface TextRule {
  of: RegExp
  except?: RegExp
  refuses: RegExp
  because: string
}

const everything = /./
const tests = /\.test\.tsx?$|^tests\//
/** The crowd's devices give up and try again as clients do; the rules themselves show what they refuse. */
const exceptRigAndRules = /^tests\/(faults\/rig|layout)\//

/** What may not stand in a text of ours. */
const textRules: TextRule[] = [
  {
    of: /\.tsx?$/,
    except: /\.config\.ts$/,
    refuses: /^export default\b|^export \{[^}]*\bas default\b/m,
    because: 'exports have names',
  },
  {
    of: /^(packages|apps|examples)\/.*\.(ts|tsx|css|html|json)$/,
    refuses:
      /\b(cdn\.[a-z-]+\.[a-z]+|unpkg\.com|jsdelivr\.net|cdnjs\.\w+|esm\.sh|skypack\.dev|fonts\.(googleapis|gstatic)\.com)\b/i,
    because: 'nothing loads from somebody else’s server at run time',
  },
  {
    of: everything,
    refuses:
      /\b(registry\.(npmjs|yarnpkg)\.[a-z]+|npmmirror\.com|(deb|security|ftp)\.debian\.org|pypi\.org|proxy\.golang\.org)\b/i,
    because: 'which registry is used is the machine’s business',
  },
  {
    of: /\.(ts|tsx|css)$/,
    refuses: /(\/\/|\/\*|\*)\s*(TODO|FIXME|XXX|HACK)\b/,
    because: 'what is left to do is an issue, not a comment',
  },
  {
    of: tests,
    except: exceptRigAndRules,
    refuses: /\b(timeout: *|(timeout|setDefaultTimeout)\()\d[\d_]*|^ *\}, \d[\d_]*\)/m,
    because: 'deadlines come from patience',
  },
  {
    of: /\.test\.tsx?$/,
    except: exceptRigAndRules,
    refuses: /(?<!\b(stopClock|useFakeTimers)\b[\s\S]*)\b(Date|performance)\.now\(\)/,
    because: 'a test that reads the clock stops it first',
  },
  {
    of: /^packages\/react\/src\/headless\//,
    refuses: /\bparley-[a-z]+|\bclassName=/,
    because: 'a headless part has no looks of its own',
  },
  {
    // Words between tags, a line that has nothing but words, and labels.
    of: /^packages\/react\/src\/.*\.tsx$/,
    refuses:
      /^(?![ \t]*(?:\/\/|\/?\*)).*(?<!=)>[ ]*\p{L}[^<>{}();=]*<\/|^[ \t]+\p{Lu}[\p{L}’]+( [\p{L}’,]+)+[.!?…]?$|^(?![ \t]*(?:\/\/|\/?\*)).*\b(label|title|hint|placeholder|aria-label)=(?:["']|\{["'`])\p{L}.*$/mu,
    because: 'every word of a component comes from texts/',
  },
  {
    of: /^packages\/react\/src\/.*\.tsx?$/,
    refuses: /\bdocument\.(querySelector|querySelectorAll|getElement\w+)\b/,
    because: 'a component reaches its elements by a ref, or from the element of an event',
  },
]

/** Texts that break a rule, a sentence for each, with the reason of the rule. */
export const textViolations = (files: SourceFile[]): string[] =>
  files.flatMap(({ path, text }) =>
    textRules
      .filter(({ of, except, refuses }) => of.test(path) && !except?.test(path) && refuses.test(text))
      .map(({ refuses, because }) => `${path} has "${text.match(refuses)?.[0].trim()}": ${because}`),
  )

const literal = /'([a-z]+\.[a-zA-Z]+)'/g
/** Those who speak the protocol; tsc checks most of their literals against the catalogue, and this rule all of them. */
const speakers =
  /^packages\/(protocol|client)\/src\/|^packages\/server\/src\/(core|features|files|host|webhooks|sockets|web|engine|dialects|cluster|observability|testing)\//
const bystanders = /^(packages|apps)\/[^/]+\/src\//

/** Names of operations and events: only where the protocol is spoken, and only those that exist. */
export const vocabularyViolations = (files: SourceFile[], names: readonly string[]): string[] => {
  const nouns = new Set(names.map((name) => name.slice(0, name.indexOf('.'))))
  return files
    .filter((file) => isCode(file) && bystanders.test(file.path))
    .flatMap(({ path, text }) => {
      const spoken = [...text.matchAll(literal)].map(([, name = '']) => name)
      return [...new Set(spoken)]
        .filter((name) => nouns.has(name.slice(0, name.indexOf('.'))))
        .filter((name) => !speakers.test(path) || !names.includes(name))
        .map((name) =>
          names.includes(name)
            ? `${path} names '${name}': only protocol, client and server speak in operations and events`
            : `${path} names '${name}', which is not in the catalogue`,
        )
    })
}
