/** One check of the load test. */
export interface Outcome {
  readonly name: string
  readonly verdict: 'passed' | 'failed' | 'skipped'
  readonly problems: readonly string[]
  readonly detail: string
}

/** One line per check, what went wrong below it, and a closing line with the totals. */
export function loadTable(outcomes: readonly Outcome[]): string {
  const width = Math.max(0, ...outcomes.map(({ name }) => name.length))
  const lines = outcomes.flatMap(({ name, verdict, problems, detail }) => [
    `${verdict.padEnd(7)}  ${name.padEnd(width)}  ${detail}`.trimEnd(),
    ...problems.map((problem) => `           ${problem}`),
  ])
  const count = (verdict: Outcome['verdict']) => outcomes.filter((outcome) => outcome.verdict === verdict).length
  const skipped = count('skipped')
  const closing = `${count('passed')} passed, ${count('failed')} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
  return [...lines, '', closing].join('\n')
}
