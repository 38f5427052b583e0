import { contextBefore } from './context.js'
import type { Candidate, Scan } from './state.js'

/** Overlapping candidates are compared all with all, so that there must not be too many. */
const LARGEST_CLUSTER = 48

/** The confidence in an entity at `start`: its own and what the words before say; 0 below its threshold. */
export function confidenceAt(scan: Scan, entity: number, own: number, start: number): number {
  if (entity < 0) return 0
  const sum = own + contextBefore(scan, entity, start)
  return sum + 1e-9 < (scan.rules.thresholds[entity] ?? 1) ? 0 : Math.min(sum, 1)
}

/** Proposes a finding. */
export function propose(scan: Scan, candidate: Candidate): void {
  if (candidate.start < scan.floor) return
  scan.cluster.push(candidate)
  if (candidate.end > scan.clusterEnd) scan.clusterEnd = candidate.end
}

/** Proposes a finding where its own confidence and its context reach the threshold. */
export function offer(scan: Scan, entity: number, own: number, start: number, end: number, recognizer: string): void {
  const confidence = confidenceAt(scan, entity, own, start)
  if (confidence > 0) propose(scan, { entity, start, end, confidence, recognizer })
}

/** A secret is first; a URL covers what is in it; else the surer one, then the longer, the earlier, the one listed first. */
function better(left: Candidate, right: Candidate): number {
  return (
    Number(right.recognizer === 'secret') - Number(left.recognizer === 'secret') ||
    Number(right.recognizer === 'url') - Number(left.recognizer === 'url') ||
    right.confidence - left.confidence ||
    right.end - right.start - (left.end - left.start) ||
    left.start - right.start ||
    left.entity - right.entity
  )
}

function close(scan: Scan): void {
  const kept: Candidate[] = []
  for (const candidate of scan.cluster.sort(better)) {
    if (kept.every((other) => candidate.end <= other.start || other.end <= candidate.start)) kept.push(candidate)
  }
  kept.sort((left, right) => left.start - right.start)
  scan.found.push(...kept)
  scan.cluster = []
  scan.clusterEnd = 0
}

/** Called before the step at `start`: decides what nothing that begins from there on can overlap. */
export function settle(scan: Scan, start: number): void {
  if (scan.cluster.length > 0 && (scan.clusterEnd <= start || scan.cluster.length > LARGEST_CLUSTER)) {
    close(scan)
    scan.floor = Math.max(scan.floor, scan.found.at(-1)?.end ?? 0)
  }
  if (scan.cluster.length > 0 || scan.floor > start || scan.urlEnd > start) return
  scan.resumable = start
  scan.places?.push(start)
}

/** Called once at the end. */
export function settleAll(scan: Scan): void {
  if (scan.cluster.length > 0) close(scan)
}
