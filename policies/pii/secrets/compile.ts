import type { SecretRule } from './rule.js'
import { beginnings, compileShape, type Shape } from './shape.js'

/** A shape with what its token must stand up to. */
export interface TokenShape {
  /** The rule's place in `names`. */
  readonly rule: number
  readonly shape: Shape
  readonly entropy: number
  readonly check: ((value: string) => boolean) | undefined
  /** Whether it begins with the rest of a host name, a dot before it. */
  readonly host: boolean
}

/** A shape that begins with an alphabet: it is read back from the sign in it, which stands `least` to `most` behind its start. */
export interface AnchoredShape extends TokenShape {
  readonly least: number
  readonly most: number
}

/** Shapes of values that a name tells. */
export interface NamedShapes {
  readonly name: string
  readonly shapes: readonly TokenShape[]
}

/** All rules that are on, as the readers ask for them. */
export interface SecretIndex {
  /** Entities of the rules. */
  readonly names: readonly string[]
  /** By the first two characters of a token (`first << 7 | second`): 0, or 1 more than the place in `buckets`. */
  readonly pairs: Uint16Array
  readonly buckets: readonly (readonly TokenShape[])[]
  /** By the same: how many letters and digits at least begin a token that has no certain sign behind them; 255 where none does. */
  readonly shortest: Uint8Array
  /** By the sign behind a token. */
  readonly anchored: ReadonlyMap<number, readonly AnchoredShape[]>
  /** 1 for the signs of `anchored`. */
  readonly anchors: Uint8Array
  /** By the first three letters of the name. */
  readonly named: ReadonlyMap<string, readonly NamedShapes[]>
  /** By three letters (see `gramOf`): 1 where a word for secrets may have them. */
  readonly grams: Uint8Array
  /** By four letters (see `startOf`): 1 where a name of `named` may begin with them. */
  readonly starts: Uint8Array
  /** First words of names in `named`, by their first three letters (see `gramOf`). */
  readonly firstWords: ReadonlyMap<number, readonly string[]>
  /** Places of the rules with a reader of their own; -1 where they are off. */
  readonly places: SecretPlaces
}

export interface SecretPlaces {
  readonly privateKey: number
  readonly authorization: number
  readonly curl: number
  readonly url: number
  readonly contribsys: number
  readonly kubernetes: number
  readonly password: number
  readonly secret: number
}

/** No secret begins with more letters and digits in a row: those of manifests have up to 8192, tokens fewer. */
export const LONGEST_SECRET = 8448
const ENTROPY = 2.5
/** What every name of a secret has in it. */
const GENERIC_GRAMS = ['oke', 'ecr', 'pas', 'pwd', 'key', 'cre', 'uth']

/** A place in `grams` for three letters, whatever their case. */
export function gramOf(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31)
}

/** A place in `starts` for three letters (see `gramOf`) and a fourth. */
export function startOf(gram: number, fourth: number): number {
  return ((gram << 1) ^ (gram >>> 6) ^ ((fourth & 31) << 11)) & 0xffff
}

export function compileSecrets(rules: readonly SecretRule[]): SecretIndex {
  const names = rules.map(({ name }) => name)
  const tokens = rules.flatMap((rule, place) => (rule.shapes ?? []).map((written) => tokenShape(rule, place, written)))
  const place = (name: string): number => names.indexOf(name)
  const named = namedShapes(rules)
  const allNames = [...named.values()].flat().map(({ name }) => name)
  const anchored = anchoredShapes(tokens.filter(({ shape }) => shape.fixed === 0))
  return {
    names,
    ...pairTables(tokens.filter(({ shape }) => shape.fixed > 0)),
    anchored,
    anchors: Uint8Array.from({ length: 0x10000 }, (_, code) => (anchored.has(code) ? 1 : 0)),
    named,
    grams: gramTable(),
    starts: startTable(allNames),
    firstWords: firstWordsOf(allNames),
    places: {
      privateKey: place('private_key'),
      authorization: place('authorization_header'),
      curl: place('curl_credentials'),
      url: place('url_password'),
      contribsys: place('sidekiq_credentials'),
      kubernetes: place('kubernetes_secret'),
      password: place('assigned_password'),
      secret: place('assigned_secret'),
    },
  }
}

function tokenShape({ entropy = ENTROPY, check }: SecretRule, rule: number, written: string): TokenShape {
  return { rule, shape: compileShape(written), entropy, check, host: written.startsWith('webhook.') }
}

function pairTables(tokens: readonly TokenShape[]) {
  const pairs = new Uint16Array(1 << 14)
  const buckets: TokenShape[][] = []
  const shortest = new Uint8Array(1 << 14).fill(255)
  for (const token of tokens) {
    const { least, next } = token.shape.lead
    for (const pair of beginnings(token.shape)) {
      if (next < 0) shortest[pair] = Math.min(shortest[pair] ?? 255, least)
      if (pairs[pair] === 0) pairs[pair] = buckets.push([])
      buckets[(pairs[pair] ?? 0) - 1]?.push(token)
    }
  }
  return { pairs, buckets, shortest }
}

function anchoredShapes(tokens: readonly TokenShape[]): ReadonlyMap<number, readonly AnchoredShape[]> {
  const anchored = new Map<number, readonly AnchoredShape[]>()
  for (const token of tokens) {
    const { parts } = token.shape
    const sign = parts.findIndex(({ literal }) => literal >= 0 && !/\w/.test(String.fromCharCode(literal)))
    const underscore = parts.findIndex(({ literal }) => literal === 95)
    const at = sign >= 0 ? sign : underscore
    const before = parts.slice(0, at)
    const code = parts[at]?.literal ?? 0
    const shape = {
      ...token,
      least: before.reduce((sum, { least }) => sum + least, 0),
      most: before.reduce((sum, { most }) => sum + most, 0),
    }
    anchored.set(code, [...(anchored.get(code) ?? []), shape])
  }
  return anchored
}

function namedShapes(rules: readonly SecretRule[]): ReadonlyMap<string, readonly NamedShapes[]> {
  const named = new Map<string, NamedShapes[]>()
  rules.forEach((rule, place) => {
    for (const name of rule.labelled?.names ?? []) {
      const key = name.slice(0, 3)
      const shapes = (rule.labelled?.shapes ?? []).map((written) => tokenShape(rule, place, written))
      named.set(key, [...(named.get(key) ?? []), { name, shapes }])
    }
  })
  return named
}

function gramTable(): Uint8Array {
  const grams = new Uint8Array(1 << 15)
  for (const text of GENERIC_GRAMS) grams[gramOf(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2))] = 1
  return grams
}

function firstWordsOf(names: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const words = new Map<number, readonly string[]>()
  for (const name of names) {
    const gram = gramOf(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2))
    words.set(gram, [...(words.get(gram) ?? []), name.split(' ')[0] ?? name])
  }
  return words
}

function startTable(names: readonly string[]): Uint8Array {
  const starts = new Uint8Array(1 << 16)
  for (const name of names) {
    const gram = gramOf(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2))
    const fourth = name.charCodeAt(3)
    // What stands between words is none of the name.
    const letters = fourth > 32 ? [fourth] : Array.from({ length: 32 }, (_, code) => code)
    for (const letter of letters) starts[startOf(gram, letter)] = 1
  }
  return starts
}
