import type { Check } from '../io/admin/server.js'
import type { Workers } from './workers.js'

/** What the workers and their primary say of themselves, each thing once: it holds when it holds for all. */
export async function workerChecks(
  workers: Pick<Workers, 'serving' | 'problem'>,
  count: number,
  own: Check,
): Promise<readonly Check[]> {
  const serving = workers.serving()
  const answers = await Promise.all(serving.map((worker) => worker.askReadiness()))
  const silent = serving.filter((_, index) => answers[index] === undefined)
  const problems = [
    ...silent.map(({ number }) => `worker ${number} does not answer`),
    ...(workers.problem === undefined ? [] : [`the last one that was started could not serve: ${workers.problem}`]),
  ]
  const ready = serving.length - silent.length
  const detail = [`${ready} of ${count} serve`, ...problems].join('; ')
  const checks = new Map<string, Check>([['workers', { name: 'workers', ok: ready >= count, detail }]])
  for (const check of [own, ...answers.flatMap((answer) => answer ?? [])]) {
    const before = checks.get(check.name)
    checks.set(check.name, before === undefined ? check : both(before, check))
  }
  return [...checks.values()]
}

function both(one: Check, other: Check): Check {
  const details = new Set([one.detail, other.detail].filter((detail) => detail !== undefined))
  return {
    name: one.name,
    ok: one.ok && other.ok,
    ...(details.size > 0 && { detail: [...details].join('\n') }),
  }
}
