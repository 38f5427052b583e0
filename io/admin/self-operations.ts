import { z } from 'zod'
import { openApiOf } from './openapi.js'
import { json, type Operation, ROLES } from './operation.js'

const WHOAMI = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  teams: z.array(z.string()),
  user: z.string().optional(),
})

/**
 * `GET /whoami`, and `GET /openapi.json`, which describes `others`, these two among them.
 */
export function selfOperations(others: readonly Operation[], version: string): readonly Operation[] {
  const whoami: Operation = {
    method: 'GET',
    path: '/whoami',
    id: 'whoAmI',
    summary: 'Who the caller is to the admin API',
    tag: 'self',
    roles: ROLES,
    effect: 'reads',
    answers: { 200: { description: 'The caller', json: WHOAMI } },
    handle: ({ principal }) => json(200, principal),
  }
  const document: Operation = {
    method: 'GET',
    path: '/openapi.json',
    id: 'getOpenApi',
    summary: 'This document',
    tag: 'self',
    roles: ROLES,
    effect: 'reads',
    answers: { 200: { description: 'An OpenAPI 3.1 document', json: z.looseObject({ openapi: z.string() }) } },
    handle: () => json(200, openApi()),
  }
  const own = [whoami, document]
  let made: ReturnType<typeof openApiOf> | undefined
  const openApi = () => {
    made ??= openApiOf([...others, ...own], { version })
    return made
  }
  return own
}
