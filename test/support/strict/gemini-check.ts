import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { checkContents } from './gemini-contents.js'
import { objectsIn } from './objects-in.js'
import { imageIn, type Understood } from './understood.js'
import { Violation } from './violation.js'

/** Which of Google's two APIs is asked, and what its path says. */
export interface GeminiRules {
  readonly surface: 'gemini' | 'vertex'
  readonly model: string
  readonly stream: boolean
}

/** https://ai.google.dev/api/generate-content#request-body */
const MEMBERS: readonly string[] = [
  ...['contents', 'systemInstruction', 'tools', 'toolConfig', 'safetySettings', 'generationConfig', 'cachedContent'],
  'serviceTier',
]

/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference and the Gemini API, member by member. */
const OF_SURFACE = { gemini: ['store', 'model'], vertex: ['labels', 'modelArmorConfig'] } as const

/** https://ai.google.dev/api/generate-content#generationconfig */
const GENERATION: readonly string[] = [
  ...[
    'stopSequences',
    'responseMimeType',
    'responseSchema',
    'responseJsonSchema',
    'responseModalities',
    'candidateCount',
  ],
  ...[
    'maxOutputTokens',
    'temperature',
    'topP',
    'topK',
    'seed',
    'presencePenalty',
    'frequencyPenalty',
    'responseLogprobs',
  ],
  ...['logprobs', 'speechConfig', 'thinkingConfig', 'imageConfig', 'mediaResolution'],
]

/** Reads a generateContent request as Google would. Throws a `Violation`. */
export function checkGemini(body: JsonObject, rules: GeminiRules): Understood {
  checkNames(body, [...MEMBERS, ...OF_SURFACE[rules.surface]], '')
  const config = isObject(body['generationConfig']) ? body['generationConfig'] : {}
  checkNames(config, GENERATION, " at 'generation_config'")
  const contents = objectsIn(body['contents'])
  checkContents(contents, rules)
  const tools = checkTools(body['tools'])
  const json = checkFormat(config)
  const spoken = contents.findLast((content) => content['role'] !== 'model' && textOf(content) !== '')
  const last = objectsIn(contents.at(-1)?.['parts'])
  const calls = callsBefore(contents)
  return {
    ...{ stream: rules.stream, tools, json },
    system: textOf(body['systemInstruction']),
    text: textOf(spoken),
    images: last.flatMap((part) => {
      const data = part['inlineData']
      return isObject(data) ? [imageIn(String(data['mimeType']), String(data['data']))] : []
    }),
    results: last.flatMap((part, index) => {
      const response = part['functionResponse']
      if (!isObject(response)) return []
      // Without ids calls and results belong together by their order.
      const call = calls.find(({ id }) => id !== undefined && id === response['id']) ?? calls[index]
      const value = isObject(response['response']) ? response['response'] : {}
      return [{ args: call?.args ?? {}, text: Object.values(value).map(String).join(' ') }]
    }),
    forced: forcedTool(body['toolConfig'], tools),
    stop: Array.isArray(config['stopSequences']) ? config['stopSequences'].map(String) : [],
  }
}

function checkNames(object: JsonObject, known: readonly string[], at: string): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) throw unknownName(name, at)
  }
}

const unknownName = (name: string, at: string) =>
  new Violation(`Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`)

/** Words of the Schema that stands in for JSON Schema: https://ai.google.dev/api/caching#Schema */
const SCHEMA: readonly string[] = [
  ...['type', 'format', 'title', 'description', 'nullable', 'enum', 'maxItems', 'minItems', 'properties', 'required'],
  ...['minProperties', 'maxProperties', 'minLength', 'maxLength', 'pattern', 'example', 'anyOf', 'propertyOrdering'],
  ...['default', 'items', 'minimum', 'maximum'],
]

function checkSchema(schema: JsonValue | undefined, at: string): void {
  if (!isObject(schema)) return
  checkNames(schema, SCHEMA, ` at '${at}'`)
  if (Array.isArray(schema['type']))
    throw new Violation(`Proto field is not repeating, cannot start list: '${at}.type'`)
  checkSchema(schema['items'], `${at}.items`)
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  for (const [index, property] of Object.values(properties).entries())
    checkSchema(property, `${at}.properties[${index}].value`)
}

function checkTools(value: JsonValue | undefined): readonly string[] {
  return objectsIn(value)
    .flatMap((tool) => objectsIn(tool['functionDeclarations']))
    .map((declaration, index) => {
      const at = `tools[0].function_declarations[${index}]`
      const known = [
        'name',
        'description',
        'parameters',
        'parametersJsonSchema',
        'response',
        'responseJsonSchema',
        'behavior',
      ]
      checkNames(declaration, known, ` at '${at}'`)
      const { name, parameters } = declaration
      if (typeof name !== 'string' || !/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/.test(name)) {
        throw new Violation(`Invalid function name. Must start with a letter or an underscore: ${at}.name`)
      }
      if (parameters !== undefined && declaration['parametersJsonSchema'] !== undefined) {
        throw new Violation(`${at}: only one of parameters and parameters_json_schema can be set`)
      }
      checkSchema(parameters, `${at}.parameters`)
      return name
    })
}

function checkFormat(config: JsonObject): boolean {
  const { responseMimeType: type, responseSchema: schema, responseJsonSchema: json } = config
  if (schema !== undefined && json !== undefined) {
    throw new Violation('only one of response_schema and response_json_schema can be set')
  }
  if ((schema !== undefined || json !== undefined) && type !== 'application/json') {
    throw new Violation("response_schema is only supported with response mime type 'application/json'")
  }
  checkSchema(schema, 'generation_config.response_schema')
  return type === 'application/json'
}

function forcedTool(config: JsonValue | undefined, tools: readonly string[]): string | undefined {
  if (config === undefined) return undefined
  const calling = isObject(config) ? config['functionCallingConfig'] : undefined
  if (!isObject(calling)) return undefined
  const { mode, allowedFunctionNames: names } = calling
  if (!['AUTO', 'ANY', 'NONE', 'VALIDATED'].includes(String(mode)))
    throw new Violation(`Invalid value for mode: "${mode}"`)
  if (mode === 'ANY' && tools.length === 0)
    throw new Violation('Function calling config is set without function_declarations.')
  if (!Array.isArray(names)) return undefined
  if (mode !== 'ANY' && mode !== 'VALIDATED') {
    throw new Violation('Allowed function names should only be set when function calling mode is ANY or VALIDATED.')
  }
  return names.length === 1 ? String(names[0]) : undefined
}

function callsBefore(contents: readonly JsonObject[]) {
  const turn = contents.findLast(({ role }) => role === 'model')
  return objectsIn(turn?.['parts'])
    .map((part) => part['functionCall'])
    .filter(isObject)
    .map(({ id, args }) => ({ id, args: isObject(args) ? args : {} }))
}

function textOf(content: JsonValue | undefined): string {
  const parts = isObject(content) ? objectsIn(content['parts']) : []
  return parts.map((part) => (part['thought'] === true ? '' : String(part['text'] ?? ''))).join('')
}
