import type { ResponseFormat } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import type { AnswerText, Guard, Judgement } from '../guard.js'
import { createSchemaCompiler, type SchemaCheck, type SchemaCompiler } from './schema/compile.js'
import { SchemaFault } from './schema/prepare.js'
import type { JsonSchemaSettings } from './settings.js'

const CLEAN: Judgement = { kind: 'clean' }
const ANY_JSON: SchemaCheck = () => undefined

/**
 * Holds answers to a JSON Schema: the text of a choice, all its blocks together, is JSON that fits. The reason is the keyword that it
 * fails, or `not-json`. Calls of tools and refusals are no answers of that kind. A schema that a client asks for and that cannot be
 * checked is a failure. Throws where one's own cannot be compiled.
 */
export function jsonSchemaGuard({ schema }: JsonSchemaSettings): Guard {
  const compiler = createSchemaCompiler()
  const own = schema === 'request' ? undefined : compiled(compiler, schema)
  return {
    window: 'whole',
    open({ format }) {
      const check = own ?? checkFor(format, compiler)
      return check && { answer: (texts) => judge(check, texts) }
    },
  }
}

function compiled(compiler: SchemaCompiler, schema: JsonObject): SchemaCheck {
  try {
    return compiler.compile(schema)
  } catch (cause) {
    throw new Error(`its schema ${cause instanceof SchemaFault ? cause.message : 'cannot be compiled'}`, { cause })
  }
}

/** What checks the form that a client has asked for; undefined where it has asked for none. */
function checkFor(format: ResponseFormat | undefined, compiler: SchemaCompiler): SchemaCheck | undefined {
  if (format === undefined || format.type === 'text') return undefined
  const schema = format.type === 'json-schema' ? format.schema : undefined
  if (schema === undefined) return ANY_JSON
  return (value, length) => compiler.compile(schema)(value, length)
}

function judge(check: SchemaCheck, texts: readonly AnswerText[]): Judgement {
  const said = texts.flatMap(({ kind, text }) => (kind === 'text' ? [text] : [])).join('')
  if (said.trim() === '' && texts.some(({ kind }) => kind === 'tool-call' || kind === 'refusal')) return CLEAN
  const parsed = parse(said)
  if (parsed === undefined) return { kind: 'hit', reason: 'not-json' }
  const keyword = check(parsed.value, said.length)
  return keyword === undefined ? CLEAN : { kind: 'hit', reason: inWords(keyword) }
}

function parse(text: string): { readonly value: JsonValue } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** `additionalProperties` as `additional-properties`. */
function inWords(keyword: string): string {
  return keyword.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll(' ', '-')
}
