import type { HttpForm, HttpMethod } from '../define.ts'

/** The prefix of all paths of the catalogue. */
export const API_PATH = '/api/v1'

/** The names of the input's fields that fill the path, in order: `['userId']` for `/users/:userId`. */
export const pathNames = (path: HttpForm['path']): string[] =>
  [...path.matchAll(/:([A-Za-z]+)/g)].flatMap(([, name]) => name ?? [])

/** Where a request has the fields of the input that are not in its path: in the query for methods without a body. */
export const placeOfRest = (method: HttpMethod): 'query' | 'body' =>
  method === 'GET' || method === 'DELETE' ? 'query' : 'body'
