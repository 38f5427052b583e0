import type { AssistantPart, Message, Part } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { eachStepwise, ITEMS_TOGETHER, mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, malformed } from '../fields.js'
import { type Note, noteRest } from '../shared/note.js'
import { callIds } from './call-ids.js'
import { decodeModelPart, decodePart, decodeResult, PART, type PartContext } from './decode-parts.js'
import { listOf } from './members.js'
import { googleSignature } from './signature.js'
import { wireFields, wireFieldsAt } from './wire-fields.js'

const ROLES = ['user', 'model', 'function'] as const

/** Units that a content takes besides its parts. */
const CONTENT = 20

const partUnits = () => PART

/**
 * Reads `contents`, in steps. Function responses become tool messages where they stand. Contents of the model that follow each other,
 * as clients keep a stream's chunks, are one message.
 */
export function* decodeContents(fields: Fields, note: Note): Steps<readonly Message[]> {
  const contents = listOf(fields.raw('contents'))
  if (contents.length === 0) throw malformed('contents', 'must have at least one content')
  const context: PartContext = { calls: callIds(), note }
  const messages: Message[] = []
  // What the model has said since somebody else spoke.
  let spoken: (Part | AssistantPart)[] | undefined
  let worked = 0
  for (let index = 0; index < contents.length; index++) {
    worked += CONTENT
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const content = wireFields(contents[index], `${fields.at('contents')}[${index}]`)
    const role = content.oneOf('role', ROLES) ?? 'user'
    const parts = listOf(content.raw('parts'))
    const at = content.at('parts')
    noteRest(content, note)
    if (role === 'model') {
      const said = spoken ?? []
      if (spoken === undefined) messages.push({ role: 'assistant', content: said })
      spoken = said
      function* add(value: JsonValue, j: number): Steps<void> {
        for (const part of yield* decodeModelPart(value, `${at}[${j}]`, `${index}_${j}`, context)) addSaid(said, part)
      }
      worked = yield* eachStepwise(parts, partUnits, add, worked)
    } else {
      spoken = undefined
      worked = yield* addHeard(messages, parts, at, context, worked)
    }
  }
  return messages
}

/** Reads `systemInstruction`, in steps: a content whose role means nothing; some clients write its text alone. */
export function* decodeSystem(fields: Fields, note: Note): Steps<readonly Message[]> {
  const value = fields.raw('systemInstruction')
  if (value === undefined) return []
  if (typeof value === 'string') return [{ role: 'system', content: [{ type: 'text', text: value }] }]
  const instruction = wireFields(value, fields.at('systemInstruction'))
  instruction.string('role')
  const at = instruction.at('parts')
  const content = yield* mapInSteps(listOf(instruction.raw('parts')), PART, (value, index) => {
    const read = wireFields(value, `${at}[${index}]`)
    const text = read.required('text', read.string('text'))
    noteRest(read, note)
    return { type: 'text' as const, text }
  })
  noteRest(instruction, note)
  return content.length === 0 ? [] : [{ role: 'system', content }]
}

/** Adds what a content of the user holds, after so many units that nobody has announced; returns those that are left. */
function* addHeard(
  messages: Message[],
  parts: readonly JsonValue[],
  path: string,
  context: PartContext,
  before: number,
): Steps<number> {
  // A turn without parts says nothing, but it is a turn.
  if (parts.length === 0) messages.push({ role: 'user', content: [] })
  let content: Part[] | undefined
  let worked = before
  for (let j = 0; j < parts.length; j++) {
    worked += PART
    if (worked >= ITEMS_TOGETHER) {
      yield worked
      worked = 0
    }
    const value = parts[j]
    const part = wireFields(value, `${path}[${j}]`)
    const response = wireFieldsAt(part, 'functionResponse')
    const result = response === undefined ? undefined : yield* decodeResult(response, context)
    if (result !== undefined) {
      noteRest(part, context.note)
      messages.push(result)
      content = undefined
      continue
    }
    if (content === undefined) {
      content = []
      messages.push({ role: 'user', content })
    }
    content.push(decodePart(part, value as JsonObject, context.note))
  }
  return worked
}

/** Adds a part that the model said. Thoughts that come in pieces are one thought, with the signature that came last. */
function addSaid(content: (Part | AssistantPart)[], part: Part | AssistantPart): void {
  const last = content.at(-1)
  const continues = part.type === 'reasoning' && part.redacted === undefined && (part.text !== '' || !isGoogles(part))
  if (continues && last?.type === 'reasoning' && last.text !== '' && last.signature === undefined) {
    content[content.length - 1] = { ...part, text: last.text + part.text }
  } else content.push(part)
}

const isGoogles = ({ signature }: Extract<AssistantPart, { type: 'reasoning' }>) =>
  googleSignature(signature) !== undefined
