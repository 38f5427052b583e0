import { pathSegment } from './path-segment.js'

/**
 * A model's name as one segment of a path: it can change neither the path around it nor the method that follows its colon.
 * `@` stays, for versions of partners' models are written with it.
 */
export const modelSegment = (name: string): string => pathSegment(name).replaceAll('%40', '@')

/** The method of a model: streams are asked for as events, not as an array. */
export function generateContent(stream: boolean): string {
  return stream ? ':streamGenerateContent?alt=sse' : ':generateContent'
}
