import { type OpenaiRequest, openaiRequest } from './openai-schema.js'

/** Why a request is refused: the members of OpenAI's error object. */
export interface OpenaiFault {
  readonly status: number
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

type Read = { readonly ok: true; readonly request: OpenaiRequest } | { readonly ok: false; readonly fault: OpenaiFault }

/** Reads a request body strictly: shape first, then the rules between members. */
export function readOpenaiRequest(body: string): Read {
  const json = parsed(body)
  if (json === undefined) return refused('The body of your request is not valid JSON.', null, null)
  const read = openaiRequest.safeParse(json)
  if (read.success) {
    const fault = brokenRule(read.data)
    return fault === undefined ? { ok: true, request: read.data } : { ok: false, fault }
  }
  const [issue] = read.error.issues
  const path = pathOf(issue?.path ?? [])
  if (issue?.code === 'unrecognized_keys') {
    const unknown = path === '' ? issue.keys[0] : `${path}.${issue.keys[0]}`
    return refused(`Unknown parameter: '${unknown}'.`, unknown ?? null, 'unknown_parameter')
  }
  return refused(`Invalid value for '${path}': ${issue?.message}.`, path === '' ? null : path, 'invalid_value')
}

function brokenRule(request: OpenaiRequest): OpenaiFault | undefined {
  const invalid = (message: string, param: string, code: string | null = null): OpenaiFault => ({
    ...FAULT,
    message,
    param,
    code,
  })
  if (!/^(gpt-|o\d|chatgpt-|ft:)/.test(request.model)) {
    return {
      ...invalid(
        `The model \`${request.model}\` does not exist or you do not have access to it.`,
        '',
        'model_not_found',
      ),
      status: 404,
      param: null,
    }
  }
  if (request.stream_options && request.stream !== true) {
    return invalid("'stream_options' needs 'stream' to be true.", 'stream_options')
  }
  if (typeof request.max_tokens === 'number' && /^(o\d|gpt-5)/.test(request.model)) {
    const message = "Unsupported parameter: 'max_tokens' with this model. Use 'max_completion_tokens'."
    return invalid(message, 'max_tokens', 'unsupported_parameter')
  }
  if (typeof request.max_tokens === 'number' && typeof request.max_completion_tokens === 'number') {
    return invalid("'max_tokens' and 'max_completion_tokens' exclude each other.", 'max_tokens')
  }
  if (request.tool_choice !== undefined && request.tools === undefined) {
    return invalid("'tool_choice' needs 'tools'.", 'tool_choice')
  }
  if (request.parallel_tool_calls !== undefined && request.tools === undefined) {
    return invalid("'parallel_tool_calls' needs 'tools'.", 'parallel_tool_calls')
  }
  if (typeof request.top_logprobs === 'number' && request.logprobs !== true) {
    return invalid("'top_logprobs' needs 'logprobs' to be true.", 'top_logprobs')
  }
  const wantsObject = request.response_format?.type === 'json_object'
  if (wantsObject && !/json/i.test(JSON.stringify(request.messages))) {
    return invalid("'messages' must say the word json for 'response_format' json_object.", 'messages')
  }
  return brokenPairing(request.messages, invalid)
}

/** Each tool call is answered by a tool message right after its turn, and no tool message answers anything else. */
function brokenPairing(
  messages: OpenaiRequest['messages'],
  invalid: (message: string, param: string) => OpenaiFault,
): OpenaiFault | undefined {
  let open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    const param = `messages[${index}]`
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) {
        return invalid("A 'tool' message must answer one of the 'tool_calls' of the turn before it.", `${param}.role`)
      }
      continue
    }
    if (open.size > 0) {
      return invalid(`These 'tool_call_id's got no response message: ${[...open].join(', ')}.`, `${param}.role`)
    }
    if (message.role !== 'assistant') continue
    open = new Set(message.tool_calls?.map(({ id }) => id))
    if (open.size === 0 && (message.content ?? '') === '' && message['refusal'] === undefined) {
      return invalid("An 'assistant' message needs 'content' or 'tool_calls'.", `${param}.content`)
    }
  }
  if (open.size === 0) return undefined
  return invalid(`These 'tool_call_id's got no response message: ${[...open].join(', ')}.`, 'messages')
}

const FAULT: OpenaiFault = { status: 400, message: '', type: 'invalid_request_error', param: null, code: null }

function refused(message: string, param: string | null, code: string | null): Read {
  return { ok: false, fault: { ...FAULT, message, param, code } }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
}
