import { isObject } from '../../../core/json.js'
import { FIREWORKS_MEMBERS, MISTRAL_MEMBERS, OPENAI_MEMBERS, OPENAI_MESSAGE_MEMBERS } from './chat-members.js'
import type { ChatRules } from './chat-rules.js'
import { Violation } from './violation.js'

const alphanumeric = (length: number, position: number) =>
  Array.from({ length }, (_, index) => 'PTLP8xhu3uwZk4l3nlnrrJha7Q'[(index + position * 7) % 26]).join('')

const error: ChatRules['error'] = (message, { param, code }) => ({
  error: { message, type: 'invalid_request_error', param, code },
})

const unknownVariant = (expected: readonly string[]) => (role: string, index: number) => {
  const known = expected.map((word) => `\`${word}\``).join(', ')
  const where = 'Failed to deserialize the JSON body into the target type'
  return new Violation(`${where}: messages[${index}].role: unknown variant \`${role}\`, expected one of ${known}`)
}

/** https://platform.openai.com/docs/api-reference/chat/create */
const openai: ChatRules = {
  model: 'body',
  members: OPENAI_MEMBERS,
  unknown: (path) => new Violation(`Unknown parameter: '${path}'.`, { param: path, code: 'unknown_parameter' }),
  roles: ['developer', 'system', 'user', 'assistant', 'tool', 'function'],
  wrongRole: (role, index) =>
    new Violation(
      `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
      { param: `messages[${index}].role`, code: 'invalid_value' },
    ),
  messageMembers: OPENAI_MESSAGE_MEMBERS,
  callIds: {
    pattern: /^.{1,40}$/s,
    violation: (id) =>
      new Violation(
        `Invalid 'messages[].tool_calls[].id': string too long. Expected a string with maximum length 40, but got a string with length ${id.length} instead.`,
        { code: 'string_above_max_length' },
      ),
  },
  images: 'any',
  formats: ['text', 'json_object', 'json_schema'],
  thoughts: 'kept',
  callId: (position) => `call_${alphanumeric(24, position)}`,
  error,
}

/** Servers that know OpenAI's API and ignore what they do not know of it. */
const lenient: ChatRules = {
  ...openai,
  members: undefined,
  unknown: undefined,
  messageMembers: undefined,
  thoughts: 'told',
  callIds: undefined,
}

const OLDER_ROLES = ['system', 'user', 'assistant', 'tool']

/** Mistral: what its server and https://github.com/mistralai/mistral-common check. */
const mistral: ChatRules = {
  ...openai,
  messageMembers: undefined,
  members: MISTRAL_MEMBERS,
  unknown: (path) => new Violation(path, { status: 422, code: 'extra_forbidden' }),
  roles: OLDER_ROLES,
  wrongRole: (role) =>
    new Violation(`Input tag '${role}' found using 'role' does not match any of the expected tags`, { status: 422 }),
  refusedInMessages: {
    system: ['name'],
    user: ['name'],
    assistant: ['name', 'refusal', 'audio', 'annotations', 'reasoning_content', 'reasoning', 'reasoning_details'],
  },
  callIds: {
    pattern: /^[a-zA-Z0-9]{9}$/,
    violation: (id) =>
      new Violation(`Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`, { code: '3280' }),
  },
  order: 'no-user-after-tool',
  callId: (position) => alphanumeric(9, position),
  error: (message, { code, status }) =>
    status === 422
      ? {
          object: 'error',
          message: {
            detail: [{ type: code, loc: ['body', message], msg: 'Extra inputs are not permitted', input: null }],
          },
          ...{ type: 'invalid_request_error', param: null, code: null },
        }
      : { object: 'error', message, type: 'invalid_request_error', param: null, code },
}

/** What Groq answers with 400: https://console.groq.com/docs/openai */
const groq: ChatRules = {
  ...lenient,
  refused: ['logprobs', 'logit_bias', 'top_logprobs'],
  unknown: (path) => new Violation(`property '${path}' is unsupported`),
  // https://github.com/janhq/jan/issues/8136
  refusedInMessages: {
    system: ['name'],
    user: ['name'],
    assistant: ['name', 'reasoning_content', 'reasoning_details'],
  },
  also: ({ n }) => {
    if (n !== undefined && n !== 1) throw new Violation("'n' : number must be at most 1")
  },
}

/** https://api-docs.deepseek.com/api/create-chat-completion */
const deepseek: ChatRules = {
  ...lenient,
  roles: OLDER_ROLES,
  wrongRole: unknownVariant(OLDER_ROLES),
  images: 'none',
  formats: ['text', 'json_object'],
  also: ({ response_format: format, messages }) => {
    if (!isObject(format) || format['type'] !== 'json_object') return
    // https://api-docs.deepseek.com/guides/json_mode
    if (!/json/i.test(JSON.stringify(messages))) {
      throw new Violation(
        "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.",
      )
    }
  },
  callId: (position) => `call_${String(position).padStart(2, '0')}_${alphanumeric(22, position)}`,
}

/** xAI: https://docs.x.ai/docs/api-reference#chat-completions; the error is a text. */
const xai: ChatRules = {
  ...lenient,
  roles: OLDER_ROLES,
  wrongRole: unknownVariant(OLDER_ROLES),
  refused: ['logit_bias', 'presence_penalty', 'frequency_penalty', 'reasoning_effort'],
  unknown: (path) => new Violation(`Argument not supported on this model: ${path}`),
  error: (message) => ({ code: 'Client specified an invalid argument', error: message }),
}

/** https://docs.together.ai/reference/chat-completions */
const together: ChatRules = {
  ...lenient,
  roles: OLDER_ROLES,
  wrongRole: (role) =>
    new Violation(`Input validation error: messages.role '${role}' is not one of system, user, assistant, tool`),
  also: ({ logprobs }) => {
    if (typeof logprobs === 'boolean') throw new Violation('Input validation error: logprobs must be an integer')
  },
}

/** https://docs.fireworks.ai/tools-sdks/openai-compatibility */
const fireworks: ChatRules = {
  ...lenient,
  members: FIREWORKS_MEMBERS,
  unknown: (path) => new Violation(`Extra inputs are not permitted, field: '${path}'`),
  error: (message) => ({
    error: { object: 'error', type: 'invalid_request_error', code: 'invalid_request_error', message },
  }),
  callId: (position) => `functions.weather:${position}`,
}

/** OpenRouter's errors have its status for a code: https://openrouter.ai/docs/api/reference/errors-and-debugging */
const openrouter: ChatRules = {
  ...lenient,
  error: (message, { status }) => ({ error: { code: status, message }, user_id: 'user_1' }),
}

/** What Cerebras answers with 400: https://inference-docs.cerebras.ai/resources/openai; its errors stand in no envelope. */
const cerebras: ChatRules = {
  ...lenient,
  roles: OLDER_ROLES,
  wrongRole: (role, index) =>
    new Violation(`messages.${index}.role: '${role}' is unsupported`, { code: 'wrong_api_format' }),
  refused: ['frequency_penalty', 'logit_bias', 'presence_penalty', 'parallel_tool_calls', 'service_tier'],
  unknown: (path) =>
    new Violation(`body.${path}: property 'body.${path}' is unsupported`, { code: 'wrong_api_format' }),
  // https://github.com/Kilo-Org/kilocode/issues/10375
  refusedInMessages: { assistant: ['reasoning_content'] },
  error: (message, { code }) => ({ message, type: 'invalid_request_error', param: 'validation_error', code }),
}

/** Perplexity's order of roles: https://github.com/perplexityai/api-discussion/issues/265 */
const perplexity: ChatRules = {
  ...lenient,
  roles: OLDER_ROLES,
  wrongRole: (role) => new Violation(`Invalid role: ${role}`),
  order: 'alternating',
  formats: ['text', 'json_schema', 'regex'],
  error: (message, { status }) => ({ error: { message, type: 'invalid_message', code: status } }),
}

/** https://docs.ollama.com/api/openai-compatibility; pictures at an address are not fetched. */
const ollama: ChatRules = {
  ...lenient,
  roles: OLDER_ROLES,
  wrongRole: (role) => new Violation(`invalid role: ${role}`),
  images: 'data only',
  callId: (position) => `call_${alphanumeric(8, position).toLowerCase()}`,
}

/** vLLM with a chat template that knows no developers. */
const vllm: ChatRules = {
  ...lenient,
  roles: OLDER_ROLES,
  wrongRole: (role) => new Violation(`Unexpected message role: ${role}`),
  callId: (position) => `chatcmpl-tool-${alphanumeric(32, position).toLowerCase()}`,
  error: (message, { status }) => ({ error: { message, type: 'BadRequestError', param: null, code: status } }),
}

/** By provider kind. */
export const CHAT_VENDORS: Readonly<Record<string, ChatRules>> = {
  openai,
  azure: { ...openai, model: 'path' },
  ...{ mistral, groq, deepseek, xai, together, fireworks, openrouter, cerebras, perplexity, ollama, vllm },
  compatible: lenient,
}
