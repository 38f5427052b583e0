import { z } from 'zod'
import type { Check } from '../io/admin/server.js'
import type { Figures } from '../io/metrics.js'
import type { Environment } from './configuration.js'
import type { EnvoyNeeds } from './shared-envoy-files.js'

/** What a worker process is started with. */
export interface WorkerOrders {
  readonly configPath: string
  readonly env: Environment
  readonly logFile?: string
  /** Its files' number; no other process has it at the same time. */
  readonly number: number
  /** How many workers there are. */
  readonly workers: number
  readonly gateways: readonly ('envoy' | 'kong')[]
  /** Where workers that serve Envoy reach each other: a directory that only their user can enter. */
  readonly meeting: string
}

/** What the primary tells a worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly orders: WorkerOrders }
  /** Answered with the same `id`. */
  | { readonly kind: 'ask'; readonly what: 'figures' | 'readiness'; readonly id: number }
  /** Another one has taken its place: no request must notice. */
  | { readonly kind: 'leave' }
  /** All of them end. */
  | { readonly kind: 'stop' }
  /** Comes with a connection of Envoy's, which is the worker's once it has said so. */
  | { readonly kind: 'connection'; readonly id: number }
  | { readonly kind: 'envoy-files'; readonly id: number; readonly result: 'changed' | 'same' | 'failed' }

/** What a worker tells the primary. */
export type FromWorker =
  /** It listens: what is sent to it before that is lost. */
  | { readonly kind: 'here' }
  | { readonly kind: 'ready'; readonly relay: string }
  | { readonly kind: 'taken' | 'connection-ended'; readonly id: number }
  /** Answered by `envoy-files` with the same `id`. */
  | { readonly kind: 'envoy-needs'; readonly id: number; readonly needs: EnvoyNeeds }
  /** It cannot start, and the user can do something about it. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'figures'; readonly id: number; readonly figures: Figures }
  | { readonly kind: 'readiness'; readonly id: number; readonly checks: readonly Check[] }
  /** Its last word: nothing is counted after it. */
  | { readonly kind: 'last'; readonly figures: Figures }

// Both ends are this program, in the same version; the content is taken as it was sent.
const content = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null)
const id = z.int()

const TO_WORKER = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), orders: content<WorkerOrders>() }),
  z.object({ kind: z.literal('ask'), what: z.enum(['figures', 'readiness']), id }),
  z.object({ kind: z.literal('leave') }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('connection'), id }),
  z.object({ kind: z.literal('envoy-files'), id, result: z.enum(['changed', 'same', 'failed']) }),
])

const FROM_WORKER = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('here') }),
  z.object({ kind: z.literal('ready'), relay: z.string() }),
  z.object({ kind: z.enum(['taken', 'connection-ended']), id }),
  z.object({ kind: z.literal('envoy-needs'), id, needs: content<EnvoyNeeds>() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  z.object({ kind: z.literal('figures'), id, figures: content<Figures>() }),
  z.object({ kind: z.literal('readiness'), id, checks: content<readonly Check[]>() }),
  z.object({ kind: z.literal('last'), figures: content<Figures>() }),
])

/** Reads what came from the primary; undefined for anything else. */
export function readToWorker(message: unknown): ToWorker | undefined {
  return TO_WORKER.safeParse(message).data
}

/** Reads what came from a worker; undefined for anything else. */
export function readFromWorker(message: unknown): FromWorker | undefined {
  return FROM_WORKER.safeParse(message).data
}
