import type { ResponseFormat, Tool, ToolChoice } from '../../../core/chat.js'
import type { JsonValue } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf } from '../fields.js'
import { defined } from '../shared/defined.js'
import { wordsAt } from '../shared/words.js'

/** Units that a tool takes. */
const TOOL = 8

/** Reads `tools`, functions all, in steps; `strict_tools` is of all of them. */
export function* decodeTools(body: Fields): Steps<readonly Tool[]> {
  const strict = body.boolean('strict_tools') === true ? true : undefined
  const tools = body.array('tools')
  if (tools === undefined) return []
  return yield* mapInSteps(tools, TOOL, (value, index) => decodeTool(value, `tools[${index}]`, strict))
}

function decodeTool(value: JsonValue, path: string, strict: true | undefined): Tool {
  const tool = fieldsOf(value, path)
  tool.oneOf('type', ['function'])
  const called = tool.required('function', tool.fields('function'))
  return defined<Tool>({
    kind: 'function',
    name: called.required('name', called.string('name')),
    description: called.string('description'),
    parameters: called.object('parameters'),
    strict,
  })
}

const CHOICES = { REQUIRED: 'required', NONE: 'none' } as const

/** Reads `tool_choice`; absent, the model is free to choose. */
export function decodeToolChoice(body: Fields): ToolChoice | undefined {
  const word = body.oneOf('tool_choice', ['REQUIRED', 'NONE'])
  return word === undefined ? undefined : { mode: CHOICES[word] }
}

/** Reads `response_format`; the schema was called `schema` before it was `json_schema`, and may be still. */
export function decodeResponseFormat(body: Fields): ResponseFormat | undefined {
  const format = body.fields('response_format')
  if (format === undefined) return undefined
  const type = format.required('type', format.oneOf('type', ['text', 'json_object']))
  if (type === 'text') return { type: 'text' }
  const schema = format.object('json_schema') ?? format.object('schema')
  return schema === undefined ? { type: 'json' } : { type: 'json-schema', name: 'response', schema }
}

/** Reads `stop_sequences`. */
export function decodeStop(body: Fields): readonly string[] {
  return wordsAt(body.array('stop_sequences') ?? [], 'stop_sequences')
}
