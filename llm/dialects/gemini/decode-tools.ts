import type { ChatRequest, Tool, ToolChoice } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Steps } from '../../../core/turns.js'
import { type Fields, malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { wordsAt } from '../shared/words.js'
import { listOf } from './members.js'
import { NAME } from './name.js'
import { jsonSchemaOf } from './schema.js'
import { inCamelCase, wireFields, wireFieldsAt } from './wire-fields.js'

/** Tools that search the web, and are billed for it beside the tokens. */
const SEARCHING = ['googleSearch', 'googleSearchRetrieval', 'enterpriseWebSearch']

/** Units that a tool takes besides its schema. */
const TOOL = 20

/** Reads `tools`, in steps. Every member but `functionDeclarations` is a tool that runs at Google, and opaque. */
export function* decodeTools(fields: Fields, note: Note): Steps<readonly Tool[]> {
  const tools: Tool[] = []
  let functions = 0
  for (const [index, value] of listOf(fields.raw('tools')).entries()) {
    yield TOOL
    const path = `${fields.at('tools')}[${index}]`
    const tool = wireFields(value, path)
    const declarations = tool.at('functionDeclarations')
    for (const [place, declaration] of listOf(tool.raw('functionDeclarations')).entries()) {
      yield TOOL
      // Members without a word are noted by their place among all functions, which are one list when they are written.
      const notedAs = `${declarations}[${functions++}]`
      tools.push(yield* decodeFunction(declaration, `${declarations}[${place}]`, notedAs, note))
    }
    for (const [name, member] of Object.entries(value as JsonObject)) {
      if (!isDeclarations(name) && member !== null) tools.push(opaque(name, member, tool.at(name)))
    }
  }
  return tools
}

const isDeclarations = (name: string) => name === 'functionDeclarations' || name === 'function_declarations'

function opaque(name: string, member: JsonValue | undefined, path: string): Tool {
  if (!isObject(member) && !Array.isArray(member)) throw malformed(path, 'must be an object')
  return { kind: 'opaque', dialect: NAME, value: { [name]: member } }
}

function* decodeFunction(value: JsonValue, path: string, notedAs: string, note: Note): Steps<Tool> {
  const declaration = wireFields(value, path)
  const parameters = declaration.object('parameters')
  const plain = declaration.object('parametersJsonSchema')
  const tool = defined<Tool>({
    kind: 'function',
    name: declaration.required('name', declaration.string('name')),
    description: declaration.string('description'),
    parameters: plain ?? (parameters === undefined ? undefined : yield* jsonSchemaOf(parameters)),
  })
  for (const [name, member] of Object.entries(declaration.rest())) note(`${notedAs}.${name}`, member)
  return tool
}

/** Whether one of these tools may search the web. Nobody says how often: a model asks as many queries as it likes. */
export function webSearchOf(tools: readonly Tool[]): Pick<ChatRequest, 'webSearch'> {
  const searching = tools.some(
    (tool) => tool.kind === 'opaque' && SEARCHING.some((name) => Object.hasOwn(inCamelCase(tool.value), name)),
  )
  return searching ? { webSearch: { dialect: NAME } } : {}
}

const MODES = ['AUTO', 'ANY', 'NONE', 'VALIDATED', 'MODE_UNSPECIFIED']

/** Reads `toolConfig`. `VALIDATED` is `auto` with calls that keep to their schemas: noted, for no other dialect has it. */
export function decodeToolChoice(fields: Fields, note: Note): ToolChoice | undefined {
  const config = wireFieldsAt(fields, 'toolConfig')
  if (config === undefined) return undefined
  const calling = wireFieldsAt(config, 'functionCallingConfig')
  noteRest(config, note)
  if (calling === undefined) return undefined
  const mode = calling.string('mode')?.toUpperCase()
  if (mode !== undefined && !MODES.includes(mode))
    throw malformed(calling.at('mode'), `must be one of ${MODES.join(', ')}`)
  const names = wordsAt(listOf(calling.raw('allowedFunctionNames')), calling.at('allowedFunctionNames'))
  noteRest(calling, note)
  if (mode === 'VALIDATED') note(calling.at('mode'), mode)
  return choiceOf(mode, names)
}

function choiceOf(mode: string | undefined, names: readonly string[]): ToolChoice | undefined {
  const [only] = names
  switch (mode) {
    case 'ANY':
      if (only === undefined) return { mode: 'required' }
      return names.length === 1
        ? { mode: 'named', name: only, kind: 'function' }
        : { mode: 'allowed', require: 'required', names }
    case 'NONE':
      return { mode: 'none' }
    case 'AUTO':
    case 'VALIDATED':
      return only === undefined ? { mode: 'auto' } : { mode: 'allowed', require: 'auto', names }
    default:
      return undefined
  }
}
