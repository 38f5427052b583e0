import { createHash, type Hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ProviderKind } from '../core/provider.js'
import type { ContentVocabulary } from '../policies/guardrails/content/vocabulary.js'
import type { PiiVocabulary } from '../policies/pii/vocabulary.js'
import type { PemFile } from './config/admin.js'
import { readDocument } from './config/document.js'
import { expand, reason } from './config/expand.js'
import { establishedBy } from './config/identity.js'
import { faultsOf } from './config/issues.js'
import { type Fault, formatPath, type Path, type Problem } from './config/problems.js'
import { configSchema, type Surroundings } from './config/schema.js'
import { type SecretFiles, secretFiles } from './config/secret-files.js'
import type { Config } from './config/settings.js'
import { type Data, readTree, type Tree } from './config/tree.js'
import { warningsFor } from './config/warnings.js'

export { formatProblem, type Problem } from './config/problems.js'
export type { Config, TargetSettings } from './config/settings.js'

/** What a configuration text is read with. */
export interface ConfigSource {
  /** The configuration file: relative paths inside it start at its folder. */
  readonly path: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads a file as UTF-8; gets absolute paths, throws when it cannot. */
  readFile(path: string): string
  /** The provider kinds that this build has. */
  readonly kinds: readonly ProviderKind[]
  /** The tokenizers that a `catalog` entry may name. */
  readonly tokenizers: readonly string[]
  /** What `pii` may name; absent in a build without a detector, which refuses the section. */
  readonly pii?: PiiVocabulary
  /** What guards of content may name; absent in a build that has none. */
  readonly content?: ContentVocabulary
}

/**
 * A configuration, or why there is none: problems in the file's order, at least one. `files` are the absolute paths of
 * all files that the text names, readable or not; they are to be watched along with the configuration file.
 */
export type ParsedConfig =
  | {
      readonly ok: true
      readonly config: Config
      readonly warnings: readonly Problem[]
      readonly files: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly files: readonly string[] }

/** Reads a configuration from YAML text. Never throws: whatever is wrong comes as problems with line and column. */
export function parseConfig(text: string, source: ConfigSource): ParsedConfig {
  const files = secretFiles(source.path, source.readFile)
  const read = readDocument(text)
  const located = (faults: readonly Fault[]) => toProblems(faults, (at) => read.lines.linePos(at))
  if (!read.ok) return { ok: false, problems: located(read.faults), files: [] }

  const file = (path: string) => files.read(path).replace(/\r?\n$/, '')
  const tree = readTree(read.document, (text) => expand(text, { env: source.env, file }))
  const digest = createHash('sha256').update(text)
  const parsed = configSchema(surroundings(source, tree, files, digest)).safeParse(tree.data)
  if (parsed.success && tree.faults.length === 0) {
    const config: Config = { ...parsed.data, fingerprint: digest.digest('hex').slice(0, 16) }
    return { ok: true, config, warnings: located(warningsFor(config, tree.place)), files: files.seen() }
  }
  const issues = parsed.success ? [] : faultsOf(parsed.error.issues, tree)
  // A value that could not be read has been reported; what the schema says of its remains would only confuse.
  const unread = new Set(tree.unread.map(formatPath))
  const news = issues.filter((fault) => !ancestry(fault.path).some((path) => unread.has(formatPath(path))))
  return { ok: false, problems: located([...tree.faults, ...news]), files: files.seen() }
}

/** What a configuration file is read with. */
export interface FileSource extends Omit<ConfigSource, 'path' | 'readFile'> {
  readonly readFile?: ConfigSource['readFile'] | undefined
}

const readText: ConfigSource['readFile'] = (path) => readFileSync(path, 'utf8')

/** Reads a configuration file; one that cannot be read is a problem at 1:1. */
export function loadConfigFile(path: string, source: FileSource): ParsedConfig {
  const { readFile = readText } = source
  try {
    return parseConfig(readFile(path), { ...source, path, readFile })
  } catch (error) {
    const message = `cannot be read (${reason(error)}); it must be a readable file`
    return { ok: false, problems: [{ path: '', line: 1, column: 1, message }], files: [] }
  }
}

