import type { Row } from '../../../io/billing/row.js'

/** What a test says of an attempt; the rest is as usual. */
export interface AttemptFields {
  readonly at: number
  readonly nano?: string | null
  readonly team?: string
  readonly user?: string
  readonly model?: string
  readonly attempt?: number
  readonly attempts?: number
  readonly outcome?: 'served' | 'failed'
  readonly tags?: Readonly<Record<string, string>>
}

/** The row of an attempt that used 10 tokens of prompt and 5 of answer. */
export function attemptRow(seq: number, { at, nano = '1000', model = 'gpt', ...fields }: AttemptFields): Row {
  const { attempt = 1, attempts = 1, outcome = 'served', ...who } = fields
  return {
    ...{ seq, at: new Date(at).toISOString(), prev: '', hash: '' },
    ...{ kind: 'attempt', request: `r${seq}`, attempt, attempts, path: '/v1/chat/completions', model },
    ...{ target: 'oa/gpt-4o', provider: 'oa', upstreamModel: 'gpt-4o', stream: false, outcome },
    ...{ usage: { prompt: 10, completion: 5 }, usageSource: 'provider', nano, durationMs: 1, policyVersion: 'v' },
    ...who,
  }
}

/** A row that says nothing of spending. */
export function otherRow(seq: number, at: number): Row {
  return { ...{ seq, at: new Date(at).toISOString(), prev: '', hash: '' }, kind: 'closed' }
}
