import type { AssistantPart, Message, Part } from '../../../core/chat.js'

const SPEAKERS = { system: 'System', developer: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' } as const

/** What a transcript could not keep is added to `dropped`, under the vocabulary's names. */
export function transcriptOf(messages: readonly Message[], dropped: Set<string>): string {
  const [only] = messages
  // A prompt by itself is what the API is for, and stays as it is.
  if (messages.length === 1 && only?.role === 'user') return textOf(only.content, dropped)
  const turns = messages.map((message) => `${SPEAKERS[message.role]}: ${textOf(message.content, dropped)}`)
  return `${turns.join('\n\n')}\n\nAssistant:`
}

function textOf(parts: readonly (Part | AssistantPart)[], dropped: Set<string>): string {
  return parts.map((part) => textIn(part, dropped)).join('')
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
