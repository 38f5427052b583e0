/** The request body's members: https://platform.openai.com/docs/api-reference/chat/create */
export const OPENAI_MEMBERS: readonly string[] = [
  ...['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'n', 'stop', 'seed'],
  ...['temperature', 'top_p', 'frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs'],
  ...[
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'functions',
    'function_call',
    'response_format',
    'reasoning_effort',
  ],
  ...['user', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention', 'metadata', 'store', 'service_tier'],
  ...['modalities', 'audio', 'prediction', 'verbosity', 'web_search_options', 'moderation'],
]

/** https://docs.mistral.ai/api/endpoint/chat */
export const MISTRAL_MEMBERS: readonly string[] = [
  ...['model', 'messages', 'stream', 'max_tokens', 'stop', 'random_seed', 'temperature', 'top_p', 'n', 'metadata'],
  ...['frequency_penalty', 'presence_penalty', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format'],
  ...['prediction', 'prompt_mode', 'safe_prompt', 'reasoning_effort', 'guardrails', 'prompt_cache_key'],
]

/** https://docs.fireworks.ai/api-reference/post-chatcompletions */
export const FIREWORKS_MEMBERS: readonly string[] = [
  ...[
    'model',
    'messages',
    'stream',
    'max_tokens',
    'max_completion_tokens',
    'n',
    'stop',
    'seed',
    'temperature',
    'top_p',
  ],
  ...['top_k', 'min_p', 'typical_p', 'frequency_penalty', 'presence_penalty', 'repetition_penalty', 'logit_bias'],
  ...['logprobs', 'top_logprobs', 'echo', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'user'],
  ...['reasoning_effort', 'reasoning_history', 'thinking', 'metadata', 'service_tier', 'prompt_cache_isolation_key'],
  ...['prompt_truncate_len', 'context_length_exceeded_behavior', 'mirostat_target', 'mirostat_lr', 'ignore_eos'],
  ...['prediction', 'perf_metrics_in_response', 'return_token_ids', 'safe_tokenization', 'functions', 'function_call'],
]

/** The members of messages, by role; what OpenAI's answers hold may come back. */
export const OPENAI_MESSAGE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  developer: ['role', 'content', 'name'],
  system: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'refusal', 'audio', 'annotations', 'tool_calls', 'function_call'],
  tool: ['role', 'content', 'tool_call_id'],
  function: ['role', 'content', 'name'],
}
