import { Composer, type CST, type Document, type ErrorCode, LineCounter, Parser, type YAMLError } from 'yaml'
import type { Fault } from './problems.js'

/** A composed YAML document with its line index, or what keeps it from being one. */
export type ReadDocument =
  | { readonly ok: true; readonly document: Document.Parsed; readonly lines: LineCounter }
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly lines: LineCounter }

const DEEPEST = 64
const MOST_ERRORS = 20

/**
 * Reads one YAML 1.2 document (core schema, no merge keys, no tags of other schemas). Duplicate keys are not looked
 * for here. Errors come with offsets and in words of our own wherever the library would quote the file.
 */
export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter()
  const refused = (faults: readonly Fault[]): ReadDocument => ({ ok: false, faults, lines })
  // A byte order mark takes no column in an editor.
  const tokens = [...new Parser(lines.addNewLine).parse(text.replace(/^\uFEFF/, ''))]
  // The composer recurses, and running out of stack inside it can take the process down: look at the depth first.
  const deep = tokens.map(tooDeep).find((offset) => offset !== undefined)
  if (deep !== undefined) return refused([fault(deep, `is nested too deep; at most ${DEEPEST} levels are allowed`)])

  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    lineCounter: lines,
  })
  const [document, second] = [...composer.compose(tokens, true, text.length)]
  if (document === undefined) return refused([fault(0, 'is not a YAML document')])
  if (second !== undefined) {
    return refused([fault(second.range[0], 'is a second YAML document; a configuration file holds exactly one')])
  }
  const errors = [...document.errors, ...document.warnings]
  if (errors.length > 0) return refused(firstPerLine(errors, lines).map((error) => fault(error.pos[0], spoken(error))))
  if (document.directives.yaml.version !== '1.2') return refused([fault(0, SPOKEN.BAD_DIRECTIVE)])
  return { ok: true, document, lines }
}

function fault(at: number, message: string): Fault {
  return { path: [], at, message }
}

/** The offset of the first token found below the allowed depth; iterative, as the input may be hostile. */
function tooDeep(root: CST.Token): number | undefined {
  const pending: { readonly token: CST.Token; readonly depth: number }[] = [{ token: root, depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next
    if (depth > DEEPEST) return 'offset' in token ? token.offset : 0
    if (token.type === 'document' && token.value !== undefined) pending.push({ token: token.value, depth })
    if (!('items' in token)) continue
    for (const { key, value } of token.items) {
      if (key) pending.push({ token: key, depth: depth + 1 })
      if (value) pending.push({ token: value, depth: depth + 1 })
    }
  }
  return undefined
}

/** One slip makes a parser complain several times: the first complaint of a line is the useful one. */
function firstPerLine(errors: readonly YAMLError[], lines: LineCounter): readonly YAMLError[] {
  const seen = new Set<number>()
  const first: YAMLError[] = []
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = lines.linePos(error.pos[0])
    if (seen.has(line)) continue
    seen.add(line)
    first.push(error)
  }
  return first.slice(0, MOST_ERRORS)
}

const SPOKEN: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) takes neither tag nor anchor',
  BAD_ALIAS: 'is no alias; write *name for an anchor &name further up',
  BAD_COLLECTION_TYPE: 'has a tag that does not fit; write plain maps and lists',
  BAD_DIRECTIVE: 'has a directive that is not allowed; the only one is %YAML 1.2',
  BAD_DQ_ESCAPE: 'has an unknown escape in a double-quoted string; single quotes take backslashes as they are',
  BAD_INDENT: 'is not indented like its neighbours, or a bracket is not closed; use the same number of spaces',
  BAD_PROP_ORDER: 'has a tag or anchor in the wrong place; it goes right before the value',
  BAD_SCALAR_START: 'starts with a character that YAML reserves; put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'has a second "key: value" on one line; put it on a line of its own or in quotes',
  BLOCK_IN_FLOW: 'has an indented block inside {} or []; write it with {} or [] too',
  DUPLICATE_KEY: 'is given twice; a key may appear once in its map',
  IMPOSSIBLE: 'is not YAML',
  KEY_OVER_1024_CHARS: 'has a key that is longer than 1024 characters',
  MISSING_CHAR: 'lacks a character: a closing quote or bracket, a comma, a colon or the space after it',
  MULTILINE_IMPLICIT_KEY: 'has a key that spans lines; a colon may be missing, or a quote',
  MULTIPLE_ANCHORS: 'has two anchors; one is allowed',
  MULTIPLE_DOCS: 'is a second YAML document; a configuration file holds exactly one',
  MULTIPLE_TAGS: 'has two tags; write plain values',
  NON_STRING_KEY: 'has a key that is not text; put it in quotes',
  RESOURCE_EXHAUSTION: 'is too large or nested too deep to be read',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'has a tag that is not known; write plain maps, lists, strings, numbers, true, false or null',
  UNEXPECTED_TOKEN: 'does not fit here; look for a missing quote, bracket or indentation on this line or the one above',
}

function spoken(error: YAMLError): string {
  return SPOKEN[error.code]
}
