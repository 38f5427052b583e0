import type { z } from 'zod'
import type { Answer, Operation, OperationTask } from './operation.js'

/** An operation whose handler knows what its schemas read. */
export interface TypedOperation<Query, Body> extends Omit<Operation, 'query' | 'body' | 'handle'> {
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  handle(task: TypedTask<Query, Body>): Answer | Promise<Answer>
}

type TypedTask<Query, Body> = Omit<OperationTask, 'query' | 'body'> & { readonly query: Query; readonly body: Body }

/** Makes an operation of one that has types: what it is asked has been read by its own schemas. */
export function operation<Query = unknown, Body = unknown>(typed: TypedOperation<Query, Body>): Operation {
  return typed
}
