import { eachInSteps, type Steps } from '../../core/turns.js'
import { bucketFacts, forgottenAt, type NamedBucket, nameOf, spoken } from './budget-name.js'
import type { Finding, FoundAlert, InForce } from './finding.js'

/** An alert is over once the share is so many percent points below its threshold: a share that goes to and fro makes one alert. */
const BELOW = 5

/** What it takes to judge a bucket by one threshold, in units of `Steps`. */
const JUDGING = 2

/**
 * Which thresholds the buckets have reached. Shares are rounded to whole percents: a hard limit refuses what may not fit, so that its
 * last bit is seldom spent. An alert that is in force is over when the share is clearly lower, or lower at all after the limit was changed.
 */
export function* thresholdFindings(
  buckets: readonly NamedBucket[],
  thresholds: readonly number[],
  inForce: InForce,
  now: number,
): Steps<readonly Finding[]> {
  const findings: Finding[] = []
  const judge = (bucket: NamedBucket) => {
    const { bucket: held, committed, limit } = bucket.state
    const share = (100 * committed) / limit
    for (const threshold of thresholds) {
      const subject = `threshold/${held.key}/${threshold}`
      if (Math.round(share) >= threshold) {
        const until = forgottenAt(bucket, now)
        findings.push({ kind: 'on', subject, basis: limit, until, alert: () => alertOf(bucket, threshold) })
        continue
      }
      const basis = inForce.get(subject)?.basis
      if (basis === undefined) continue
      if (share < threshold - BELOW || basis !== limit) findings.push({ kind: 'off', subject })
    }
  }
  yield* eachInSteps(buckets, () => JUDGING * thresholds.length, judge)
  return findings
}

function alertOf(bucket: NamedBucket, threshold: number): FoundAlert {
  const { state, unit, teams } = bucket
  const { committed, limit } = state
  const share = Math.floor((1000 * committed) / limit) / 10
  const of = `${spoken(unit, committed)} of ${spoken(unit, limit)}`
  return {
    kind: 'threshold',
    text: `Budget ${nameOf(bucket)} has reached ${threshold} %: ${of} are spent.`,
    budget: state.bucket.budget,
    teams,
    facts: { ...bucketFacts(bucket), threshold, share },
  }
}
