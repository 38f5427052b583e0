import type { AssistantPart, ChatRequest, Message, Part } from '../../core/chat.js'
import { jsonText } from '../../core/json-writer.js'
import { ITEMS_TOGETHER, type Steps } from '../../core/turns.js'
import { embeddingParts } from './embedding-parts.js'
import { imageSize } from './image-size.js'
import { type Estimate, imageTokens } from './image-tokens.js'
import { audioTokens, fileTokens } from './media-tokens.js'
import type { TokenizerChoice } from './tokenizer.js'
import { toolsAsJson, toolsAsTypescript } from './tool-definitions.js'

/** A prompt taken apart: the texts to count, and what is added without counting. */
export interface PromptParts {
  readonly texts: readonly string[]
  /** Tokens of what the model's format puts around the texts. */
  readonly frame: number
  /** Tokens of images, files, audio and the like. */
  readonly media: Estimate
  /** `text`: nothing but messages of text, whose form is known. `forms`: also tools, tool calls, a schema. */
  readonly kind: 'text' | 'forms'
}

/** OpenAI's documented token for a participant's name. */
const PER_NAME = 1

/** Units that a message takes, and a part. */
const MESSAGE = 2
const PART = 2

/** Takes a request apart for counting with the tokenizer `choice`, in steps. */
export function* promptParts(request: ChatRequest, choice: TokenizerChoice): Steps<PromptParts> {
  if (request.embedding) return embeddingParts(request, choice)
  const texts: string[] = []
  let frame = choice.frame.base + choice.frame.message * request.messages.length
  let media = 0
  let mediaMost = 0
  let kind: PromptParts['kind'] = 'text'

  const guess = (estimate: Estimate): void => {
    media += estimate.tokens
    mediaMost += estimate.upperBound
  }

  const addPart = (part: Exclude<Part | AssistantPart, { readonly type: 'opaque' }>): void => {
    switch (part.type) {
      case 'text':
      case 'refusal':
        texts.push(part.text)
        return
      case 'image': {
        const size = part.source.kind === 'data' ? imageSize(part.source.data) : undefined
        guess(imageTokens(choice.images, size, part.detail))
        return
      }
      case 'file':
        guess(fileTokens(part.source))
        return
      case 'audio':
        guess(audioTokens(part.format, part.data))
        return
      case 'reasoning': {
        texts.push(part.text)
        const hidden = part.redacted?.length ?? 0
        guess({ tokens: Math.ceil(hidden / 6), upperBound: Math.ceil(hidden / 3) })
        return
      }
      case 'tool-call':
        texts.push(part.name, part.arguments)
        frame += choice.frame.call
        kind = 'forms'
    }
  }

  const beginMessage = (message: Message): void => {
    if (message.role === 'tool') kind = 'forms'
    else if (message.name !== undefined) {
      texts.push(message.name)
      frame += PER_NAME
    }
  }

  let worked = 0
  for (const message of request.messages) {
    worked += MESSAGE
    beginMessage(message)
    for (const part of message.content) {
      worked += PART
      if (worked >= ITEMS_TOGETHER) {
        yield worked
        worked = 0
      }
      if (part.type === 'opaque') {
        texts.push(yield* jsonText(part.value))
        kind = 'forms'
      } else addPart(part)
    }
  }
  if (request.tools.length > 0) {
    const { tools, forced, tool } = choice.frame
    texts.push(yield* choice.toolForm === 'typescript' ? toolsAsTypescript(request.tools) : toolsAsJson(request.tools))
    frame += request.toolChoice === undefined || request.toolChoice.mode === 'auto' ? tools : forced
    frame += tool * (request.tools.length - 1)
    kind = 'forms'
  }
  const { mode, effort, budgetTokens } = request.reasoning ?? {}
  const thinks = mode === 'on' || mode === 'adaptive' || budgetTokens !== undefined || effort !== undefined
  if (thinks && mode !== 'off') frame += choice.frame.thinking
  const format = request.responseFormat
  if (format?.type === 'json-schema') {
    texts.push(format.name, format.description ?? '', yield* jsonText(format.schema ?? {}))
    frame += choice.frame.schema
    kind = 'forms'
  }
  return { texts, frame, media: { tokens: media, upperBound: mediaMost }, kind }
}
