import { named, type SecretRule, token } from '../rule.js'

const OPENAI_MARK = 'T3BlbkFJ'

/** Providers of models. */
export const AI: readonly SecretRule[] = [
  {
    name: 'openai_api_key',
    shapes: ['sk-{alnum:48}', 'sk-proj-{slug:60-200}', 'sk-svcacct-{slug:60-200}', 'sk-admin-{slug:60-200}'],
    entropy: 3,
    check: (value) => value.includes(OPENAI_MARK),
  },
  { name: 'anthropic_api_key', shapes: ['sk-ant-api03-{slug:95}'], check: (value) => value.endsWith('AA') },
  { name: 'anthropic_admin_key', shapes: ['sk-ant-admin01-{slug:95}'], check: (value) => value.endsWith('AA') },
  token('openrouter_api_key', 'sk-or-v1-{hex:64}'),
  // Keys of this gateway: the checksum in them is not looked at, a mistyped key is as good as whole to who finds it.
  token('tollgate_key', 'tg_{alnum:48}'),
  token('huggingface_token', 'hf_{alnum:34}'),
  token('huggingface_organization_token', 'api_org_{alnum:34}'),
  token('perplexity_api_key', 'pplx-{alnum:48}'),
  token('groq_api_key', 'gsk_{alnum:52}'),
  token('xai_api_key', 'xai-{alnum:80}'),
  token('replicate_token', 'r8_{alnum:37}'),
  token('nvidia_api_key', 'nvapi-{slug:60-72}'),
  token('langsmith_key', 'lsv2_pt_{hex:32}_{hex:10}', 'lsv2_sk_{hex:32}_{hex:10}'),
  token('fireworks_api_key', 'fw_{alnum:24}'),
  named('cohere_api_key', 'cohere|co api key', '{alnum:40}'),
  named('mistral_api_key', 'mistral', '{alnum:32}'),
  named('privateai_token', 'privateai|private ai', '{lower:32}'),
]
