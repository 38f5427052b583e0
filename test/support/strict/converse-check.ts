import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { objectsIn } from './objects-in.js'
import { imageIn, type KnownCall, type Understood } from './understood.js'
import { Violation } from './violation.js'

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestBody */
const MEMBERS: readonly string[] = [
  ...['messages', 'system', 'inferenceConfig', 'toolConfig', 'guardrailConfig', 'additionalModelRequestFields'],
  ...['additionalModelResponseFieldPaths', 'promptVariables', 'requestMetadata', 'performanceConfig', 'outputConfig'],
  'serviceTier',
]

const INFERENCE: readonly string[] = ['maxTokens', 'temperature', 'topP', 'stopSequences']

/** Reads a Converse request as Bedrock would; `model` and `stream` are what the path says of it. Throws a `Violation`. */
export function checkConverse(body: JsonObject, model: string, stream: boolean): Understood {
  for (const name of Object.keys(body)) {
    if (!MEMBERS.includes(name)) throw new Violation(`Unexpected field: ${name}`)
  }
  const config = isObject(body['inferenceConfig']) ? body['inferenceConfig'] : {}
  for (const name of Object.keys(config)) {
    if (!INFERENCE.includes(name)) throw new Violation(`Unexpected field: inferenceConfig.${name}`)
  }
  const messages = objectsIn(body['messages'])
  for (const [index, message] of messages.entries()) checkMessage(message, index, model)
  checkTurns(messages)
  const { tools, forced } = checkTools(body['toolConfig'], messages)
  const calls = callsOf(messages)
  const last = objectsIn(messages.at(-1)?.['content'])
  const spoken = messages.findLast((message) => message['role'] === 'user' && textOf(message['content']) !== '')
  const outputConfig = isObject(body['outputConfig']) ? body['outputConfig'] : {}
  return {
    ...{ stream, tools, forced },
    system: textOf(body['system']),
    text: textOf(spoken?.['content']),
    images: last.flatMap((block) => {
      const image = block['image']
      const source = isObject(image) ? image['source'] : undefined
      return isObject(image) && isObject(source) ? [imageIn(`image/${image['format']}`, String(source['bytes']))] : []
    }),
    results: last.flatMap((block) => {
      const result = block['toolResult']
      if (!isObject(result)) return []
      return [
        { args: calls.find(({ id }) => id === result['toolUseId'])?.args ?? {}, text: resultText(result['content']) },
      ]
    }),
    json: outputConfig['textFormat'] !== undefined,
    stop: Array.isArray(config['stopSequences']) ? config['stopSequences'].map(String) : [],
  }
}

/** Each block is a union: exactly one of these. */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image', 'document', 'video', 'audio', 'toolResult', 'guardContent', 'cachePoint', 'searchResult'],
  assistant: ['text', 'image', 'toolUse', 'reasoningContent', 'cachePoint', 'citationsContent'],
}

function checkMessage({ role, content }: JsonObject, index: number, model: string): void {
  if (role !== 'user' && role !== 'assistant') {
    throw new Violation(
      `1 validation error detected: Value '${role}' at 'messages.${index + 1}.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`,
    )
  }
  if (!Array.isArray(content) || content.length === 0) {
    throw new Violation(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
    )
  }
  for (const [position, block] of objectsIn(content).entries())
    checkBlock(block, role, `messages.${index}.content.${position}`, model)
}

function checkBlock(block: JsonObject, role: 'user' | 'assistant', at: string, model: string): void {
  const [kind = '', more] = Object.keys(block)
  if (more !== undefined) throw new Violation(`Unexpected field type: ${at} must have exactly one member of the union`)
  if (!BLOCKS[role]?.includes(kind))
    throw new Violation(`The ${kind} field at ${at} is not allowed in a message of the role ${role}.`)
  const value = block[kind]
  if (kind === 'text' && String(value).trim() === '') {
    throw new Violation(
      `The text field in the ContentBlock object at ${at} is blank. Add text to the text field, and try again.`,
    )
  }
  if (!isObject(value)) return
  if (kind === 'toolUse') {
    checkName(value['toolUseId'], `${at}.toolUse.toolUseId`)
    checkName(value['name'], `${at}.toolUse.name`)
    if (!isObject(value['input']))
      throw new Violation(
        `The format of the value at ${at}.toolUse.input is invalid. Provide a json object for the field and try again.`,
      )
  }
  if (kind === 'toolResult') {
    checkName(value['toolUseId'], `${at}.toolResult.toolUseId`)
    if (!Array.isArray(value['content'])) throw new Violation(`${at}.toolResult.content: Member must not be null`)
  }
  if (kind === 'image' && !['png', 'jpeg', 'gif', 'webp'].includes(String(value['format']))) {
    throw new Violation(
      `Value at '${at}.image.format' failed to satisfy constraint: Member must satisfy enum value set: [gif, jpeg, png, webp]`,
    )
  }
  if (kind === 'reasoningContent') checkReasoning(value, at, model)
}