function surroundings(
  { env, kinds, tokenizers, pii, content }: ConfigSource,
  { data }: Tree,
  files: SecretFiles,
  digest: Hash,
): Surroundings {
  const section = (name: string) => (data instanceof Map ? data.get(name) : undefined)
  return {
    kinds,
    tokenizers,
    pii,
    content,
    classifies: data instanceof Map && data.has('classification'),
    classifiable: { entities: pii && entitiesIn(pii, section('pii')), guards: textsIn(section('guardrails')) },
    providers: keysOf(section('providers')),
    models: keysOf(section('models')),
    regions: regionsIn(section('providers')),
    established: establishedBy(section('identity'), data instanceof Map && data.has('keys') ? 'keys' : 'no keys'),
    duplicates: duplicates([...namesIn(section('budgets')), ...namesIn(section('limits'))]),
    redisUrl: env['TOLLGATE_REDIS_URL'] || undefined,
    resolve: files.resolve,
    sourceFile: (path) => {
      try {
        const text = files.read(path)
        digest.update(text)
        return { ok: true, path: files.resolve(path), text }
      } catch (error) {
        return { ok: false, message: `cannot be read (${reason(error)}); it must be a readable file` }
      }
    },
    certificates: (path) => pemFile(path, files, /-----BEGIN CERTIFICATE-----/, 'a PEM file of certificates'),
    privateKey: (path) =>
      pemFile(path, files, /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/, 'a PEM file of a private key'),
  }
}

function pemFile(path: string, files: SecretFiles, mark: RegExp, what: string): ReturnType<PemFile> {
  try {
    const pem = mark.test(files.read(path))
    return pem ? { ok: true, path: files.resolve(path) } : { ok: false, message: `is not ${what}` }
  } catch (error) {
    return { ok: false, message: `cannot be read (${reason(error)}); it must be ${what}` }
  }
}

function keysOf(section: Data | undefined): readonly string[] | undefined {
  return section instanceof Map ? [...section.keys()] : undefined
}

/** Where providers are: the regions and locations that the file names. */
function regionsIn(section: Data | undefined): readonly string[] | undefined {
  if (!(section instanceof Map)) return undefined
  const regions = [...section.values()].map((provider) =>
    provider instanceof Map ? (provider.get('region') ?? provider.get('location')) : undefined,
  )
  return regions.filter((region) => typeof region === 'string')
}

function namesIn(section: Data | undefined): readonly unknown[] {
  return Array.isArray(section) ? section.map((entry) => (entry instanceof Map ? entry.get('name') : undefined)) : []
}

/** What the filter of personal data can find: this build's entities and secrets, and what the file adds. */
function entitiesIn({ entities, secrets }: PiiVocabulary, section: Data | undefined): readonly string[] {
  const rules = Array.isArray(section) ? section : [section]
  const own = rules.flatMap((rule) =>
    rule instanceof Map ? [...(keysOf(rule.get('deny')) ?? []), ...textsIn(rule.get('patterns'))] : [],
  )
  return [...entities.keys(), ...secrets, ...own]
}

function textsIn(section: Data | undefined): readonly string[] {
  return namesIn(section).filter((name) => typeof name === 'string')
}

function duplicates(names: readonly unknown[]): ReadonlySet<string> {
  const texts = names.filter((name) => typeof name === 'string')
  const seen = new Set<string>()
  return new Set(texts.filter((name) => seen.size === seen.add(name).size))
}

function ancestry(path: Path): readonly Path[] {
  return [path, ...path.map((_, length) => path.slice(0, length))]
}

function toProblems(faults: readonly Fault[], position: (at: number) => { line: number; col: number }) {
  const problems = faults.map(({ path, at, message }): Problem => {
    const { line, col } = position(at)
    return { path: formatPath(path), line: Math.max(line, 1), column: Math.max(col, 1), message }
  })
  return problems.sort((a, b) => a.line - b.line || a.column - b.column)
}
