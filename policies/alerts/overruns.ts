import { eachInSteps, type Steps } from '../../core/turns.js'
import { bucketFacts, forgottenAt, type NamedBucket, nameOf, spoken, written } from './budget-name.js'
import type { Finding, FoundAlert, InForce } from './finding.js'
import type { Outlook } from './forecast.js'

/**
 * Which buckets will probably reach their limit before their window ends. An alert is over when that is half as likely, or when the
 * limit was changed and it is not likely any more. Of what is exhausted already there is nothing to foretell.
 */
export function* overrunFindings(
  buckets: readonly NamedBucket[],
  outlooks: ReadonlyMap<string, Outlook>,
  probability: number,
  inForce: InForce,
  now: number,
): Steps<readonly Finding[]> {
  const findings: Finding[] = []
  const judge = (bucket: NamedBucket) => {
    const { bucket: held, committed, limit } = bucket.state
    const outlook = outlooks.get(held.key)
    if (!outlook || committed >= limit || held.window.kind !== 'calendar') return
    const subject = `forecast/${held.key}`
    const percent = 100 * outlook.probability
    if (percent >= probability) {
      const until = forgottenAt(bucket, now)
      findings.push({ kind: 'on', subject, basis: limit, until, alert: () => alertOf(bucket, outlook) })
      return
    }
    const basis = inForce.get(subject)?.basis
    if (basis === undefined) return
    if (percent < probability / 2 || basis !== limit) findings.push({ kind: 'off', subject })
  }
  yield* eachInSteps(buckets, () => 1, judge)
  return findings
}

function alertOf(bucket: NamedBucket, outlook: Outlook): FoundAlert {
  const { state, unit, teams } = bucket
  const { exhaustedAt, earliest, latest, probability, projected, projectedLow, projectedHigh } = outlook
  const when = exhaustedAt === undefined ? '' : ` around ${minute(exhaustedAt)}`
  const end = `${spoken(unit, projected)} (${spoken(unit, projectedLow)} to ${spoken(unit, projectedHigh)})`
  return {
    kind: 'forecast',
    text: `Budget ${nameOf(bucket)} will probably be gone${when}: at the present rate it takes ${end} of ${spoken(unit, state.limit)} until its window ends.`,
    budget: state.bucket.budget,
    teams,
    facts: {
      ...bucketFacts(bucket),
      probability,
      ...{ exhaustedAt: iso(exhaustedAt), earliest: iso(earliest), latest: iso(latest) },
      projected: written(unit, projected),
      projectedLow: written(unit, projectedLow),
      projectedHigh: written(unit, projectedHigh),
    },
  }
}

function iso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString()
}

function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
