import { readFileSync } from 'node:fs'
import { Failure } from '../../cli/failure.js'
import type { Form } from '../parts.js'
import { resultsFile, writeResults } from '../results.js'
import { emptyWorkspace } from '../workspace.js'
import { compare } from './figures.js'
import { type Committed, committedSchema, judge, judgementText } from './guard-verdict.js'
import { guardResults } from './results.js'
import { type Plan, type Rounds, runRounds, warmUp } from './rounds.js'
import type { Size } from './rows.js'
import { startAll } from './start.js'

const PLAN: Plan = { json: ['noopTwo', 'pass', 'full'], stream: ['noopTwo', 'restore'] }
const SIZE: Size = {
  ...{ rounds: 7, manyRounds: 0, warmUp: 6000, warmUpChunks: 800, requests: 1500, chunks: 200 },
  ...{ single: 0, rateSeconds: 0 },
}

/**
 * `npm run bench -- --guard`: a short run against one of the same size whose results are committed; `--write` makes those. Returns 1
 * when something has become worse.
 */
export async function benchGuard(_form: Form, args: readonly string[]): Promise<number> {
  const read = committedSchema.safeParse(JSON.parse(readFileSync(resultsFile(), 'utf8')))
  const isWriting = args.includes('--write')
  if (!read.success && !isWriting) {
    throw new Failure('bench/results.json has nothing to compare with: run `npm run bench -- --guard --write`')
  }
  const running = await startAll(['noopTwo', 'pass', 'full'], emptyWorkspace('bench-guard'))
  try {
    await warmUp(running.client, running.stacks, SIZE, PLAN)
    const measureOnce = () => runRounds(running.client, running.stacks, SIZE, PLAN, () => {})
    if (read.success && !isWriting) return await guard(read.data.guard, measureOnce, console.log)
    writeResults({ guard: guardResults(compare(await measureOnce())) })
    console.log('written: the guard part of bench/results.json')
    return 0
  } finally {
    await running.stop()
  }
}

/**
 * Judges one run, and where anything is over its limit, another one, which then decides. Returns 1 when something has regressed, 0
 * otherwise: a machine that is too noisy twice is said to be, and stops nobody.
 */
export async function guard(
  committed: Committed,
  measureOnce: () => Promise<Rounds>,
  say: (line: string) => void,
): Promise<number> {
  const once = judge(await measureOnce(), committed)
  const isOver = once.some(({ verdict }) => verdict === 'noisy' || verdict === 'regressed')
  if (isOver) say('over a limit, or too noisy to tell: measuring once more')
  const judgements = isOver ? judge(await measureOnce(), committed) : once
  for (const judgement of judgements) say(judgementText(judgement))
  if (judgements.length === 0) say('not measured: the committed results have none of what is guarded')
  if (judgements.some(({ verdict }) => verdict === 'noisy'))
    say('this machine is too noisy to tell; nothing is decided by it')
  return judgements.some(({ verdict }) => verdict === 'regressed') ? 1 : 0
}
