import type { HttpForm, HttpMethod } from '../define.ts'

/** Before every path of the catalogue. */
export const API_PATH = '/api/v1'

/** The names that a path takes from the input, in their order. */
export const pathNames = (path: HttpForm['path']): string[] =>
  [...path.matchAll(/:([A-Za-z]+)/g)].flatMap(([, name]) => name ?? [])

/** Where the part of the input travels that is not in the path: methods that promise no body put it into the query. */
export const placeOfRest = (method: HttpMethod): 'query' | 'body' =>
  method === 'GET' || method === 'DELETE' ? 'query' : 'body'
