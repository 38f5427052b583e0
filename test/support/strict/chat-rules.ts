import type { JsonObject } from '../../../core/json.js'
import type { Violation } from './violation.js'

/** What a vendor's Chat Completions accept, and how it refuses. */
export interface ChatRules {
  /** Where the model is named. */
  readonly model: 'body' | 'path'
  /** Members of the body that it knows; any other is refused with `unknown`'s words. Absent: unknown ones are ignored. */
  readonly members?: readonly string[]
  readonly unknown?: (path: string) => Violation
  /** Members that it refuses although it knows their names. */
  readonly refused?: readonly string[]
  readonly roles: readonly string[]
  readonly wrongRole: (role: string, index: number) => Violation
  /** Members of messages that it knows, by role; any other is refused. */
  readonly messageMembers?: Readonly<Record<string, readonly string[]>>
  /** Members of messages that are refused, by role. */
  readonly refusedInMessages?: Readonly<Record<string, readonly string[]>>
  /** Ids of tool calls in a history. */
  readonly callIds?: { readonly pattern: RegExp; readonly violation: (id: string) => Violation }
  /** `alternating`: turns of the user (tools included) and of the model. `no-user-after-tool` is Mistral's rule. */
  readonly order?: 'alternating' | 'no-user-after-tool'
  readonly images: 'any' | 'data only' | 'none'
  readonly formats: readonly string[]
  /** What the rules of one vendor alone say; throws a `Violation`. */
  readonly also?: (body: JsonObject) => void
  /** Whether the model's thoughts stand in its answers. */
  readonly thoughts: 'told' | 'kept'
  /** An id for the call at this position. */
  callId(position: number): string
  /** The body of an error. */
  error(
    message: string,
    violation: { readonly param: string | null; readonly code: string | null; readonly status: number },
  ): JsonObject
}
