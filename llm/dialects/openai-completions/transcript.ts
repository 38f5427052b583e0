import type { AssistantPart, Message, Part } from '../../../core/chat.js'
import { LongText } from '../../../core/text-pieces.js'
import { eachInSteps, eachStepwise, type Steps } from '../../../core/turns.js'

const SPEAKERS = { system: 'System', developer: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' } as const

/** Units that a message takes, and a part. */
const MESSAGE = 4
const PART = 2

/** The conversation as one text, in steps. What it could not keep is added to `dropped`, under the vocabulary's names. */
export function* transcriptOf(messages: readonly Message[], dropped: Set<string>): Steps<string> {
  const [only] = messages
  // A prompt by itself is what the API is for, and stays as it is.
  const isPrompt = messages.length === 1 && only?.role === 'user'
  const text = new LongText()
  function* add({ role, content }: Message): Steps<void> {
    if (!isPrompt) text.add(`${SPEAKERS[role]}: `)
    yield* eachInSteps(
      content,
      () => PART,
      (part) => text.add(textIn(part, dropped)),
    )
    if (!isPrompt) text.add('\n\n')
  }
  yield* eachStepwise(messages, () => MESSAGE, add)
  if (!isPrompt) text.add('Assistant:')
  return text.end()
}

function textIn(part: Part | AssistantPart, dropped: Set<string>): string {
  switch (part.type) {
    case 'text':
      if (part.cacheControl !== undefined) dropped.add('cache_control')
      return part.text
    case 'refusal':
      return part.text
    case 'tool-call':
      dropped.add('tool_calls')
      return ''
    case 'reasoning':
      // A model is not shown its thinking of earlier turns by other APIs either.
      return ''
    case 'image':
    case 'file':
    case 'audio':
      dropped.add(part.type)
      return ''
    case 'opaque':
      dropped.add(String(part.value.type ?? 'content'))
      return ''
  }
}