/** Claude takes back what it has signed; other models nothing (https://github.com/can1357/oh-my-pi/pull/9086). */
function checkReasoning(value: JsonObject, at: string, model: string): void {
  if (!/anthropic\./.test(model)) {
    throw new Violation(
      'User messages cannot contain reasoning content. Please remove the reasoning content and try again.',
    )
  }
  const text = value['reasoningText']
  if (isObject(text) && !/^sig-/.test(String(text['signature']))) {
    throw new Violation(`The model returned the following errors: ${at}: Invalid \`signature\` in \`thinking\` block`)
  }
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html */
function checkName(value: JsonValue | undefined, at: string): void {
  if (typeof value === 'string' && /^[a-zA-Z0-9_-]{1,64}$/.test(value)) return
  throw new Violation(
    `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
  )
}

function checkTurns(messages: readonly JsonObject[]): void {
  if (messages[0]?.['role'] !== 'user') {
    throw new Violation(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    )
  }
  for (const [index, message] of messages.entries()) {
    const next = messages[index + 1]
    if (next && next['role'] === message['role']) {
      throw new Violation(
        'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
      )
    }
    const uses = idsIn(message, 'toolUse')
    const results = idsIn(next, 'toolResult')
    const open = uses.filter((id) => !results.includes(id))
    if (open.length > 0) {
      throw new Violation(
        `Expected toolResult blocks at messages.${index + 1}.content for the following Ids: ${open.join(', ')}`,
      )
    }
    if (results.length > uses.length || (index === 0 && idsIn(message, 'toolResult').length > 0)) {
      throw new Violation(
        `The number of toolResult blocks at messages.${index + 1}.content exceeds the number of toolUse blocks of previous turn.`,
      )
    }
  }
}

const blocksOf = (message: JsonObject | undefined, kind: 'toolUse' | 'toolResult') =>
  objectsIn(message?.['content'])
    .map((block) => block[kind])
    .filter(isObject)

const idsIn = (message: JsonObject | undefined, kind: 'toolUse' | 'toolResult') =>
  blocksOf(message, kind).map(({ toolUseId }) => String(toolUseId))

function checkTools(config: JsonValue | undefined, messages: readonly JsonObject[]) {
  const used = messages.some((message) => idsIn(message, 'toolUse').length > 0)
  if (config === undefined) {
    if (used)
      throw new Violation('The toolConfig field must be defined when using toolUse and toolResult content blocks.')
    return { tools: [], forced: undefined }
  }
  const specs = isObject(config)
    ? objectsIn(config['tools'])
        .map((tool) => tool['toolSpec'])
        .filter(isObject)
    : []
  if (specs.length === 0)
    throw new Violation(
      "Value '[]' at 'toolConfig.tools' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
  const tools = specs.map(({ name, description, inputSchema }, index) => {
    checkName(name, `toolConfig.tools.${index}.member.toolSpec.name`)
    if (description === '')
      throw new Violation(
        `toolConfig.tools.${index}.toolSpec.description: Member must have length greater than or equal to 1`,
      )
    const schema = isObject(inputSchema) ? inputSchema['json'] : undefined
    if (!isObject(schema) || schema['type'] !== 'object') {
      throw new Violation(
        `The value at toolConfig.tools.${index}.toolSpec.inputSchema.json.type must be one of the following: object.`,
      )
    }
    return String(name)
  })
  return { tools, forced: forcedTool(isObject(config) ? config['toolChoice'] : undefined) }
}

function forcedTool(choice: JsonValue | undefined): string | undefined {
  if (choice === undefined) return undefined
  const kinds = isObject(choice) ? Object.keys(choice) : []
  if (kinds.length !== 1 || !['auto', 'any', 'tool'].includes(kinds[0] ?? ''))
    throw new Violation('toolConfig.toolChoice: exactly one of auto, any, tool')
  const tool = isObject(choice) ? choice['tool'] : undefined
  return isObject(tool) ? String(tool['name']) : undefined
}

const callsOf = (messages: readonly JsonObject[]): readonly KnownCall[] =>
  messages
    .flatMap((message) => blocksOf(message, 'toolUse'))
    .map(({ toolUseId, input }) => ({ id: String(toolUseId), args: isObject(input) ? input : {} }))

const textOf = (content: JsonValue | undefined) =>
  objectsIn(content)
    .map((block) => String(block['text'] ?? ''))
    .join('')

function resultText(content: JsonValue | undefined): string {
  return objectsIn(content)
    .map((block) => (isObject(block['json']) ? Object.values(block['json']).join(' ') : String(block['text'] ?? '')))
    .join('')
}
