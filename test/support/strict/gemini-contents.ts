import { isObject, type JsonObject } from '../../../core/json.js'
import type { GeminiRules } from './gemini-check.js'
import { objectsIn } from './objects-in.js'
import { Violation } from './violation.js'

/**
 * Checks the conversation as Google does: roles, one kind of data per part, every call with its response in the next turn
 * (https://ai.google.dev/gemini-api/docs/function-calling), and the signatures that Gemini 3 wants on calls of the current turn
 * (https://ai.google.dev/gemini-api/docs/thought-signatures). Throws a `Violation`.
 */
export function checkContents(contents: readonly JsonObject[], rules: GeminiRules): void {
  if (contents.length === 0) throw new Violation('* GenerateContentRequest.contents: contents is not specified')
  for (const [index, content] of contents.entries()) checkContent(content, index, rules)
  checkCalls(contents)
  if (/gemini-3/.test(rules.model)) checkSignatures(contents)
}

const DATA = [
  'text',
  'inlineData',
  'functionCall',
  'functionResponse',
  'fileData',
  'executableCode',
  'codeExecutionResult',
]
const BESIDE = ['thought', 'thoughtSignature', 'videoMetadata', 'partMetadata', 'mediaResolution']

function checkContent({ role, parts, ...rest }: JsonObject, index: number, { surface }: GeminiRules): void {
  const known = role === 'user' || role === 'model'
  if (!known && (surface === 'vertex' || role !== undefined))
    throw new Violation('Please use a valid role: user, model.')
  for (const name of Object.keys(rest)) {
    throw new Violation(
      `Invalid JSON payload received. Unknown name "${name}" at 'contents[${index}]': Cannot find field.`,
    )
  }
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new Violation(`* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`)
  }
  for (const [position, part] of objectsIn(parts).entries())
    checkPart(part, role, `contents[${index}].parts[${position}]`)
}

function checkPart(part: JsonObject, role: JsonObject[string], at: string): void {
  const names = Object.keys(part)
  const unknown = names.find((name) => !DATA.includes(name) && !BESIDE.includes(name))
  if (unknown !== undefined) {
    throw new Violation(`Invalid JSON payload received. Unknown name "${unknown}" at '${at}': Cannot find field.`)
  }
  const data = names.filter((name) => DATA.includes(name))
  if (data.length === 0)
    throw new Violation(`* ${at}.data: required oneof field 'data' must have one initialized field`)
  if (data.length > 1) throw new Violation(`Invalid value at '${at}' (oneof), oneof field 'data' is already set.`)
  const { functionCall: call, functionResponse: response, inlineData } = part
  if (isObject(call) && (role !== 'model' || (call['args'] !== undefined && !isObject(call['args'])))) {
    throw new Violation('Please ensure that function call parts are in a turn of the model, with a struct for args.')
  }
  if (isObject(response)) {
    if (typeof response['name'] !== 'string' || response['name'] === '') {
      throw new Violation(`* ${at}.function_response.name: Name cannot be empty.`)
    }
    if (!isObject(response['response'])) throw new Violation(`* ${at}.function_response.response: a struct is required`)
  }
  if (isObject(inlineData) && !(inlineData['mimeType'] && /^[A-Za-z0-9+/]+={0,2}$/.test(String(inlineData['data'])))) {
    throw new Violation(`Invalid value at '${at}.inline_data.data' (TYPE_BYTES), Base64 decoding failed`)
  }
}

const named = (content: JsonObject | undefined, kind: 'functionCall' | 'functionResponse') =>
  objectsIn(content?.['parts']).filter((part) => isObject(part[kind]))

function checkCalls(contents: readonly JsonObject[]): void {
  for (const [index, content] of contents.entries()) {
    const calls = named(content, 'functionCall')
    const responses = named(contents[index + 1], 'functionResponse')
    if (calls.length !== responses.length) {
      throw new Violation(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      )
    }
    if (calls.length > 0 && (index === 0 || contents[index - 1]?.['role'] === 'model')) {
      throw new Violation(
        'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      )
    }
    if (index === 0 && named(content, 'functionResponse').length > 0) {
      throw new Violation('Please ensure that function response turn comes immediately after a function call turn.')
    }
  }
}

function checkSignatures(contents: readonly JsonObject[]): void {
  const asked = contents.findLastIndex(
    (content) => content['role'] === 'user' && named(content, 'functionResponse').length === 0,
  )
  for (const content of contents.slice(asked + 1)) {
    // Of parallel calls the first carries the signature.
    const [first] = named(content, 'functionCall')
    if (first && typeof first['thoughtSignature'] !== 'string') {
      throw new Violation(
        'Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly.',
      )
    }
    if (first && !SIGNATURES.includes(String(first['thoughtSignature']))) {
      throw new Violation('Thought signature is not valid.')
    }
  }
}

/** The signature of every call that the strict provider makes; Google takes back no other but its word for foreign calls. */
export const GEMINI_SIGNATURE = 'R2VtaW5pIHNpZ25lZCB0aGlz'

/** Google's word for calls of other models, in the member's base64 or as it is. */
const SKIPPED = 'skip_thought_signature_validator'
const SIGNATURES = [GEMINI_SIGNATURE, SKIPPED, Buffer.from(SKIPPED).toString('base64')]
